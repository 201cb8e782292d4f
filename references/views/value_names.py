"""A value of an attribute, or a product, is called something else: what follows it in coverage is told before."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from core.errors import RuleBroken
from core.permissions import requires
from core.requests import PersonRequest
from core.tasks import send
from customers.actions.attributes import renamed
from customers.forms import ProductForm, ValueForm
from customers.models import Attribute, Product
from customers.reports import attributes as report
from customers.reports.words import MOST
from references.actions import value_jobs
from references.actions import value_names as actions
from references.reports.coverage_renames import followed


@requires("customers.manage_attributes")
def respell(request: PersonRequest, pk: int) -> HttpResponse:
    """Spell a value in another way at all its customers, after their number and what coverage wants were told."""
    attribute, value = get_object_or_404(Attribute, pk=pk), request.GET.get("value", "")
    count = report.customers_with(attribute, value)
    if not count:
        words, typed = gettext("No customer has this value any more."), request.POST.get("value", "").strip()[:200]
        kept = gettext("You had written: “%s”") % typed if typed else ""
        messages.info(request, f"{words} {kept}".strip())
        return redirect("customers:attribute_detail", pk)
    form = ValueForm(request.POST or None, initial={"value": value})
    follows = followed(attribute.field_name, value=value)
    context = {"attribute": attribute, "value": value, "count": count}
    if request.method == "POST" and form.is_valid():
        try:
            into = renamed(attribute, value=value, into=form.cleaned_data["value"])
            met = report.customers_with(attribute, into)
            follows = followed(attribute.field_name, value=value, into=into, met=met)
            if not follows.asks or request.POST.get("seen") == follows.seen:
                return _respelled(request, attribute, value, into, count)
            context["asks_into"] = into
        except RuleBroken as refusal:
            form.add_error("value", str(refusal))
    context |= {"form": form, "follows": follows, "known": report.values(attribute).order_by("value")[:MOST]}
    return render(request, "references/value_respell.html", context, status=422 if request.method == "POST" else 200)


def _respelled(request: PersonRequest, attribute: Attribute, value: str, into: str, count: int) -> HttpResponse:
    """Done at once, or left to a worker whose page tells how far it is."""
    now = timezone.now()
    if count > value_jobs.RENAMED_AT_ONCE:
        job = value_jobs.start(attribute, value=value, into=into, by=request.user, at=now)
        send(job)
        return redirect("core:job_detail", job.pk)
    actions.respell(attribute, value=value, into=into, by=request.user, at=now)
    having = report.customers_with(attribute, into)
    words = ngettext("%(count)s customer has “%(value)s” now.", "%(count)s customers have “%(value)s” now.", having)
    messages.success(request, words % {"count": number_format(having, force_grouping=True), "value": into})
    return redirect("customers:attribute_detail", attribute.pk)


@requires("customers.manage_products")
def rename_product(request: PersonRequest, pk: int) -> HttpResponse:
    """Call a product something else; what coverage wants of it follows, and is told before."""
    product = get_object_or_404(Product, pk=pk)
    form, follows = ProductForm(request.POST or None, instance=product), followed(actions.PRODUCT, value=product.name)
    context: dict[str, object] = {"value": product.name}
    if request.method == "POST" and form.is_valid():
        fresh, into = Product.objects.get(pk=pk), form.cleaned_data["name"]
        try:
            follows = followed(actions.PRODUCT, value=fresh.name, into=into)
            if fresh.name == into or not follows.asks or request.POST.get("seen") == follows.seen:
                actions.rename_product(
                    fresh, name=into, was=request.POST.get("was"), by=request.user, at=timezone.now()
                )
                return redirect("customers:product_index")
            context["asks_into"] = into
        except RuleBroken as refusal:
            form.add_error("name", str(refusal))
    context |= {"form": form, "product": product, "follows": follows}
    return render(request, "references/product_rename.html", context, status=422 if request.method == "POST" else 200)

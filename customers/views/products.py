"""The catalogue of products, and what a customer uses."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from core.errors import RuleBroken, StaleVersion
from core.permissions import requires
from core.requests import PersonRequest
from core.texts import named_id
from customers.actions import products as actions
from customers.forms import ProductForm, ProductUseForm
from customers.models import Customer, Product, ProductUse
from customers.views.addresses import addressed


@requires("customers.manage_products")
def index(request: PersonRequest) -> HttpResponse:
    """All products with the number of customers that use them, and a form for a new one."""
    form = ProductForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.create(name=form.cleaned_data["name"], by=request.user, at=timezone.now())
        except RuleBroken as refusal:
            form.add_error("name", str(refusal))
        else:
            return redirect("customers:product_index")
    now = Q(uses__until__isnull=True, uses__customer__merged_into__isnull=True)
    products = Product.objects.annotate(in_use=Count("uses", filter=now), ever=Count("uses")).order_by("name")
    context = {"form": form, "products": products}
    return render(request, "customers/product_index.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@requires("customers.manage_products")
def delete(request: PersonRequest, pk: int) -> HttpResponse:
    product = get_object_or_404(Product, pk=pk)
    try:
        actions.delete(product, by=request.user, at=timezone.now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("%(product)s is deleted.") % {"product": product})
    return redirect("customers:product_index")


@requires("customers.edit_customers")
def use(request: PersonRequest, pk: int, product: int | None = None) -> HttpResponse:
    """Say that the customer uses a product; with `product`, change since and until of one it uses already."""
    customer = addressed(request, pk)
    known = _known(customer, product)
    if product and known is None:
        return _to_new(request, customer, get_object_or_404(Product, pk=product))
    form = ProductUseForm(request.POST or None, instance=known, initial=None if known else _named(request))
    if request.method == "POST" and form.is_valid():
        said = form.said() if known else form.said() | {"seen": 0}
        try:
            actions.set_use(customer, **said, by=request.user, at=timezone.now())
        except StaleVersion as stale:
            form.refuse(stale, ProductUseForm(instance=stale.current))
        except RuleBroken as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("%(product)s is saved.") % {"product": form.cleaned_data["product"]})
            return redirect("customers:customer_detail", pk)
    context = {"form": form, "customer": customer, "use": known, "is_empty": not Product.objects.exists()}
    return render(request, "customers/product_use_form.html", context, status=422 if request.method == "POST" else 200)


def _named(request: PersonRequest) -> dict[str, str]:
    """What the address says of a product that is to be entered."""
    return {name: request.GET[name] for name in ("product", "since", "until") if name in request.GET}


def _known(customer: Customer, product: int | None) -> ProductUse | None:
    return ProductUse.objects.select_related("product").filter(customer=customer, product=product).first()


def _to_new(request: PersonRequest, customer: Customer, product: Product) -> HttpResponse:
    """Somebody took the product off meanwhile: to the page that enters it anew, with what was typed."""
    words = gettext("%(product)s is not among the products of %(customer)s any more. Save it here to enter it anew.")
    messages.warning(request, words % {"product": product, "customer": customer})
    typed = {name: request.POST[name] for name in ("since", "until") if request.POST.get(name)}
    query = urlencode({"product": str(product.pk)} | typed)
    return redirect(f"{reverse('customers:product_use', args=[customer.pk])}?{query}")


@require_POST
@requires("customers.edit_customers")
def remove_use(request: PersonRequest, pk: int, product: int) -> HttpResponse:
    """Take back a product that was entered by mistake."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    named, seen = get_object_or_404(Product, pk=product), request.POST.get("version")
    shown = named_id(seen) if seen else None
    try:
        actions.remove_use(customer, product=named, seen=shown, by=request.user, at=timezone.now())
    except StaleVersion as stale:
        messages.error(request, f"{stale} {gettext('Look at it before you remove it.')}")
        return redirect("customers:product_use_edit", pk, product)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        words = gettext("%(product)s is taken off the products in use.")
        messages.success(request, words % {"product": named})
    return redirect("customers:customer_detail", pk)

"""The customer that an address names, also after it was merged into another one."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import resolve, reverse
from django.utils.translation import gettext

from core.requests import PersonRequest
from core.texts import named_id
from customers.models import Customer


class Merged(Http404):
    """Asked for is a page of a customer that was merged into another; `address` is that of the other's."""

    def __init__(self, customer: Customer, *, address: str) -> None:
        super().__init__(merged_in_words(customer))
        self.address = address


def merged_in_words(customer: Customer) -> str:
    """Into which other one it was merged."""
    words = gettext("%(duplicate)s was merged into %(survivor)s.")
    return words % {"duplicate": customer, "survivor": customer.survivor}


def carried_in_words(customer: Customer) -> str:
    """Why what was typed for a merged customer stands in the form of the other one now."""
    words = gettext("%(merged)s This is the form of %(customer)s, with what you wrote.")
    return words % {"merged": merged_in_words(customer), "customer": customer.survivor}


def addressed(request: PersonRequest, customer_id: int, *related: str) -> Customer:
    """The customer, if the person may see it, with the rows `related` to it.

    Raises Merged where a page is asked for. What is sent goes on: the action refuses it, and what was typed stands.
    """
    customer = get_object_or_404(Customer.objects.visible_to(request.user).select_related(*related), pk=customer_id)
    lead_on(request, customer)
    return customer


def chosen(request: PersonRequest) -> Customer:
    """The same of the customer that `?customer=` names."""
    rows = Customer.objects.visible_to(request.user).select_related("merged_into")
    customer = get_object_or_404(rows, pk=named_id(request.GET.get("customer", "")))
    lead_on(request, customer)
    return customer


def lead_on(request: PersonRequest, customer: Customer) -> None:
    """Raise Merged where a page of a merged customer is asked for."""
    if customer.merged_into is not None and request.method in ("GET", "HEAD"):
        raise Merged(customer, address=_of_survivor(request, customer.survivor))


def _of_survivor(request: PersonRequest, survivor: Customer) -> str:
    here, said = resolve(request.path_info), request.GET.copy()
    named = {"pk", "customer_id"} & here.kwargs.keys()
    if not named:
        said["customer"] = str(survivor.pk)
    address = reverse(here.view_name, kwargs=here.kwargs | dict.fromkeys(named, survivor.pk))
    return "?".join(filter(None, [address, said.urlencode()]))

"""The customer that an address names, also after it was merged into another one."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import resolve, reverse
from django.utils.translation import gettext

from core.requests import PersonRequest
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


def addressed(request: PersonRequest, customer_id: int, *related: str) -> Customer:
    """The customer, if the person may see it, with the rows `related` to it.

    Raises Merged where a page is asked for. What is sent goes on: the action refuses it, and what was typed stands.
    """
    rows = Customer.objects.visible_to(request.user).select_related("merged_into", *related)
    customer = get_object_or_404(rows, pk=customer_id)
    if customer.merged_into is not None and request.method in ("GET", "HEAD"):
        raise Merged(customer, address=_of_survivor(request, customer))
    return customer


def _of_survivor(request: PersonRequest, customer: Customer) -> str:
    here = resolve(request.path_info)
    named = {"pk", "customer_id"} & here.kwargs.keys()
    address = reverse(here.view_name, kwargs=here.kwargs | dict.fromkeys(named, customer.survivor.pk))
    return "?".join(filter(None, [address, request.GET.urlencode()]))

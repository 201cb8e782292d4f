"""What is answered where there is nothing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.defaults import page_not_found

from core.api.errors import refusal
from customers.views.addresses import Merged


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people; under the address of the API its own shape of errors, for programs. The pages of a customer
    that was merged into another lead to those of this one."""
    if isinstance(exception, Merged):
        messages.info(request, str(exception))
        return redirect(exception.address)
    if not request.path.startswith("/api/"):
        return page_not_found(request, exception)
    return JsonResponse(refusal("not_found", gettext("There is no such address.")), status=404)

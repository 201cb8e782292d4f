"""What a person had typed into a form that leads nowhere any more: shown once, to be copied."""

from typing import Final

from django import template
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.context import RequestContext

register = template.Library()

# Hidden fields of our forms that may hold words which nobody typed; what a form says it saw, among others.
NOT_TYPED: Final = frozenset(
    ("axis", "column", "columns", "credential", "csrfmiddlewaretoken", "customers", "dimensions", "following", "month",
     "next", "page", "query", "row", "rows", "seen", "sort", "source", "value")
)  # fmt: skip
SECRET: Final = ("password", "passphrase", "token", "secret", "code")


@register.simple_tag(takes_context=True)
def typed_texts(context: RequestContext) -> list[str]:
    """The texts of several words in what was sent; none of a form with a secret, and none of who is not logged in.

    Of a form that was not found nothing is known but what was sent, and one word may be a hidden field's: a mark, an
    id, an address. Programs and htmx do not show the page.
    """
    request = context.get("request")
    if request is None or request.method != "POST" or not request.user.is_authenticated:
        return []
    if request.path.startswith("/accounts/") or "HX-Request" in request.headers:
        return []
    sent = _sent(request)
    names = list(sent)
    if any(secret in name.lower() for name in names for secret in SECRET if name != "csrfmiddlewaretoken"):
        return []
    texts = [text for name in names if name.split("-")[-1] not in NOT_TYPED for text in sent.getlist(name)]
    return [text for text in texts if len(text.split()) > 1]


def _sent(request: HttpRequest) -> QueryDict:
    """The form; nothing of a body that no form of ours sends, which the error page is the first to read."""
    try:
        return request.POST
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return QueryDict()

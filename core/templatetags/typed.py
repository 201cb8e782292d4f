"""What a person had typed into a form that leads nowhere any more: shown once, to be copied."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

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
# A form with one of these is an account's, and nothing of it is shown; of a form with one of those all but it is.
OF_ACCOUNTS: Final = ("password", "passphrase")
SECRET: Final = ("token", "secret", "code")
# One word of this length is no mark and no id, so somebody may miss it.
LONG: Final = 1_000


@dataclass(frozen=True)
class Typed:
    """The texts that are shown, and whether one is not because it has no space in it and is long."""

    texts: list[str]
    is_long: bool = False


@register.simple_tag(takes_context=True)
def typed_texts(context: RequestContext) -> Typed:
    """The texts of several words in what was sent; none of an account's form, and none of who is not logged in.

    Of a form that was not found nothing is known but what was sent, and one word may be a hidden field's: a mark, an
    id, an address. Programs and htmx do not show the page. What another site sends would be its words on our page.
    """
    request = context.get("request")
    if request is None or request.method != "POST" or not request.user.is_authenticated:
        return Typed([])
    if request.path.startswith("/accounts/") or "HX-Request" in request.headers or _is_of_another_site(request):
        return Typed([])
    sent = _sent(request)
    if any(_holds(name, OF_ACCOUNTS) for name in sent):
        return Typed([])
    names = [name for name in sent if name.split("-")[-1] not in NOT_TYPED and not _holds(name, SECRET)]
    texts = [text for name in names for text in sent.getlist(name)]
    spoken = [text for text in texts if len(text.split()) > 1]
    return Typed(spoken, is_long=any(len(text) > LONG for text in texts if text not in spoken))


def _holds(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name.lower() for word in words)


def _is_of_another_site(request: HttpRequest) -> bool:
    """What the browser says of the page with the form; one that says nothing is of a time before it would."""
    origin = request.headers.get("Origin")
    if origin is None and "Referer" in request.headers:
        try:
            page = urlsplit(request.headers["Referer"])
        except ValueError:
            return True
        origin = f"{page.scheme}://{page.netloc}"
    return origin not in (None, f"{request.scheme}://{request.get_host()}")


def _sent(request: HttpRequest) -> QueryDict:
    """The form; nothing of a body that no form of ours sends, which the error page is the first to read."""
    try:
        return request.POST
    except (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError):
        return QueryDict()

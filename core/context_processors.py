"""What the frame around every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.models import Notice


def frame(request: HttpRequest) -> dict[str, Any]:
    """The number of unread notices, read only if a template shows it, and whether this is a demo."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_demo": settings.DEMO}
    return {
        "is_demo": settings.DEMO,
        "unread_notices": SimpleLazyObject(lambda: Notice.objects.visible_to(user).unread().count()),
    }

"""What the frame around every page needs."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.models import Notice, User
from core.prepared import Question

UNREAD = Question(lambda user: Notice.objects.visible_to(User(pk=user)).unread().order_by())


def frame(request: HttpRequest) -> dict[str, Any]:
    """The number of unread notices, read only if a template shows it, and whether this is a demo."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"is_demo": settings.DEMO}
    return {
        "is_demo": settings.DEMO,
        "unread_notices": cache(lambda: UNREAD.count(user.pk)),
    }

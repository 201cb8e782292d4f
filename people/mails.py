"""Mails of the program to its people, in the language of the one who receives them."""

from collections.abc import Sequence

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from core.models import Notice, Programme, User
from people.models import Invitation


def send_invitation(invitation: Invitation) -> None:
    """The link is made here, so that it stands nowhere but in the mail."""
    user = invitation.user
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    context = {
        "user": user,
        "host": invitation.created_by,
        "company": Programme.current().company,
        "link": settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key),
    }
    with override(user.locale):
        subject = gettext("RefProgram: you are invited")
        send_mail(subject, render_to_string("people/mails/invitation.txt", context), None, [user.email])


def send_notices(user: User, notices: Sequence[Notice]) -> None:
    """One mail with everything that is new."""
    lines = [(notice.text, settings.SITE_URL + reverse("people:notice_open", args=[notice.pk])) for notice in notices]
    context = {"user": user, "lines": lines, "all": settings.SITE_URL + reverse("people:notice_list")}
    with override(user.locale):
        subject = ngettext("RefProgram: %(count)d notice", "RefProgram: %(count)d notices", len(notices))
        body = render_to_string("people/mails/notices.txt", context)
        send_mail(subject % {"count": len(notices)}, body, None, [user.email])

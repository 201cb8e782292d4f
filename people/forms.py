"""Forms of logging in, of the profile, of people administration and of the searches."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import Role
from core.forms import PlainTexts
from core.models import AuditEvent, User
from core.versions import SharedForm
from people.reports import events, persons

# Beyond these the day before or after, or the same instant elsewhere, is in no calendar.
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
ZONES = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
# What a page links to, whether or not it has ever happened.
LINKED = frozenset({"programme.configured"})

SIGN_IN_LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "remember": _("Stay logged in on this device"),
    "oldpassword": _("Password so far"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "code": _("Code"),
    "name": _("Name"),
    "passwordless": _("Log in with it alone, without the password"),
}
SIGN_IN_HELP = {"passwordless": _("The key then asks for your fingerprint, your face or a PIN.")}


class InOurWords:
    """A form of the log-in library with the labels of this program and nothing said twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.label = SIGN_IN_LABELS.get(name, field.label)
            field.help_text = SIGN_IN_HELP.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class SpentOnce:
    """A code that was accepted is spent: for every form that asks its person for one, and while the clock allows it.

    The library's own mark is not made by the form that activates an app, and is gone before a code of a slow clock is.
    """

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        key = f"spent-code:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
        if not cache.add(key, True, timeout=mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 1)):
            raise get_adapter().validation_error("incorrect_code")
        return code


def in_our_words(form: Any, *more: type) -> Any:
    return type(form.__name__, (InOurWords, *more, form), {})


LoginForm = in_our_words(account.LoginForm)
ReauthenticateForm = in_our_words(account.ReauthenticateForm)
ResetPasswordForm = in_our_words(account.ResetPasswordForm)
ResetPasswordKeyForm = in_our_words(account.ResetPasswordKeyForm)
ChangePasswordForm = in_our_words(account.ChangePasswordForm)
SetPasswordForm = in_our_words(account.SetPasswordForm)
SecondFactorForm = in_our_words(mfa.AuthenticateForm, SpentOnce)
SecondFactorAgainForm = in_our_words(mfa.ReauthenticateForm, SpentOnce)
ActivateAppForm = in_our_words(totp.ActivateTOTPForm, SpentOnce)
AddKeyForm = in_our_words(webauthn.AddWebAuthnForm)
RenameKeyForm = in_our_words(webauthn.EditWebAuthnForm)


class ProfileForm(SharedForm, forms.Form):
    """How the program speaks to the person."""

    name = forms.CharField(label=_("Name"), max_length=150)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in ["UTC", *ZONES]])
    locale = forms.ChoiceField(
        label=_("Language and formats"), choices=[(code, _(name)) for code, name in settings.LANGUAGES]
    )


class TokenForm(PlainTexts, forms.Form):
    """What an API token is for, what it may do and how long."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("For example: nightly export to the data warehouse.")
    )
    may_write = forms.TypedChoiceField(
        label=_("May"),
        choices=[("", _("read only")), ("yes", _("read and change what I may change"))],
        coerce=lambda value: value == "yes",
        empty_value="",
        required=False,
    )
    expires_on = forms.DateField(
        label=_("Works until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: until you revoke it."),
    )

    def clean_may_write(self) -> bool:
        return bool(self.cleaned_data["may_write"])

    def clean_expires_on(self) -> datetime | None:
        """The end of that day where the person is."""
        day = self.cleaned_data["expires_on"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("This day lies in the past."))
        if day > LATEST:
            raise forms.ValidationError(_("Look at the year."))
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class RolesField(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False, **kwargs
        )


class PersonForm(SharedForm, forms.Form):
    """A person's name, place and roles."""

    name = forms.CharField(label=_("Name"), max_length=150)
    team = forms.CharField(
        label=_("Team"),
        max_length=100,
        required=False,
        help_text=_("Drives and rankings can go by team or region; empty is fine."),
    )
    region = forms.CharField(label=_("Region"), max_length=100, required=False)
    roles = RolesField()


class InvitationForm(PlainTexts, forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label=_("E-mail"), max_length=254, help_text=_("The address is the login and receives the invitation.")
    )
    name = forms.CharField(label=_("Name"), max_length=150)
    roles = RolesField(help_text=_("Without a role a person can log in but sees nothing."))

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is already a person with this address."))
        return email


class PersonSearch(PlainTexts, forms.Form):
    """The filters of the list of people."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("Every role")), *Role.choices, ("none", _("No role"))]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Everyone")),
            ("active", _("Active")),
            ("invited", _("Never logged in")),
            ("inactive", _("Deactivated")),
        ],
    )

    @property
    def wanted(self) -> persons.Wanted:
        """What the valid fields ask for; an invalid one does not narrow."""
        self.is_valid()
        found = self.cleaned_data
        return persons.Wanted(found.get("q", ""), found.get("role", ""), found.get("state", ""))


class NoticeSearch(PlainTexts, forms.Form):
    """The filters of a person's notices."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    show = forms.ChoiceField(label=_("Show"), required=False, choices=[("unread", _("Unread only"))])

    @property
    def wanted(self) -> tuple[str, bool]:
        """The words, and whether only unread ones are shown."""
        self.is_valid()
        return self.cleaned_data.get("q", ""), self.cleaned_data.get("show") == "unread"


class EventSearch(PlainTexts, forms.Form):
    """The filters of the audit trail."""

    q = forms.CharField(label=_("Subject"), required=False, max_length=100)
    by = forms.CharField(label=_("By"), required=False, max_length=254)
    event = forms.CharField(label=_("Event"), required=False, max_length=60)
    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    type = forms.CharField(label=_("Kind of subject"), required=False, max_length=60)
    id = forms.IntegerField(label=_("Number of the subject"), required=False, min_value=1, max_value=2**63 - 1)

    def clean_by(self) -> User | str | None:
        """A person's address, or `program` for what the program did by itself."""
        address = self.cleaned_data["by"].strip()
        if address in ("", "program"):
            return address or None
        person: User | None = User.objects.filter(email__iexact=address).first()
        if person is None:
            raise forms.ValidationError(_("Nobody has this address."))
        return person

    def clean_event(self) -> str:
        """A kind of event that has happened."""
        event: str = self.cleaned_data["event"]
        if event and event not in LINKED and not AuditEvent.objects.filter(event=event).exists():
            raise forms.ValidationError(_("Nothing like this has happened."))
        return event

    @property
    def wanted(self) -> events.Wanted:
        """What the valid fields ask for; days are those of the person who asks."""
        self.is_valid()
        found = self.cleaned_data
        by, until = found.get("by"), found.get("until")
        return events.Wanted(
            text=found.get("q", ""),
            person=by if isinstance(by, User) else None,
            by_program=by == "program",
            event=found.get("event", ""),
            subject_type=found.get("type", ""),
            subject_id=found.get("id"),
            since=_midnight(found["since"]) if found.get("since") else None,
            until=_midnight(until, later=1) if until else None,
        )


def _midnight(day: date, *, later: int = 0) -> datetime:
    """Midnight where the person is, so many days later."""
    known = min(max(day, EARLIEST), LATEST)
    return timezone.make_aware(datetime.combine(known + timedelta(days=later), time.min))

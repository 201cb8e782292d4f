"""What every form of a page does with the texts that it is sent."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.errors import Duplicate, RuleBroken
from core.models import User
from core.texts import plain

LONGEST_SAID = 60


class PlainTexts:
    """A form whose texts come without control characters, which paste brings along unseen and no file gives back.

    What breaks a line does so in a field of several lines, and is a space in the others. NUL is refused in words.
    Hidden fields, which name what the page showed, are left as they are.
    """

    def full_clean(self) -> None:
        """Check what was sent once its texts are plain; what is shown again is plain, too."""
        form: Any = self
        if form.is_bound and (plain_ones := dict(self._plain_ones())):
            form.data = form.data.copy()
            for key, values in plain_ones.items():
                if hasattr(form.data, "setlist"):
                    form.data.setlist(key, values)
                else:
                    form.data[key] = values[-1]
        super().full_clean()  # type: ignore[misc]

    def _plain_ones(self) -> Iterator[tuple[str, list[Any]]]:
        """The texts that are another once they are plain, by their name in what was sent."""
        form: Any = self
        for name, field in form.fields.items():
            if field.widget.is_hidden or not isinstance(field, forms.CharField):
                continue
            key = form.add_prefix(name)
            sent = form.data.getlist(key) if hasattr(form.data, "getlist") else [form.data.get(key)]
            taken = [_plain(value, field) for value in sent]
            if taken != sent:
                yield key, taken


class RowNumber(forms.IntegerField):
    """The id of a row in an address, as the program writes it: `1.0`, `1_0` and other scripts' digits name no row."""

    def to_python(self, value: Any) -> int | None:
        if value not in self.empty_values and not re.fullmatch(r"[0-9]+", str(value), re.ASCII):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class Switch(forms.NullBooleanField):
    """`true` or `false` in an address; what is neither is an error, not a switch that is off."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]  # as the field itself does
        if value in self.empty_values:
            return None
        known = {"true": True, "false": False}.get(str(value).lower())
        if known is None:
            raise ValidationError(_("Write true or false."), code="invalid")
        return known


class TeamField(forms.CharField):
    """The team of somebody."""

    def clean(self, value: Any) -> Any:
        team = super().clean(value)
        if team and not User.objects.filter(team=team).exists():
            raise ValidationError(_("Nobody is in this team."), code="invalid")
        return team


def refuse(form: forms.BaseForm, refusal: RuleBroken) -> None:
    """Show the refusal of an action at the field that is to be looked at, or above all of them."""
    asked = (name for name in (refusal.field, f"{refusal.field}_name") if name in form.fields)
    form.add_error(next(asked, None), str(refusal))


def refuse_twin(form: forms.BaseForm, twin: Duplicate, page: str) -> None:
    """Refuse what is there already, with the way to it: `page` names the address of one such row."""
    address = reverse(page, args=[twin.existing[0].pk])
    form.add_error(None, format_html('{} <a href="{}">{}</a>', str(twin), address, _("Open it")))


class NotNarrowed(BadRequest):
    """A file, or a deed to all that is shown, was asked for by something that is not known; 400 with its words."""


def passed_over(form: forms.Form) -> list[str]:
    """In words what a list was asked for and does not know: it is shown as if that had not been asked for."""
    words = _("“%(value)s” is not known to the filter “%(filter)s”, so the list is not narrowed by it.")
    return [words % unknown for unknown in _unknown(form).values()]


def refused_by_name(form: forms.Form) -> dict[str, str]:
    """In words what is refused where no list is shown, by the name in the address, as the API tells it."""
    words = _("“%(value)s” is not known to the filter “%(filter)s”.")
    return {name: words % unknown for name, unknown in _unknown(form).items()}


def refuse_passed_over(form: forms.Form) -> None:
    """Raise NotNarrowed where a page would pass over a filter: a file would hold rows that nobody asked for."""
    if words := refused_by_name(form):
        raise NotNarrowed(" ".join(words.values()))


def _unknown(form: forms.Form) -> dict[str, dict[str, Any]]:
    return {
        name: {"value": _said(form[name].data), "filter": form.fields[name].label}
        for name in form.errors
        if name in form.fields
    }


def _said(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}…"


def _plain(value: Any, field: forms.CharField) -> Any:
    if not isinstance(value, str) or "\0" in value:
        return value
    return plain(value, line_break="\n" if isinstance(field.widget, forms.Textarea) else " ")

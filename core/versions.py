"""Forms of rows that two people may have open at the same time: who saves second takes nothing back unseen."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import BigIntegerField
from django.http import QueryDict
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from core.both_sides import three_way
from core.errors import StaleVersion
from core.forms import PlainTexts
from core.texts import plain

if TYPE_CHECKING:
    AnyForm = forms.BaseForm
else:
    AnyForm = object

HIDDEN = ("version", "seen")


def version_field() -> forms.IntegerField:
    """The version that the person saw."""
    return forms.IntegerField(
        min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput, required=False
    )


class SeenField(forms.Field):
    """What the page showed when it was opened, as JSON by names; what no page made is nothing, never an error."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> dict[str, Any]:
        try:
            seen = json.loads(value or "")
        except (ValueError, TypeError, RecursionError):
            return {}
        return seen if isinstance(seen, dict) else {}


def again(refusal: StaleVersion, form: forms.BaseForm, taken: Iterable[str]) -> str:
    """What is said above a form that took over these fields as the other left them."""
    words = _("The form shows it as it stands now, with what you changed in it; press again to save.")
    labels = [str(form[name].label) for name in form.fields if name in set(taken)]
    theirs = _("They changed: %s") % ", ".join(labels) if labels else ""
    return f"{refusal} {words} {theirs}".strip()


def untouched(field: forms.BoundField, value: Any) -> list[str]:
    """What a browser sends back of a field that shows this value and that nobody touches."""
    prepared, widget = field.field.prepare_value(value), field.field.widget
    return _told(bool(prepared) if isinstance(widget, forms.CheckboxInput) else widget.format_value(prepared))


def sent(form: forms.BaseForm) -> dict[str, list[str]]:
    """What was sent of the fields that the page had."""
    return {
        field.name: _told(field.data)
        for field in form.visible_fields()
        if not field.field.disabled
        and not field.field.widget.value_omitted_from_data(form.data, form.files, field.html_name)
    }


def send_instead(form: forms.BaseForm, values: Mapping[str, list[str]]) -> None:
    """As if these had been sent of the fields that they name."""
    data = cast(QueryDict, form.data).copy()
    for name, value in values.items():
        data.setlist(form.add_prefix(name), value)
    form.data = data


class VersionedForm(PlainTexts, AnyForm):
    """Tells, in fields that nobody sees, the version of the row that its page showed, and what it said.

    `version` is the one of the form's `instance`, or an initial value.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = getattr(self, "instance", None)
        if row is not None and row.pk and "version" not in self.initial:
            self.initial["version"] = self.version_of(row)
        self.fields |= {"version": version_field(), "seen": SeenField(required=False)}

    def version_of(self, row: Any) -> int:
        """What tells one state of the row from another."""
        version: int = row.version
        return version

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """As every form, and what the page shows of a row that is there."""
        if field_name == "seen":
            return json.dumps(self._shown()) if self.initial.get("version") is not None else ""
        return super().get_initial_for_field(field, field_name)

    def press_again(self, now: "VersionedForm", stale: StaleVersion) -> set[str]:
        """Turn it into the form that its person presses after somebody else was first, who left the row as the form
        `now` shows it: what the person left alone is as it stands now, the rest as it was typed.

        Answers with the names of the fields that both changed, each otherwise.
        """
        theirs, typed = now._shown(), sent(self)
        taken, both = three_way(self.cleaned_data["seen"], typed, theirs)
        # A field that the page did not have yet, such as a new attribute, was left alone.
        taken |= {name: value for name, value in theirs.items() if name not in typed}
        renewed = {"version": [str(now.initial["version"])], "seen": [json.dumps(theirs)]}
        send_instead(self, taken | renewed)
        self.full_clean()
        if taken or not both:
            self.add_error(None, again(stale, self, taken))
        return both

    def _shown(self) -> dict[str, list[str]]:
        """What a browser sends back of the fields that nobody touches."""
        shown = [field for field in self.visible_fields() if not field.field.disabled]
        return {field.name: untouched(field, field.initial) for field in shown}


class SharedForm(VersionedForm):
    """A short one: whoever saves second sees beside each field what another one entered in it."""

    def refuse(self, stale: StaleVersion, now: "SharedForm") -> None:
        """`now` shows the row as somebody else left it; what this one left alone is as it stands there."""
        both = self.press_again(now, stale)
        if not self.non_field_errors():
            self.add_error(None, str(stale))
        for name in both:
            words = _("It is now: %s. Save again to replace it by yours.") % now.in_words(name)
            self.add_error(name, words)

    def in_words(self, name: str) -> str:
        """What the form shows in a field, as its person reads it."""
        value, labels = self[name].initial, dict(getattr(self.fields[name], "choices", ()))
        shown = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(one, _formatted(one))) for one in shown if one) or "–"

    def said(self) -> dict[str, Any]:
        """What the action calls it, with what was seen."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in HIDDEN}
        return values | {"seen": self.cleaned_data["version"]}


def _formatted(value: Any) -> str:
    if isinstance(value, date):
        return date_format(value)
    return number_format(value, force_grouping=True) if isinstance(value, Decimal) else str(value)


def _told(value: Any) -> list[str]:
    """Texts as they come back from a browser, which ends lines its own way; nothing is told of what is empty."""
    if isinstance(value, bool):
        return ["on"] if value else []
    several: Iterable[Any] = value if isinstance(value, list) else [value]
    texts = ["\n".join(plain(str(one or "")).splitlines()).strip() for one in several]
    return [text for text in texts if text]

"""Forms of settings that know what the page showed, so that nobody's save is lost to another one."""

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import BigIntegerField, Model
from django.utils.translation import gettext as _

from core.both_sides import three_way
from core.errors import RuleBroken, StaleVersion
from core.forms import PlainTexts
from core.versions import SeenField, again, send_instead, sent, untouched
from references.actions.seen_settings import mark_of

if TYPE_CHECKING:
    AnyForm = forms.BaseForm
    Base = forms.ModelForm
else:
    AnyForm = object
    Base = object


class SeenForm(PlainTexts, AnyForm):
    """Tells what holds now when a save is refused; `seen` names what the page showed, for the action to compare, and
    `shown` says it, so that what was left alone is not taken back."""

    seen_name = "seen"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown"] = SeenField(required=False)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """As every form, and what the page shows of each setting."""
        if field_name == "shown":
            return json.dumps({name: untouched(self[name], self[name].initial) for name in self.settings})
        return super().get_initial_for_field(field, field_name)

    @property
    def settings(self) -> list[str]:
        """The names of what is set."""
        raise NotImplementedError

    def seen_now(self, current: Model) -> str:
        """What a page that shows this row sends back as seen."""
        raise NotImplementedError

    def held(self, current: Any, name: str) -> Any:
        """What this row holds of a setting, as the form would have it typed."""
        return getattr(current, name)

    def filled_in(self, current: Any, name: str) -> Any:
        """The same as the form is filled in with it."""
        return self.held(current, name)

    def refuse(self, refusal: RuleBroken) -> None:
        """Say above the form why it is not saved; where somebody else was first, what holds now as well.

        What was typed stays; after a StaleVersion, saving again replaces what holds."""
        if not isinstance(refusal, StaleVersion):
            self.add_error(None, str(refusal))
            return
        both = self._catch_up(refusal)
        for name in both:
            words = self.in_words(name, self.held(refusal.current, name))
            ended = words if words.endswith((".", "!", "?", "…")) else f"{words}."
            self.add_error(name, _("It is now: %s Save again to replace it by yours.") % ended)
        # The form may lie below the edge of a phone.
        first = next((field for field in self.visible_fields() if field.errors), None)
        if first is not None:
            first.field.widget.attrs["autofocus"] = True

    def _catch_up(self, stale: StaleVersion) -> list[str]:
        """Fill in what the other changed and the person left alone; answers with what both changed, each otherwise."""
        open_ones = [name for name in self.settings if not self.fields[name].disabled]
        theirs = {name: untouched(self[name], self.filled_in(stale.current, name)) for name in open_ones}
        typed = {name: value for name, value in sent(self).items() if name in theirs}
        taken, both = three_way(self.cleaned_data["shown"], typed, theirs)
        send_instead(self, taken | {self.seen_name: [self.seen_now(stale.current)], "shown": [json.dumps(theirs)]})
        differing = [name for name in open_ones if name in both and self._differs(stale.current, name)]
        self.add_error(None, again(stale, self, taken) if taken or not differing else str(stale))
        return differing

    def _differs(self, current: Any, name: str) -> bool:
        """Whether the two are not just other ways to write one value."""
        return bool(self.held(current, name) != self.cleaned_data.get(name))

    def in_words(self, name: str, value: Any) -> str:
        """A value as the form shows it."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            return str(value or field.empty_label or "–")
        if value is None:
            return "–"
        labels = dict(getattr(field, "choices", ()))
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(labels.get(one, one)) for one in chosen) or "–"


class SettingsForm(SeenForm, Base):
    """One row of settings, beside `ModelForm`; `seen` is the mark of its values."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._say_one_least()
        mark = mark_of(self.instance, self.settings)
        self.fields["seen"] = forms.CharField(required=False, max_length=64, initial=mark, widget=forms.HiddenInput)

    def _say_one_least(self) -> None:
        """One answer to what is too small. Django's field knows only that the column holds nothing below zero, and said
        so before the model named the real limit."""
        for name, field in self.fields.items():
            if not isinstance(field, forms.IntegerField) or name not in self.settings:
                continue
            column = self.instance._meta.get_field(name)
            limits = [one for one in (*column.validators, *field.validators) if isinstance(one, MinValueValidator)]
            others = [one for one in field.validators if not isinstance(one, MinValueValidator)]
            if limits:
                strictest = max(limits, key=lambda one: one.limit_value)
                field.validators, field.widget.attrs["min"] = [*others, strictest], strictest.limit_value

    @property
    def settings(self) -> list[str]:
        """The names of what is set."""
        return [name for name in self._meta.fields or () if name != "seen"]

    def values(self) -> dict[str, Any]:
        """What the action calls it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("seen", "shown")}

    def seen_now(self, current: Model) -> str:
        return mark_of(current, self.settings)


class ReplacingForm(SeenForm, forms.Form):
    """Sets a row that replaces an earlier one; `seen` is the newest row of all when the page was opened, 0 for none."""

    replaces: tuple[str, ...] = ()
    seen = forms.IntegerField(
        required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT, widget=forms.HiddenInput
    )

    @property
    def settings(self) -> list[str]:
        return list(self.replaces)

    def seen_now(self, current: Model) -> str:
        return str(current.pk)

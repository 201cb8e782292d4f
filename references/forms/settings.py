"""Forms of settings that know what the page showed, so that nobody's save is lost to another one."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import BigIntegerField, Model
from django.utils.translation import gettext as _

from core.errors import RuleBroken, StaleVersion
from core.forms import PlainTexts
from references.actions.seen_settings import mark_of

if TYPE_CHECKING:
    AnyForm = forms.BaseForm
    Base = forms.ModelForm
else:
    AnyForm = object
    Base = object


class SeenForm(PlainTexts, AnyForm):
    """Tells what holds now when a save is refused; `seen` names what the page showed, for the action to compare."""

    seen_name = "seen"

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

    def refuse(self, refusal: RuleBroken) -> None:
        """Say above the form why it is not saved; where somebody else was first, what holds now as well.

        What was typed stays; after a StaleVersion, saving again replaces what holds."""
        self.add_error(None, str(refusal))
        if isinstance(refusal, StaleVersion):
            self._show_current(refusal.current)

    def _show_current(self, current: Any) -> None:
        """Say beside each value that differs what holds now. The page opens at the first of them, as the form may lie
        below the edge of a phone."""
        for name in self.settings:
            now, typed = self.held(current, name), self.cleaned_data.get(name)
            if now != typed and not self.fields[name].disabled:
                words = self.in_words(name, now)
                ended = words if words.endswith((".", "!", "?", "…")) else f"{words}."
                self.add_error(name, _("It is now: %s Save again to replace it by yours.") % ended)
        form: Any = self
        form.data = form.data.copy()
        form.data[self.add_prefix(self.seen_name)] = self.seen_now(current)
        first = next((field for field in self.visible_fields() if field.errors), None)
        if first is not None:
            first.field.widget.attrs["autofocus"] = True

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
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

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

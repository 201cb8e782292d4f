"""A deed that was refused: its panel is shown again, open, with what was typed and the refusal beside it, and the page
begins there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.forms import BoundField, ChoiceField, Form, ModelChoiceField
from django.utils.html import format_html_join


@dataclass(frozen=True)
class Refused:
    """The form of a deed, with its errors and the words of its button."""

    name: str
    label: Any
    form: Form

    def form_of(self, name: str) -> Form | None:
        """The form, for the panel of the deed it belongs to."""
        return self.form if name == self.name else None

    @property
    def words(self) -> str:
        return format_html_join(" ", "{}", ((error,) for errors in self.form.errors.values() for error in errors))

    @property
    def field(self) -> BoundField | None:
        """Where to go on: the first field with a complaint, else the first; none where nothing is asked."""
        fields = self.form.visible_fields()
        return next((field for field in fields if field.errors), fields[0] if fields else None)

    def typed(self) -> Iterator[tuple[Any, str]]:
        """What was typed or chosen, by the label of its field: kept readable where the deed is offered no more."""
        chosen = [field for field in self.form.hidden_fields() if isinstance(self._clean(field), Model)]
        for field in [*chosen, *self.form.visible_fields()]:
            yield field.label, self._in_words(field)

    def _clean(self, field: BoundField) -> Any:
        return getattr(self.form, "cleaned_data", {}).get(field.name, field.data)

    def _in_words(self, field: BoundField) -> str:
        """A choice as the page named it, not by its key."""
        value, asked = self._clean(field), field.field
        if value and isinstance(asked, ChoiceField) and not isinstance(asked, ModelChoiceField):
            choices: Any = asked.choices
            value = dict(choices).get(field.data, value)
        return str(value or "")


def refused(name: str, label: Any, form: Form, words: str = "") -> Refused:
    """The refusal in words stands above the fields; without words the form's own complaints stand beside them. The page
    opens at the field to go on with, scripts or not."""
    if words:
        form.add_error(None, words)
    found = Refused(name, label, form)
    if found.field is not None:
        found.field.field.widget.attrs["autofocus"] = True
    return found

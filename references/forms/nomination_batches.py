"""Nominations that are ticked in their list."""

import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts

# A page of the list; each is locked until the last of them is accepted.
MOST_AT_ONCE: Final = 50


class SeenRowsField(forms.MultipleChoiceField):
    """Ids of rows with the version that the page showed, `12:3`; what is none names no row."""

    def to_python(self, value: Any) -> dict[int, int]:  # type: ignore[override]
        found = (re.fullmatch(r"([0-9]{1,18}):([0-9]{1,9})", one) for one in super().to_python(value))
        return {int(one[1]): int(one[2]) for one in found if one}

    def validate(self, value: Any) -> None:
        """Which of the rows are there is asked of the database."""


class AcceptManyForm(PlainTexts, forms.Form):
    """Which of the rows on a page are accepted: those that are chosen, or every one that is `shown` there."""

    chosen = SeenRowsField(required=False)
    shown = SeenRowsField(required=False)
    everyone = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        seen = values.get("shown" if values.get("everyone") else "chosen") or {}
        if not seen:
            raise ValidationError(_("Tick the nominations that you accept first."))
        if len(seen) > MOST_AT_ONCE:
            raise ValidationError(_("Accept %(most)s at once at most.") % {"most": MOST_AT_ONCE})
        return values | {"seen": seen}

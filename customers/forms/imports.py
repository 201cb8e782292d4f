"""The two forms of an import: the file, and what its columns mean."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.actions import import_jobs
from customers.choices import ImportKind
from customers.formats import contact_columns, customer_columns

DAY_ORDERS = [
    ("auto", _("Only clear ones (2026-11-20)")),
    ("dmy", _("Day first (20/11/2026)")),
    ("mdy", _("Month first (11/20/2026)")),
]
PRESETS = [
    (kind, preset)
    for kind, presets in (("customers", customer_columns.PRESETS), ("contacts", contact_columns.PRESETS))
    for preset in presets
]


class UploadForm(forms.Form):
    """A file and what it lists; the export it comes from is recognised unless the person names it."""

    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX, with one row of headers"))
    kind = forms.ChoiceField(label=_("What the file lists"), choices=ImportKind.choices, widget=forms.RadioSelect)
    preset = forms.ChoiceField(label=_("Where it comes from"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recognise = [("", gettext("Recognise it by its headers"))]
        self.fields["preset"].choices = recognise + [(preset.name, preset.label) for _kind, preset in PRESETS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, preset = cleaned.get("kind", ""), cleaned.get("preset", "")
        if preset and kind and (kind, preset) not in [(one, other.name) for one, other in PRESETS]:
            self.add_error("preset", gettext("This export lists something else; choose what fits the file."))
        return cleaned


class ColumnsForm(forms.Form):
    """What each column means, the system the ids belong to, and how days are written."""

    source = forms.CharField(
        label=_("System the file comes from"),
        required=False,
        max_length=40,
        help_text=_("Its ids are kept under this name, so that the next file from it finds the same customers."),
    )
    day_order = forms.ChoiceField(
        label=_("How days are written"),
        required=False,
        choices=DAY_ORDERS,
        help_text=_("A day such as 03/04/2026 is a problem row until you say which comes first."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, parameters: Mapping[str, Any]) -> None:
        initial = {"source": parameters["source"], "day_order": parameters["day_order"]}
        super().__init__(data, initial=initial)
        self.parameters = parameters
        meanings = [("", gettext("– not taken over –"))]
        meanings += [(field.key, gettext(field.label)) for field in import_jobs.fields_of(parameters["kind"])]
        for number, header in enumerate(parameters["headers"]):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=header, choices=meanings, required=False, initial=parameters["columns"].get(header, "")
            )

    def rows(self) -> Iterator[tuple[str, list[str], forms.BoundField]]:
        """Each header with a few of its values and the field that says what it means."""
        for number, header in enumerate(self.parameters["headers"]):
            samples = [row[number] for row in self.parameters["samples"] if number < len(row) and row[number]]
            yield header, samples, self[f"column-{number}"]

    def decisions(self) -> dict[str, Any]:
        """What `import_jobs.foresee` needs to know."""
        headers = self.parameters["headers"]
        meanings = {header: self.cleaned_data[f"column-{number}"] for number, header in enumerate(headers)}
        return {
            "columns": {header: meaning for header, meaning in meanings.items() if meaning},
            "source": self.cleaned_data["source"].strip(),
            "day_order": self.cleaned_data["day_order"] or "auto",
        }

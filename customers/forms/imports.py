"""The two forms of an import: the file, and what its columns mean."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import PlainTexts
from customers.actions.file_kinds import KINDS
from customers.actions.importers import Importer
from customers.choices import ImportKind

DAY_ORDERS = [
    ("auto", _("Only clear ones (2026-11-20)")),
    ("dmy", _("Day first (20/11/2026)")),
    ("mdy", _("Month first (11/20/2026)")),
]
FEW = 12
PRESETS = [(name, preset) for name, kind in KINDS.items() for preset in kind.presets]


class UploadForm(PlainTexts, forms.Form):
    """A file; what it lists and the export it comes from are recognised unless the person says it."""

    file = forms.FileField(label=_("File"), help_text=_("CSV or XLSX, with one row of headers"))
    kind = forms.ChoiceField(label=_("What the file lists"), required=False, widget=forms.RadioSelect)
    preset = forms.ChoiceField(label=_("Where it comes from"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        recognise = [("", gettext("Recognise it by its headers"))]
        self.fields["kind"].choices = [*recognise, *ImportKind.choices]  # type: ignore[attr-defined]
        self.fields["preset"].choices = recognise + [(preset.name, gettext(preset.label)) for _kind, preset in PRESETS]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, preset = cleaned.get("kind", ""), cleaned.get("preset", "")
        if preset and kind and (kind, preset) not in [(one, other.name) for one, other in PRESETS]:
            self.add_error("preset", gettext("This export lists something else; choose what fits the file."))
        if preset and "kind" in cleaned and not kind:
            cleaned["kind"] = next(one for one, other in PRESETS if other.name == preset)
        return cleaned


class MappingForm(PlainTexts, forms.Form):
    """What each column means. Fields of a subclass are settings of its importer."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, importer: Importer[Any], parameters: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(parameters))
        meanings = [(key, gettext(label)) for key, label in importer.meanings(parameters["kind"]).items()]
        self.samples: list[list[Any]] = parameters["samples"]
        self.columns: dict[str, str] = {}
        for number, header in enumerate(parameters["headers"]):
            name, key = f"column-{number}", importer.column_key(number, header)
            self.columns[name] = key
            self.fields[name] = forms.ChoiceField(
                label=header,
                choices=[("", gettext("– not taken over –")), *meanings],
                required=False,
                initial=parameters["columns"].get(key, ""),
            )

    def groups(self) -> list[tuple[str, list[tuple[str, list[Any], forms.BoundField]]]]:
        """Each header with a few of its values and its field; of many, those that mean nothing stand by themselves."""
        fields = [self[name] for name in self.columns]
        rows = [(str(field.label), values, field) for field, values in zip(fields, self.samples, strict=True)]
        taken = [row for row in rows if row[2].value()]
        if len(rows) <= FEW or not taken:
            return [(gettext("All columns"), rows)]
        return [(gettext("Taken over"), taken), (gettext("Not taken over"), [row for row in rows if row not in taken])]

    def settings(self) -> list[forms.BoundField]:
        """The fields that are about the whole file."""
        return [self[name] for name in self.base_fields]

    def decisions(self) -> dict[str, Any]:
        """What `import_jobs.foresee` needs to know."""
        chosen = {key: self.cleaned_data[name] for name, key in self.columns.items()}
        settings = {name: self.cleaned_data[name] for name in self.base_fields}
        return {"columns": {key: meaning for key, meaning in chosen.items() if meaning}, **settings}


class ColumnsForm(MappingForm):
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

    def clean_day_order(self) -> str:
        return self.cleaned_data["day_order"] or "auto"

"""The forms of a sheet's import: the file, and what its columns mean."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from references.actions import rag_import_jobs


class SheetUploadForm(forms.Form):
    """A workbook or CSV file with customers down and dimensions across."""

    file = forms.FileField(label=_("File"))


class SheetColumnsForm(forms.Form):
    """What each column means, and whether customers nobody knows are entered."""

    create_unknown = forms.BooleanField(
        label=_("Enter customers that are not here yet"),
        required=False,
        help_text=_(
            "Otherwise their rows are listed as problems. A customer you enter this way is yours if you are a CSM."
        ),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, parameters: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"create_unknown": parameters["create_unknown"]})
        self.parameters = parameters
        meanings = [("", gettext("– not taken over –")), *rag_import_jobs.meanings()]
        for number, header in enumerate(parameters["headers"]):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=header, choices=meanings, required=False, initial=parameters["columns"].get(str(number), "")
            )

    def rows(self) -> Iterator[tuple[str, list[dict[str, str]], forms.BoundField]]:
        """Each header with a few of its cells and the field that says what it means."""
        for number, header in enumerate(self.parameters["headers"]):
            cells = [row[number] for row in self.parameters["samples"] if number < len(row)]
            yield header, [cell for cell in cells if cell["text"] or cell["colour"]], self[f"column-{number}"]

    def decisions(self) -> dict[str, Any]:
        """What `rag_import_jobs.foresee` needs to know."""
        chosen = {number: self.cleaned_data[f"column-{number}"] for number in range(len(self.parameters["headers"]))}
        return {
            "columns": {number: meaning for number, meaning in chosen.items() if meaning},
            "create_unknown": self.cleaned_data["create_unknown"],
        }

"""Import of an old RAG sheet, in the same steps as an import of customers."""

from customers.views.import_steps import Wizard
from references.actions.rag_files import RAG_FILES
from references.forms.rag_imports import SheetColumnsForm, SheetUploadForm

WIZARD = Wizard(
    RAG_FILES,
    "references.import_grid",
    "references:grid_import",
    "references/grid_import",
    SheetUploadForm,
    SheetColumnsForm,
)
create, columns, sheet, detail, apply, discard = WIZARD.views()

"""One cell: the panel beside the grid, and the statuses set by a key."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from core.errors import RuleBroken, StaleVersion
from core.models import Programme, User
from core.permissions import permit, requires
from core.requests import PersonRequest, render_page_or_partial, wants_partial
from customers.actions import contacts
from customers.actions.customers import merged_refusal
from customers.models import Contact, Customer
from customers.views.addresses import lead_on
from references.actions import cells
from references.actions.cells import EvidenceMissing, NewEvidence
from references.choices import EvidenceKind, Status
from references.forms.cells import FIELDS, NEW_CONTACT, PROOF, CellForm, StatusForm
from references.models import Cell, Dimension, Evidence
from references.permissions import edits_cells_of_everyone
from references.reports import panels
from references.reports.cells import cell_report
from references.reports.counts import Present
from references.views import grid


@gzip_page
@require_safe
@requires("references.view_grid")
def detail(request: PersonRequest, customer_id: int, dimension_key: str) -> HttpResponse:
    now = timezone.now()
    cell = find(request, customer_id, dimension_key)
    lead_on(request, cell.customer)
    return _panel(request, cell, at=now)


@require_POST
@requires("references.edit_cell")
def edit(request: PersonRequest, customer_id: int, dimension_key: str) -> HttpResponse:
    now = timezone.now()
    cell = find(request, customer_id, dimension_key)
    permit(request, "references.edit_cell", cell.customer)
    form = _form(cell, at=now, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _panel(request, cell, at=now, form=form, status=422)
    try:
        saved = _save(form, find(request, customer_id, dimension_key), request, at=now)
    except StaleVersion as refusal:
        if _stands_already(form, refusal.current, request):
            return _saved(request, refusal.current, at=now)
        return _conflict(request, form, refusal.current, at=now)
    except EvidenceMissing as refusal:
        form.add_error("contact", str(refusal))
    except RuleBroken as refusal:
        form.add_error(None, str(refusal))
    else:
        return _saved(request, saved, at=now)
    return _panel(request, cell, at=now, form=form, status=422)


@require_POST
@requires("references.edit_cell")
def take(request: PersonRequest, customer_id: int, dimension_key: str) -> HttpResponse:
    """Of a conflict what is saved, in the fields that its table names; what else was typed stands there, unsaved."""
    now = timezone.now()
    cell = find(request, customer_id, dimension_key)
    permit(request, "references.edit_cell", cell.customer)
    form = _with_theirs(request, cell, at=now)
    if not form.is_valid():
        return _panel(request, cell, at=now, form=form, status=422)
    kept, rows = _renewed(form, cell, at=now)
    if rows:
        return _panel(request, cell, at=now, form=kept, conflict=rows, is_taken=True, status=409)
    return _panel(request, cell, at=now, form=kept if _says_more(form, cell) else None, is_taken=True)


@require_POST
@requires("references.edit_cell")
def status(request: PersonRequest, customer_id: int, dimension_key: str) -> JsonResponse:
    """A status set by a key: JSON both ways, as the page has painted it already."""
    now, programme = timezone.now(), request.user.programme
    # Who edits everyone's cells sees every customer; the others' right depends on the customer.
    if not edits_cells_of_everyone(request.user, programme):
        permit(request, "references.edit_cell", find(request, customer_id, dimension_key).customer)
    form = StatusForm(request.POST)
    if not form.is_valid():
        find(request, customer_id, dimension_key)
        return JsonResponse({"message": _("This is not a status of a cell.")}, status=422)
    wanted, seen_version = form.cleaned_data["status"], form.cleaned_data["version"]
    try:
        saved = cells.set_status(
            customer_id, dimension_key, seen_version=seen_version, status=wanted, by=request.user, at=now
        )
    except (Customer.DoesNotExist, Dimension.DoesNotExist) as nowhere:
        raise Http404 from nowhere
    except StaleVersion as refusal:
        told = _told(refusal.current, now, programme) | {"message": _conflict_message(refusal.current, request.user)}
        return JsonResponse(told, status=409)
    except RuleBroken as refusal:
        needs_evidence = isinstance(refusal, EvidenceMissing)
        return JsonResponse({"message": str(refusal), "needs_evidence": needs_evidence}, status=422)
    return JsonResponse(_told(saved, now, programme) | {"undo": panels.change_set_of(saved)})


def find(request: PersonRequest, customer_id: int, dimension_key: str) -> Cell:
    """The cell, blank where nobody has written yet, if the person may see it; 404 otherwise."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).select_related("csm"), pk=customer_id)
    dimension = get_object_or_404(Dimension.objects.shown(), key=dimension_key)
    cell = Cell.objects.of(customer, dimension)
    cell.customer, cell.dimension = customer, dimension
    return cell


def _conflict_message(current: Cell, person: User) -> str:
    if current.updated_by_id == person.pk:
        return _("You have changed this cell in the meantime: it is %s now.") % current.get_status_display()
    author = current.updated_by or _("the program")
    return _("%(author)s changed this cell first: it is %(status)s now.") % {
        "author": author,
        "status": current.get_status_display(),
    }


def _told(cell: Cell, at: datetime, programme: Programme) -> dict[str, Any]:
    return {"cell": vars(panels.state(cell, today=programme.calendar.day_of(at)))}


def _form(cell: Cell, *, at: datetime, data: Any = None, files: Any = None) -> CellForm:
    """What is sent for a customer that was merged meanwhile is refused before anything else is looked at."""
    now = Present.seen(at)
    forecasts = cell.dimension_id == now.definition.dimension_id
    form = CellForm(data, files, cell=cell, today=now.today, forecasts=forecasts)
    if form.is_bound and cell.customer.merged_into is not None:
        form.add_error(None, merged_refusal(cell.customer))
    return form


@transaction.atomic
def _save(form: CellForm, cell: Cell, request: PersonRequest, *, at: datetime) -> Cell:
    values = form.cleaned_data
    return cells.edit(
        cell,
        seen_version=values["version"],
        changes=form.changes,
        evidence=_evidence(form, cell, request, at=at),
        by=request.user,
        at=at,
    )


def _evidence(form: CellForm, cell: Cell, request: PersonRequest, *, at: datetime) -> NewEvidence | Evidence | None:
    """New evidence if some is given; else, for a new Green, an earlier one that still holds, if the person wants."""
    values = form.cleaned_data
    if not values["gives_evidence"]:
        is_wanted = values["take_up"] and values["status"] == Status.GREEN
        return cell_report(cell.customer, cell.dimension, at=at).offered if is_wanted else None
    return NewEvidence(
        kind=values["kind"],
        agreed_on=values["agreed_on"],
        contact=_contact(values, cell, request, at=at),
        valid_until=values["valid_until"],
        url=values["url"],
        file=values["file"],
    )


def _contact(values: dict[str, Any], cell: Cell, request: PersonRequest, *, at: datetime) -> Contact:
    if values["contact"] != NEW_CONTACT:
        return cell.customer.contacts.get(pk=values["contact"])
    permit(request, "customers.edit_contacts")
    given = {"title": values["contact_title"], "email": values["contact_email"]}
    return contacts.create(cell.customer, name=values["contact_name"], values=given, by=request.user, at=at)


def _saved(request: PersonRequest, cell: Cell, *, at: datetime) -> HttpResponse:
    if not request.htmx:
        address = reverse("references:cell_detail", args=[cell.customer_id, cell.dimension.key])
        return redirect("?".join(filter(None, [address, request.GET.urlencode()])))
    fresh = find(request, cell.customer_id, cell.dimension.key)
    response = _panel(request, fresh, at=at, is_saved=True)
    told = _told(fresh, at, Programme.current()) | {"undo": panels.change_set_of(fresh)}
    return trigger_client_event(response, "cell-saved", told)


def _conflict(request: PersonRequest, form: CellForm, current: Cell, *, at: datetime) -> HttpResponse:
    """Both versions side by side: what was typed is kept, what was not touched follows the other's save."""
    current = find(request, current.customer_id, current.dimension.key)
    kept, rows = _renewed(form, current, at=at)
    return _panel(request, current, at=at, form=kept, conflict=rows, status=409)


def _renewed(form: CellForm, current: Cell, *, at: datetime) -> tuple[CellForm, list[panels.Difference]]:
    """The form on the cell as it is now, and in what the two differ."""
    base, mine = panels.at_version(current, form.cleaned_data["version"]), form.changes
    labels = {name: str(form.fields[name].label) for name in mine}
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(current.version)
    for name, value in mine.items():
        if value == getattr(base, name):
            data[name] = _as_typed(getattr(current, name))
    rows = panels.differences(base, current, mine, labels)
    rows += panels.evidence_difference(base, current, form.stated_evidence())
    return _form(current, at=at, data=data, files=form.files), rows


def _with_theirs(request: PersonRequest, cell: Cell, *, at: datetime) -> CellForm:
    """What was typed, with what is saved in the fields that the table of a conflict has named."""
    data, listed = request.POST.copy(), request.POST.getlist("listed")
    for name in set(FIELDS) & {*listed}:
        data[name] = _as_typed(getattr(cell, name))
    takes_evidence = panels.EVIDENCE_ROW in listed
    for name in (*PROOF, "had_file") if takes_evidence else ():
        data.pop(name, None)
    return _form(cell, at=at, data=data, files=None if takes_evidence else request.FILES)


def _says_more(form: CellForm, cell: Cell) -> bool:
    """Whether a valid form says anything that is not saved."""
    return form.cleaned_data["gives_evidence"] or any(
        getattr(cell, name) != value for name, value in form.changes.items()
    )


def _stands_already(form: CellForm, current: Cell, request: PersonRequest) -> bool:
    """Whether a save is the person's own, sent once more because its answer never came."""
    is_own = current.updated_by_id == request.user.pk and not form.cleaned_data["gives_evidence"]
    return is_own and all(getattr(current, name) == value for name, value in form.changes.items())


def _as_typed(value: Any) -> str:
    return "" if value is None else str(getattr(value, "pk", value))


def _panel(
    request: PersonRequest,
    cell: Cell,
    *,
    at: datetime,
    form: CellForm | None = None,
    conflict: list[panels.Difference] | None = None,
    is_saved: bool = False,
    is_taken: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The panel for htmx, the grid with the panel open for everybody else."""
    facts = _facts(request, cell, at=at)
    form = form or _form(cell, at=at)
    if form.is_bound:
        form.is_valid()
        form.data = _with_defaults(form)
    # What an undo took back is there to be taken up again, but only by a person who says so.
    form.initial["take_up"] = facts["taken_back_at"] is None
    context = {"form": form, "conflict": conflict, "is_saved": is_saved, "is_taken": is_taken, **facts}
    if not wants_partial(request):
        context = grid.context(request, at=at, beside=cell.customer) | context
    return render_page_or_partial(request, "references/cell.html", "cell-panel", context, status=status)


def _with_defaults(form: CellForm) -> QueryDict:
    """What was sent, of a form that is checked by now; the parts that were hidden sent nothing, and begin anew."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name in {"kind", "agreed_on"} - data.keys():
        data[name] = _as_typed(form.get_initial_for_field(form.fields[name], name))
    return data


def _facts(request: PersonRequest, cell: Cell, *, at: datetime) -> dict[str, Any]:
    report = cell_report(cell.customer, cell.dimension, at=at)
    return {
        "cell": cell,
        "pays": report.is_pay_trigger,
        "verdict": report.verdict,
        "because": report.because,
        "history": report.history,
        "offered": report.offered,
        "taken_back_at": report.taken_back_at,
        "evidence_is_proven": cell.evidence is not None and cell.evidence.kind != EvidenceKind.IMPORT,
        "may_edit_cell": request.user.has_perm("references.edit_cell", cell.customer),
        "today": Programme.current().calendar.day_of(at),
        "query": request.GET.urlencode(),
    }

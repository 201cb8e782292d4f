"""What a person should look at before pressing the button that closes a quarter for ever."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.choices import JobState
from core.models import Job
from core.quarters import Quarter
from references.choices import EvidenceKind, Status
from references.models import Cell, Closing, Correction, Definition
from references.reports import closings
from references.reports.counts import Present, is_supported, of_active_customers
from references.reports.forecasts import open_cells

# Of the customers whom a line is about so many are named.
NAMED = 5


@dataclass(frozen=True)
class Check:
    """One line of the check list. `blocks` says that the quarter cannot be closed while it is not fine."""

    text: str
    is_fine: bool
    blocks: bool = False
    url: str = ""


def checks(quarter: Quarter, *, now: Present) -> list[Check]:
    """The check list of a quarter, what blocks first."""
    calendar = now.calendar
    ended = calendar.has_ended(quarter, at=now.at)
    day = calendar.starts_on(quarter.next)
    end = _("%(quarter)s has ended.") if ended else _("%(quarter)s has not ended; it can be closed from %(day)s on.")
    words = {"quarter": quarter, "day": date_format(day)}
    return [
        Check(end % words, ended, blocks=True),
        _earlier(quarter, now),
        _stale_evidence(quarter, now),
        *_unproven_imports(quarter, now),
        _no_next_action(quarter, now),
        _pending_corrections(),
        _running_jobs(),
    ]


def _earlier(quarter: Quarter, now: Present) -> Check:
    waiting = closings.earliest_unclosed(now.calendar)
    if waiting is not None and waiting < quarter:
        url = reverse("references:closing_create", args=[waiting.label])
        return Check(
            _("Close %(quarter)s first: its count opens the next quarter.") % {"quarter": waiting}, False, True, url
        )
    return Check(_("All earlier quarters are closed."), True, blocks=True)


def _stale_evidence(quarter: Quarter, now: Present) -> Check:
    """Greens of active customers that do not count, because their evidence is missing or over at the quarter's end."""
    definition, day = now.definition_for(quarter), min(now.today, now.calendar.ends_on(quarter))
    greens = Cell.objects.filter(dimension_id=definition.dimension_id, status=Status.GREEN)
    stale = greens.filter(of_active_customers(day)).exclude(is_supported(definition, day))
    found = stale.count() if definition.evidence_needed else 0
    if not found:
        return Check(_("Every Green of the pay trigger has valid evidence."), True)
    words = ngettext(
        "%(count)d Green of the pay trigger has no valid evidence and does not count.",
        "%(count)d Greens of the pay trigger have no valid evidence and do not count.",
        found,
    )
    return Check(words % {"count": found}, False, url=_in_grid(definition, "expiring"))


def _unproven_imports(quarter: Quarter, now: Present) -> list[Check]:
    """Greens that count on the word of an imported sheet alone; no line where there are none."""
    definition, day = now.definition_for(quarter), min(now.today, now.calendar.ends_on(quarter))
    greens = Cell.objects.filter(is_supported(definition, day), of_active_customers(day), status=Status.GREEN)
    imported = greens.filter(dimension_id=definition.dimension_id, evidence__kind=EvidenceKind.IMPORT)
    found = imported.count() if definition.evidence_needed else 0
    if not found:
        return []
    names = list(imported.order_by("customer__name_key").values_list("customer__name", flat=True)[:NAMED])
    words = ngettext(
        "%(count)d Green of the pay trigger counts because it was imported, and nobody has proven it: %(names)s.",
        "%(count)d Greens of the pay trigger count because they were imported, and nobody has proven them: %(names)s.",
        found,
    )
    told = {"count": found, "names": ", ".join([*names, *(["…"] if found > NAMED else [])])}
    url = f"{reverse('references:grid')}?dimension={definition.dimension.key}&status=green"
    return [Check(words % told, False, url=url)]


def _no_next_action(quarter: Quarter, now: Present) -> Check:
    found = open_cells(quarter, now=now).exclude(status=Status.BLANK).filter(next_action="").count()
    if not found:
        return Check(_("Every open pay-trigger cell has a next action."), True)
    words = ngettext(
        "%(count)d open pay-trigger cell has no next action; perhaps something was not written down.",
        "%(count)d open pay-trigger cells have no next action; perhaps something was not written down.",
        found,
    )
    return Check(words % {"count": found}, False, url=_in_grid(now.definition_for(quarter), "no_action"))


def _in_grid(definition: Definition, switch: str) -> str:
    """The grid narrowed to what the check counted."""
    return f"{reverse('references:grid')}?dimension={definition.dimension.key}&{switch}=true"


def _pending_corrections() -> Check:
    last = Closing.objects.order_by("-quarter").first()
    found = Correction.objects.filter(closing=last, decision__isnull=True).count() if last else 0
    if not found:
        return Check(_("No dispute is open: no correction of the quarter before waits for a decision."), True)
    words = ngettext(
        "%(count)d correction of %(quarter)s waits for a decision; decided now, it is part of the opening.",
        "%(count)d corrections of %(quarter)s wait for a decision; decided now, they are part of the opening.",
        found,
    )
    return Check(words % {"count": found, "quarter": last}, False, url=reverse("references:correction_index"))


def _running_jobs() -> Check:
    found = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count()
    if not found:
        return Check(_("No import or other job is running."), True)
    words = ngettext(
        "%(count)d job is running; what it writes from now on belongs to the next quarter.",
        "%(count)d jobs are running; what they write from now on belongs to the next quarter.",
        found,
    )
    return Check(words % {"count": found}, False)

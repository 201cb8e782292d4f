"""A Green is earned and can decay: withdrawn, expired, or its contact gone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import RuleBroken
from core.models import AuditEvent, Notice, Programme
from customers.actions import contacts
from customers.models import Contact, CustomerChange
from references.actions import cells, change_sets, decay, departures, evidence, evidence_notices
from references.actions.cells import NewEvidence
from references.actions.change_sets import CellEdit, SharedEvidence
from references.models import Cell, CellChange, Dimension, Evidence
from references.reports.cells import cell_report
from tests.factories import ContactFactory, customer

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def call(db):
    return Dimension.objects.get(key="reference_call")


@pytest.fixture
def bluth(maria):
    return customer("Bluth Company", csm=maria)


@pytest.fixture
def lucille(bluth):
    return ContactFactory(customer=bluth, name="Lucille")


def make_green(bluth, call, contact, by, *, until=None, at=NOON, status="green", **values):
    cell = Cell.objects.of(bluth, call)
    new = NewEvidence("call", at.date(), contact, valid_until=until, **values)
    return cells.edit(cell, seen_version=cell.version, changes={"status": status}, evidence=new, by=by, at=at)


def latest(cell):
    cell.refresh_from_db()
    return CellChange.objects.filter(customer=cell.customer, dimension=cell.dimension).first()


def test_a_withdrawal_turns_the_cell_amber_with_its_reason(bluth, call, lucille, maria):
    cell = make_green(bluth, call, lucille, maria)
    evidence.withdraw(cell.evidence, reason="Legal said no.", by=maria, at=NOON)
    change = latest(cell)
    assert (cell.status, change.source, change.reason) == ("amber", "withdrawal", "Consent withdrawn: Legal said no.")
    assert AuditEvent.objects.filter(event="evidence.withdrawn", by=maria).count() == 1
    with pytest.raises(RuleBroken, match="already been withdrawn"):
        evidence.withdraw(Evidence.objects.get(), reason="Again", by=maria, at=NOON)
    with pytest.raises(RuleBroken, match="was withdrawn"):
        cells.edit(
            cell, seen_version=2, changes={"status": "green"}, evidence=Evidence.objects.get(), by=maria, at=NOON
        )


def test_a_departure_turns_the_greens_amber_that_rest_on_the_contact(bluth, call, lucille, maria):
    cell = make_green(bluth, call, lucille, maria)
    other = make_green(bluth, Dimension.objects.get(key="logo"), ContactFactory(customer=bluth), maria)
    turned = departures.leave(lucille, on=date(2026, 11, 19), reason="New job", by=maria, at=NOON)
    assert [one.pk for one in turned] == [cell.pk]
    assert (latest(cell).source, latest(cell).reason) == (
        "departure",
        "Lucille, who had agreed, left on 19 Nov 2026.",
    )
    other.refresh_from_db()
    assert (cell.status, other.status) == ("amber", "green")
    assert CustomerChange.objects.filter(customer=bluth, kind="contact", by=maria).exists()


def test_a_departure_that_lies_ahead_is_refused_and_nothing_is_written(bluth, call, lucille, maria):
    cell = make_green(bluth, call, lucille, maria)
    with pytest.raises(RuleBroken, match="lies ahead"):
        departures.leave(lucille, on=date(2026, 12, 24), by=maria, at=NOON)
    lucille.refresh_from_db()
    assert (latest(cell).status, lucille.left_on) == ("green", None)


def test_evidence_that_ended_turns_the_cell_amber_once_and_tells_the_csm(bluth, call, lucille, maria):
    cell = make_green(bluth, call, lucille, maria, until=date(2026, 11, 30))
    assert decay.decay(at=datetime(2026, 11, 30, 23, 59, tzinfo=UTC)) == 0
    night = datetime(2026, 12, 1, 0, 10, tzinfo=UTC)
    assert (decay.decay(at=night), decay.decay(at=night)) == (1, 0)
    change = latest(cell)
    assert (cell.status, change.source, change.by, change.recorded_at) == ("amber", "expiry", None, night)
    assert change.reason == "The evidence ended on 30 Nov 2026."
    notice = Notice.objects.get(to=maria)
    assert notice.text == "Bluth Company · Reference call turned Amber. The evidence ended on 30 Nov 2026."


def test_each_csm_is_told_in_the_own_formats(bluth, call, lucille, maria):
    maria.locale = "en-de"
    maria.save()
    make_green(bluth, call, lucille, maria, until=date(2026, 11, 30))
    decay.decay(at=datetime(2026, 12, 1, 0, 10, tzinfo=UTC))
    assert "30. Nov 2026" in Notice.objects.get(to=maria).text


def test_midnight_is_the_programmes_own(bluth, call, lucille, maria):
    Programme.current()
    Programme.objects.update(time_zone="America/Los_Angeles")
    cell = make_green(bluth, call, lucille, maria, until=date(2026, 11, 30))
    assert decay.decay(at=datetime(2026, 12, 1, 7, 50, tzinfo=UTC)) == 0
    assert decay.decay(at=datetime(2026, 12, 1, 8, 10, tzinfo=UTC)) == 1
    assert latest(cell).status == "amber"


def test_a_contact_who_left_by_another_door_is_swept_too(bluth, call, lucille, maria):
    cell = make_green(bluth, call, lucille, maria)
    contacts.mark_left(lucille, on=date(2026, 11, 20), by=maria, at=NOON)
    assert (decay.decay(at=NOON), decay.decay(at=NOON)) == (1, 0)
    assert (latest(cell).source, cell.status) == ("departure", "amber")


def test_many_greens_lost_in_one_night_are_one_notice(call, maria, monkeypatch):
    monkeypatch.setattr("references.actions.decay.CHUNK", 4)
    for number in range(6):
        row = customer(f"Company {number}", csm=maria)
        make_green(row, call, ContactFactory(customer=row), maria, until=date(2026, 11, 21))
    assert decay.decay(at=NOON + timedelta(days=3)) == 6
    texts = list(Notice.objects.filter(to=maria).values_list("text", flat=True))
    assert len(texts) == 3
    assert any(text.startswith("4 Greens turned Amber: Company 0") for text in texts)


def test_evidence_that_ends_soon_is_told_once_to_the_csm_or_else_the_manager(bluth, call, lucille, maria, priya):
    make_green(bluth, call, lucille, maria, until=date(2026, 12, 10))
    orphan = customer("Orphan")
    make_green(orphan, call, ContactFactory(customer=orphan), maria, until=date(2026, 12, 10))
    for hours in (0, 24, 48):
        evidence_notices.warn(at=NOON + timedelta(hours=hours))
    told = dict(Notice.objects.values_list("to__name", "text"))
    assert told == {
        "Maria Chen": "The evidence of Bluth Company · Reference call ends on 10 Dec 2026; renew it in time.",
        "Priya Nair": "The evidence of Orphan · Reference call ends on 10 Dec 2026; renew it in time.",
    }


def test_evidence_that_ends_later_is_not_told_yet(bluth, call, lucille, maria):
    make_green(bluth, call, lucille, maria, until=date(2027, 6, 1))
    evidence_notices.warn(at=NOON)
    assert not Notice.objects.exists()


def test_renewing_keeps_the_green_and_points_it_to_the_new_consent(bluth, call, lucille, maria):
    make_green(bluth, call, lucille, maria, until=date(2026, 12, 1))
    cell = Cell.objects.of(bluth, call)
    renewed = cells.edit(
        cell, seen_version=1, changes={}, evidence=NewEvidence("email", date(2026, 11, 20), lucille), by=maria, at=NOON
    )
    assert (renewed.status, renewed.version, renewed.evidence_valid_until) == ("green", 2, date(2027, 11, 20))
    assert Evidence.objects.count() == 2


def test_the_report_says_whether_the_cell_counts_and_offers_earlier_evidence(bluth, call, lucille, maria):
    blank = cell_report(bluth, call, at=NOON)
    assert (blank.counts, blank.because) == (False, "the cell is blank.")
    cell = make_green(bluth, call, lucille, maria, until=date(2026, 12, 1))
    green = cell_report(bluth, call, at=NOON)
    assert green.counts
    assert green.because == "Lucille agreed on 20 Nov 2026 (Call), valid until 1 Dec 2026."
    assert (green.offered, green.evidence[0].is_current, green.evidence[0].ends_soon) == (None, True, True)
    expired = cell_report(bluth, call, at=datetime(2026, 12, 2, tzinfo=UTC))
    assert (expired.counts, expired.because) == (False, "the evidence ended on 1 Dec 2026.")
    cells.edit(cell, seen_version=1, changes={"status": "amber"}, by=maria, at=NOON)
    amber = cell_report(bluth, call, at=NOON)
    assert (amber.because, amber.offered.contact) == ("the cell is Amber, not Green.", lucille)
    again = cells.edit(
        amber.cell, seen_version=2, changes={"status": "green"}, evidence=amber.offered, by=maria, at=NOON
    )
    assert (again.status, Evidence.objects.count()) == ("green", 1)
    assert [change.status for change in cell_report(bluth, call, at=NOON).history] == ["green", "amber", "green"]


def test_the_report_includes_the_history_and_the_evidence_of_merged_duplicates(bluth, call, maria):
    twin = customer("Bluth Co")
    make_green(twin, call, ContactFactory(customer=twin), maria)
    type(twin).objects.filter(pk=twin.pk).update(merged_into=bluth)
    report = cell_report(bluth, call, at=NOON)
    assert [change.customer for change in report.history] == [twin]
    assert report.offered.customer == twin


@pytest.mark.parametrize(
    ("agreed_on", "until", "words"),
    [
        (date(1, 1, 1), None, "Look at the year"),
        (date(9999, 12, 31), None, "Look at the year"),
        (date(2026, 11, 20), date(9999, 12, 31), "ten years at most"),
    ],
)
def test_a_slip_in_the_year_is_no_evidence_for_ever(bluth, call, lucille, maria, agreed_on, until, words):
    cell = Cell.objects.of(bluth, call)
    slip = NewEvidence("call", agreed_on, lucille, valid_until=until)
    with pytest.raises(RuleBroken, match=words):
        cells.edit(cell, seen_version=0, changes={"status": "green"}, evidence=slip, by=maria, at=NOON)
    assert not Evidence.objects.exists()


def test_who_left_while_the_green_was_being_saved_supports_none(bluth, call, lucille, maria):
    """Maria's form was read before the departure, and waited for it."""
    as_read = Contact.objects.get(pk=lucille.pk)
    departures.leave(lucille, on=date(2026, 11, 19), by=maria, at=NOON)
    with pytest.raises(RuleBroken, match="Lucille has left"):
        make_green(bluth, call, as_read, maria)
    block = SharedEvidence("call", NOON.date(), agreed_by={bluth.pk: as_read})
    edits = [CellEdit(bluth.pk, call.pk, 0, {"status": "green"})]
    with pytest.raises(RuleBroken, match="Lucille has left"):
        change_sets.apply(edits, source="paste", title="Block", shared_evidence=block, by=maria, at=NOON)
    assert not Evidence.objects.exists()

"""Any table through an import: every row has an outcome, the trial tells what happens, a refusal writes nothing."""

import csv
import io
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RuleBroken
from core.models import AuditEvent, Job
from core.tables import open_table
from customers.actions import import_jobs
from customers.actions.customer_files import CUSTOMER_FILES
from customers.formats import contact_columns, customer_columns
from customers.models import Contact, Customer, CustomerChange
from references.actions.rag_files import RAG_FILES
from references.models import Cell, CellChange, Evidence
from tests.factories import ContactFactory, customer
from tests.fuzz import values
from tests.fuzz.cases import cases
from tests.fuzz.world import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_files", "sent")]
LEDGERS = (Customer, CustomerChange, Contact, Cell, CellChange, Evidence, AuditEvent)


def headers_of(columns) -> list[str]:
    """Headers as the presets and our own words spell them."""
    presets = [word for preset in columns.PRESETS for words in preset.columns.values() for word in words]
    return sorted(
        {*presets, *(field.label for field in columns.FIELDS), *(field.synonyms[0] for field in columns.FIELDS)}
    )


RAG_HEADERS = ["Customer", "Client", "Domain", "Logo", "Reference call", "Talks", "Logo note", "Case study", "Id"]
HEADERS = {
    "customers": headers_of(customer_columns),
    "contacts": headers_of(contact_columns),
    "rag_sheet": RAG_HEADERS,
}
WORDS = st.sampled_from([
    "Acme", "ACME Inc.", "Acme™", "Bluth Company", "acme.com", "bluth.com", "1", "2", "001A", "live", "churned", "yes",
    "Maria Chen", "maria.chen@example.com", "12.500,00", "03/04/2026", "2026-11-20", "9999-12-31", "G", "R", "A/R",
    "green", "lucille@bluth.com", "champion", "51-200", "total", "n/a", "5", "Lucille", "Radar; Sonar", "DACH",
])  # fmt: skip


@st.composite
def tables(draw, kind: str):
    """A header of words that are known and others, rows of what such columns hold and of anything else, as CSV."""
    known = draw(st.lists(st.sampled_from(HEADERS[kind]), min_size=1, max_size=7))
    header = known + draw(st.lists(values.text, max_size=2))
    cell = WORDS | WORDS | WORDS | values.text
    rows = draw(st.lists(st.lists(cell, min_size=len(header) - 1, max_size=len(header)), max_size=12))
    written = io.StringIO(newline="")
    csv.writer(written, quoting=draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])), escapechar="\\").writerows(
        [header, *rows]
    )
    return written.getvalue().encode("utf-8", "replace")


@pytest.fixture
def grid(maria):
    """Two customers that rows may mean, one with a contact."""
    bluth = customer("Bluth Company", csm=maria, domain="bluth.com")
    customer("Acme", csm=maria)
    ContactFactory(customer=bluth, name="Lucille", email="lucille@bluth.com")


def counted() -> list[int]:
    return [model.objects.count() for model in LEDGERS]


@pytest.mark.parametrize("kind", ["customers", "contacts", "rag_sheet"])
def test_what_is_tried_is_what_is_done_and_a_second_time_nothing_is_new(kind, grid, maria, record_property):
    importer = RAG_FILES if kind == "rag_sheet" else CUSTOMER_FILES
    tried = []

    @cases(6, 0.04)
    @given(content=tables(kind), mapped=st.dictionaries(st.integers(0, 8), st.integers(0, 40), max_size=3))
    def taken(content, mapped):
        tried.append(1)
        with transaction.atomic():
            follow(importer, kind, content, mapped, maria)
            transaction.set_rollback(True)

    taken()
    record_property("cases", len(tried))


def follow(importer, kind, content, mapped, by) -> None:
    """One file through the wizard's steps, then once more."""
    before = counted()
    job = draft(importer, kind, content, mapped, by)
    if job is None:
        assert counted() == before
        return
    foreseen = dict(job.report["counts"])
    assert counted()[:-1] == before[:-1]
    import_jobs.submit(job, by=by, at=NOW)
    done = import_jobs.run(importer, claimed(job), at=NOW)
    assert done.report["counts"] == foreseen
    if kind == "customers":
        assert Customer.objects.count() - before[0] == foreseen["created"]
        assert sum(foreseen.values()) == rows_of(content)
    again = draft(importer, kind, content, mapped, by)
    assert again is not None
    assert again.report["counts"]["created"] == 0


def draft(importer, kind, content, mapped, by) -> Job | None:
    """The draft when its trial is done, its columns as suggested but for some; None where the file is refused."""
    file = SimpleUploadedFile("made-up.csv", content)
    try:
        with transaction.atomic():
            job = import_jobs.start(importer, kind=kind, file=file, name="made-up.csv", by=by, at=NOW)
            assert (
                import_jobs.foresee(importer, job, decisions=decided(importer, kind, job, mapped), by=by, at=NOW)
                is None
            )
    except RuleBroken as refusal:
        assert len(str(refusal)) > 10  # noqa: PT017
        return None
    job.refresh_from_db()
    return job


def decided(importer, kind, job, mapped) -> dict[str, object]:
    columns, meanings = dict(job.parameters["columns"]), sorted(importer.meanings(kind))
    for position, number in mapped.items():
        if position < len(job.parameters["headers"]) and number < len(meanings):
            key = importer.column_key(position, job.parameters["headers"][position])
            columns = {other: said for other, said in columns.items() if said != meanings[number]}
            columns[key] = meanings[number]
    settings = {"create_unknown": True} if kind == "rag_sheet" else {"source": "crm", "day_order": "dmy"}
    return {"columns": columns, **settings}


def claimed(job: Job) -> Job:
    from core.actions import jobs

    found = jobs.claim(job.pk, at=NOW)
    assert found is not None
    return found


def rows_of(content: bytes) -> int:
    with open_table(io.BytesIO(content)) as table:
        return sum(1 for _row in table.rows)


def test_a_file_that_is_refused_half_way_leaves_nothing(grid, maria):
    """A row far down that cannot be read undoes what was written for those above it."""
    good = "".join(f"Company {number},c{number}.com\n" for number in range(2_500))
    job = draft(CUSTOMER_FILES, "customers", f"Name,Website\n{good}".encode(), {}, maria)
    import_jobs.submit(job, by=maria, at=NOW)
    running = claimed(job)
    with running.source.open("ab") as file:
        file.write(b'"never closed')
    before = counted()
    with pytest.raises(RuleBroken, match="never closed"), transaction.atomic():
        import_jobs.run(CUSTOMER_FILES, running, at=NOW)
    with suppress(Job.DoesNotExist):
        running.refresh_from_db()
    assert counted() == before

"""Every form of the program answers whatever it is given, and what it takes can be stored and shown."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django_filters import FilterSet
from hypothesis import given
from hypothesis import strategies as st

from core.forms import PlainTexts
from core.quarters import FiscalCalendar, Quarter
from customers.actions.customer_files import CUSTOMER_FILES
from customers.filters import CustomerFilter, EvangelistFilter, ReferralFilter
from customers.forms import OwnerForm
from customers.forms.evangelists import ReferralForm, ThankYouForm
from customers.forms.imports import ColumnsForm, MappingForm
from customers.forms.troubles import SupportCaseForm, TroubleSearch
from customers.models import Customer
from customers.reports.troubles import CASES_SHOWN
from people import forms as people_forms
from references.actions import nominations
from references.actions.rag_files import RAG_FILES
from references.filters import (
    CohortMemberFilter,
    GridFilter,
    NominationFilter,
    QuotaFilter,
    RecognitionFilter,
    RecruitingPlanFilter,
)
from references.filters.rankings import RankingSearch
from references.forms.cells import CellForm
from references.forms.drives import AddMemberForm, DriveForm, MoveForm
from references.forms.enrolments import EnrolForm
from references.forms.evidence import DepartureForm, EvidenceForm
from references.forms.growth import GrowthSearch
from references.forms.nominations import NominationForm, SpeakerForm
from references.forms.pastes import BlockForm, PasteForm
from references.forms.pay import CurveForm, MemberChangeForm, MemberEndForm, MemberForm
from references.forms.quarters import DefinitionForm, QuarterForm, TargetForm
from references.forms.quotas import QuotaForm
from references.forms.rag_imports import SheetColumnsForm
from references.forms.recruiting import RecruitingTargetForm
from references.models import Cell, Dimension, Drive, QuotaPolicy
from tests.factories import ContactFactory, customer
from tests.fuzz import values
from tests.fuzz.cases import cases

PACKAGES = ("core", "people", "customers", "references", "operations", "refprogram")
TODAY = date(2026, 11, 28)
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
RUNNING = Quarter(2026, 4)
QUARTERS = {"quarters": [RUNNING.shifted(step) for step in range(3)]}
# Those of the log-in library wear our words and keep its own ways; they are sent through their pages in test_pages.
LIBRARY = {name for name in dir(people_forms) if name.endswith("Form")} - {
    "ProfileForm",
    "TokenForm",
    "PersonForm",
    "InvitationForm",
}
HEADERS = ["Name", "Website", "Anything"]
PARAMETERS: dict[str, Any] = {
    "kind": "customers", "headers": HEADERS, "samples": [["Acme"], [], ["x"]], "columns": {}, "source": "", "sheet": "",
    "day_order": "auto", "create_unknown": False, "file_name": "a.csv",
}  # fmt: skip


def modules() -> Iterator[Any]:
    for package in PACKAGES:
        root = importlib.import_module(package)
        for found in pkgutil.walk_packages(root.__path__, f"{package}."):
            # A server's entry reads the folder of static files, which only an installation has.
            if "migrations" not in found.name and not found.name.endswith(("asgi", "wsgi")):
                yield importlib.import_module(found.name)


def classes() -> list[type]:
    """Every form and set of filters that the program defines."""
    found = {
        kind
        for module in modules()
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, forms.BaseForm | FilterSet)
        and kind.__module__.split(".")[0] in PACKAGES
        and kind.__name__ not in LIBRARY
    }
    return sorted(found, key=lambda kind: f"{kind.__module__}.{kind.__name__}")


FORMS = classes()
# How a form is made that needs more than what was sent.
MADE: dict[type, Callable[[Any, Any, Any], Any]] = {
    MappingForm: lambda data, _files, _rows: MappingForm(data, importer=CUSTOMER_FILES, parameters=PARAMETERS),
    ColumnsForm: lambda data, _files, _rows: ColumnsForm(data, importer=CUSTOMER_FILES, parameters=PARAMETERS),
    SheetColumnsForm: lambda data, _files, _rows: SheetColumnsForm(
        data, importer=RAG_FILES, parameters=PARAMETERS | {"columns": {"0": "customer"}}
    ),
    CellForm: lambda data, files, rows: CellForm(data, files, cell=rows.cell, today=TODAY, forecasts=True),
    EvidenceForm: lambda data, files, rows: EvidenceForm(data, files, cell=rows.cell, today=TODAY),
    DepartureForm: lambda data, _files, _rows: DepartureForm(data, today=TODAY),
    PasteForm: lambda data, _files, _rows: PasteForm(data, today=TODAY),
    OwnerForm: lambda data, _files, _rows: OwnerForm(data, warns=True),
    NominationForm: lambda data, _files, rows: NominationForm(data, customer=rows.bluth),
    SpeakerForm: lambda data, _files, rows: SpeakerForm(data, customer=rows.bluth),
    EnrolForm: lambda data, files, rows: EnrolForm(data, files, nomination=rows.nomination, today=TODAY),
    DriveForm: lambda data, _files, _rows: DriveForm(data, today=TODAY),
    MoveForm: lambda data, _files, _rows: MoveForm(data, months=[TODAY]),
    AddMemberForm: lambda data, _files, _rows: AddMemberForm(data, months=[TODAY]),
    QuotaForm: lambda data, _files, _rows: QuotaForm(data, policy=QuotaPolicy()),
    RankingSearch: lambda data, _files, _rows: RankingSearch(data, **QUARTERS),
    GrowthSearch: lambda data, _files, _rows: GrowthSearch(data, **QUARTERS),
    TroubleSearch: lambda data, _files, _rows: TroubleSearch(data, choices=CASES_SHOWN),
    SupportCaseForm: lambda data, _files, rows: SupportCaseForm(data, customer=rows.bluth),
    ReferralForm: lambda data, _files, _rows: ReferralForm(data, reads_revenue=True),
    ThankYouForm: lambda data, _files, rows: ThankYouForm(data, user=rows.maria, contact=rows.bluth.contacts.get()),
    EvangelistFilter: lambda data, _files, rows: EvangelistFilter(data, user=rows.maria, today=TODAY),
    ReferralFilter: lambda data, _files, rows: ReferralFilter(data, user=rows.maria, calendar=FiscalCalendar()),
    NominationFilter: lambda data, _files, rows: NominationFilter(data, user=rows.maria, today=TODAY),
    CohortMemberFilter: lambda data, _files, rows: CohortMemberFilter(data, drive=Drive(pk=0)),
    QuotaFilter: lambda data, _files, _rows: QuotaFilter(data, at=NOON),
    RecognitionFilter: lambda data, _files, rows: RecognitionFilter(data, user=rows.maria),
    RecruitingPlanFilter: lambda data, _files, rows: RecruitingPlanFilter(data, user=rows.maria, today=TODAY),
    GridFilter: lambda data, _files, rows: GridFilter(data, user=rows.maria, today=TODAY),
    CustomerFilter: lambda data, _files, rows: CustomerFilter(
        data, queryset=Customer.objects.all(), request=SimpleNamespace(user=rows.maria)
    ),
    **{
        kind: lambda data, _files, _rows, kind=kind: kind(data, **QUARTERS)
        for kind in (CurveForm, MemberForm, MemberChangeForm, MemberEndForm)
    },
    **{
        kind: lambda data, _files, _rows, kind=kind: kind(data, running=RUNNING)
        for kind in (QuarterForm, DefinitionForm, RecruitingTargetForm, TargetForm)
    },
}
# What views ask of a form that is valid, beyond its values.
ASKED = (
    "facts",
    "attribute_values",
    "values",
    "decisions",
    "curve",
    "changes",
    "wanted",
    "chosen",
    "groups",
    "shared_evidence",
    "amber_instead",
    "agreed_by",
    "agreed",
    "willingness",
    "numbers",
)


@pytest.fixture
def rows(maria):
    bluth = customer("Bluth Company")
    ContactFactory(customer=bluth, name="Lucille")
    cell = Cell.objects.of(bluth, Dimension.objects.get(key="reference_call"))
    said = {"contact": bluth.contacts.get(), "story": "Big.", "source": "sales"}
    will = {Dimension.objects.get(key="logo"): "willing"}
    nomination = nominations.submit(customer=bluth, values=said, willingness=will, by=maria, at=timezone.now())
    return SimpleNamespace(bluth=bluth, cell=cell, maria=maria, nomination=nomination)


def test_the_forms_are_found():
    assert len(FORMS) > 35
    assert {CellForm, PasteForm, BlockForm, people_forms.EventSearch} <= {*FORMS}


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)
def test_a_form_answers_whatever_it_is_given(kind, rows, record_property):
    made = MADE.get(kind, lambda data, files, _rows: kind(data, files))
    fields = fields_of(made(QueryDict(), MultiValueDict(), rows))
    tried = []

    @cases(6, 0.3 / len(FORMS))
    @given(sent=filled(fields))
    def answers(sent):
        data, files = sent
        tried.append(1)
        judge(made(data, files, rows))

    answers()
    record_property("cases", len(tried))


def fields_of(form: Any) -> dict[str, forms.Field]:
    return {**(form.form.fields if isinstance(form, FilterSet) else form.fields)}


def judge(form: Any) -> None:
    """It says whether it is valid, what is wrong is said in words, what is right can be stored, and it can be shown."""
    if isinstance(form, FilterSet):
        assert form.is_valid() in (True, False)
        assert len(form.qs[:3]) <= 3
        form = form.form
    assert form.is_valid() in (True, False)
    assert all(str(words).strip() for errors in form.errors.values() for words in errors)
    for name, value in form.cleaned_data.items():
        assert_storable(value, form.fields.get(name))
    if form.is_valid():
        for name in ASKED:
            asked = getattr(form, name, None)
            if callable(asked):
                asked()
    assert "<" in str(form.as_div()) or not form.fields


def assert_storable(value: Any, field: forms.Field | None) -> None:
    if isinstance(value, str):
        assert "\0" not in value
        value.encode()
        assert len(value) <= (getattr(field, "max_length", None) or len(value))
    elif isinstance(value, Decimal):
        assert value.is_finite()
    elif isinstance(value, int):
        assert abs(value) < 2**63
    elif isinstance(value, datetime):
        assert value.tzinfo is not None


FILES = st.sampled_from([b"", b"Name\nAcme\n", b"%PDF-1.7\n", b"PK\x03\x04", b"\xff" * 5000])
UPLOADS = st.builds(SimpleUploadedFile, st.sampled_from(["a.csv", "a.pdf", "a.exe", "n" * 300 + ".pdf", "a"]), FILES)


@st.composite
def filled(draw, fields: dict[str, forms.Field]):
    """What a browser, a script or an attacker may send for these fields, each right, wrong, doubly or not at all."""
    data, files = QueryDict(mutable=True), MultiValueDict()
    for name, field in fields.items():
        way = draw(st.sampled_from(["right", "right", "right", "wrong", "wrong", "twice", "missing"]))
        if isinstance(field, forms.FileField) and way in ("right", "wrong"):
            files.setlist(name, [draw(UPLOADS)])
        elif way == "right":
            data.setlist(name, draw(rightly(field)))
        elif way == "wrong":
            data.setlist(name, [draw(values.text)])
        elif way == "twice":
            data.setlist(name, draw(st.lists(values.text, min_size=2, max_size=4)))
    if draw(st.booleans()):
        data.setlist(draw(st.sampled_from(["agreed_by_1", "agreed_by_٣", "agreed_by_", "x"])), [draw(values.text)])
    return data, files


def rightly(field: forms.Field) -> st.SearchStrategy[list[str]]:
    """Values of the kind that the field asks for, its edges among them."""
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return st.lists(values.written_day, min_size=1, max_size=1)
    if isinstance(field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        edges = [one for one in (field.min_value, field.max_value) if one is not None]
        number = st.sampled_from([*edges, 0, 1, 5]) | values.number | st.decimals(allow_nan=False, allow_infinity=False)
        return st.lists(number.map(str), min_size=1, max_size=1)
    choices = [str(choice[0]) for choice in getattr(field, "choices", ())]
    if choices:
        most = 4 if isinstance(field, forms.MultipleChoiceField) else 1
        return st.lists(st.sampled_from(choices), min_size=1, max_size=most)
    if isinstance(field, forms.BooleanField):
        return st.sampled_from([["on"], ["true"], ["False"], ["0"], []])
    return st.lists(values.name | values.text, min_size=1, max_size=1)


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_others(written, db):
    """The day after the last one, and midnight of the first one elsewhere, lie in no year."""
    token = people_forms.TokenForm({"name": "Export", "may_write": "", "expires_on": written})
    assert not token.is_valid()
    assert "expires_on" in token.errors
    wanted = people_forms.EventSearch({"since": written, "until": written}).wanted
    assert wanted.since < wanted.until


@pytest.mark.parametrize("seen", ["[[1e999,1,1]]", "[[1,1,Infinity]]", "[" * 100_000, "[[1,2]]", "7", "x"])
def test_a_preview_that_no_page_made_is_incomplete(seen, db):
    block = {"text": "G", "customers": "1", "dimensions": "logo", "mode": "auto", "source": "paste"}
    form = PasteForm(block | {"seen": seen}, today=TODAY)
    assert "The preview is incomplete" in str(form.errors["seen"])


def test_every_form_of_a_page_drops_what_nobody_sees():
    """A new form that forgets it would take control characters as they are."""
    assert not [kind for kind in FORMS if issubclass(kind, forms.BaseForm) and not issubclass(kind, PlainTexts)]

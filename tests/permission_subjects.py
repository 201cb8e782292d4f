"""The people who call every address of the table, and what the words in its `with` stand for."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from django.utils import timezone

from core.actions import api_tokens, jobs, notices
from core.choices import Role
from core.models import Job, Notice, Programme, User
from core.quarters import Quarter
from references.actions import pay_curves, pay_members, statements
from references.models import BonusStatement
from references.rules.pay import Curve
from tests.factories import ContactFactory, customer, person
from tests.references.paid import closing

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CAST = {
    "priya": ("Priya Nair", Role.PROGRAMME_MANAGER),
    "maria": ("Maria Chen", Role.CSM),
    "jonas": ("Jonas Weber", Role.CSM),
    "sam": ("Sam Ortiz", Role.SALES_REP),
    "anna": ("Anna Kowalski", Role.ACCOUNT_MANAGER),
    "leo": ("Leo Martin", Role.MARKETING),
    "tom": ("Tom Becker", Role.SUPPORT),
    "elena": ("Elena Rossi", Role.EXECUTIVE),
    "ada": ("Ada Admin", Role.ADMINISTRATOR),
}


def cast() -> dict[str, User]:
    """One person of every role (two CSMs), and Noah, who has none."""
    people = {first: person(name, role) for first, (name, role) in CAST.items()}
    return people | {"noah": person("Noah Newman")}


def token_of_maria(people: dict[str, User]) -> int:
    return api_tokens.create(people["maria"], name="export", by=people["maria"], at=NOW)[0].pk


def notice_of_maria(people: dict[str, User]) -> int:
    notices.tell([people["maria"]], key="k", words=lambda: "Evidence expires", url="/notices/", at=NOW)
    return Notice.objects.get().pk


def customer_of_maria(people: dict[str, User]) -> int:
    return customer("Bluth Company", csm=people["maria"]).pk


def duplicate(people: dict[str, User]) -> int:
    return customer("The Bluth Company").pk


def contact(people: dict[str, User]) -> int:
    return ContactFactory(customer=customer("Cancity")).pk


def job_of_maria(people: dict[str, User]) -> int:
    return jobs.enqueue("test.kind", title="A job", parameters={}, by=people["maria"], at=NOW).pk


def draft_of_maria(people: dict[str, User]) -> int:
    parameters = {"kind": "customers", "headers": [], "samples": [], "columns": {}, "source": "", "day_order": "auto"}
    draft = Job(kind="customers.import", title="A file", state="draft", parameters=parameters, created_at=NOW)
    draft.created_by = people["maria"]
    draft.save()
    return draft.pk


def member_maria(people: dict[str, User]) -> int:
    bonus, quarter = Decimal(1000), Quarter(2019, 4)
    return pay_members.add(people["maria"], target_bonus=bonus, from_quarter=quarter, by=None, at=NOW).pk


def statement_of_maria(people: dict[str, User]) -> str:
    """The label of a paid quarter in which Maria was the team; `member_maria` comes before it in the table."""
    paid = BonusStatement.objects.select_related("closing").first()
    if paid is not None:
        return paid.closing.quarter
    pay_curves.set(Quarter(2019, 4), curve=Curve(), reason="The first plan.", by=None, at=NOW)
    return statements.issue(closing(Quarter(2019, 4), 45), by=None, at=NOW).closing.quarter


def running_quarter(people: dict[str, User]) -> str:
    return str(Programme.current().calendar.quarter_at(timezone.now()))


SUBJECTS: dict[str, Callable[[dict[str, User]], int | str]] = {
    "token_of_maria": token_of_maria,
    "notice_of_maria": notice_of_maria,
    "customer": customer_of_maria,
    "duplicate": duplicate,
    "contact": contact,
    "job_of_maria": job_of_maria,
    "draft_of_maria": draft_of_maria,
    "member_maria": member_maria,
    "statement_of_maria": statement_of_maria,
    "running_quarter": running_quarter,
}


def subject(word: object, people: dict[str, User]) -> object:
    """The argument that a word of the table stands for: a person, a row made for the purpose, or the word itself."""
    if not isinstance(word, str):
        return word
    if word in people:
        return people[word].pk
    return SUBJECTS[word](people) if word in SUBJECTS else word

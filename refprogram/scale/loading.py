"""The bulk load, from the people down to the present state of every cell."""

from collections.abc import Iterable
from datetime import datetime

from django.core.management.color import no_style
from django.db import connection, transaction

from core.actions import people
from core.choices import Role
from core.models import Programme
from core.quarters import Quarter
from customers.actions import products
from customers.models import Contact, Customer, CustomerChange, Product
from references.actions import impact, pay_curves, targets
from references.models import CellChange, Definition, Dimension, Evidence
from references.rules.pay import Curve
from refprogram.demo.companies import COUNTRIES, FIRST_WORDS, PRODUCTS, SECOND_WORDS, USE_CASES
from refprogram.scale import dialects, statements
from refprogram.scale.statements import TABLES, Scale

QUARTERS = 8
STAFF = {Role.CSM: 40, Role.SALES_REP: 20, Role.ACCOUNT_MANAGER: 10}
COUNT_AIMED_AT = 0.2


@transaction.atomic
def load(count: int, *, now: datetime) -> None:
    """Fill a database without customers with so many; the same instant gives the same data."""
    calendar = Programme.current().calendar
    first = calendar.quarter_at(now).shifted(-QUARTERS)
    start = calendar.starts_at(first)
    _set_targets(first, count, at=start)
    scale = Scale(count, _look_ups(calendar.quarter_at(now).label, at=start), start=start, end=now)
    connection.check_constraints()
    with dialects.bare(TABLES):
        for statement in (
            *statements.views(scale),
            *statements.customers(scale),
            *statements.customer_history(scale),
            *statements.cell_history(scale),
            *statements.cells(),
        ):
            dialects.run(statement)
    _tidy_up()
    impact.refresh(at=start)


def settle() -> None:
    """Tell the database what it holds now, as it would find out by itself after a while; outside a transaction."""
    if connection.vendor == "postgresql":
        dialects.run("VACUUM (ANALYZE)")
    else:
        dialects.run("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")


def _set_targets(first: Quarter, count: int, *, at: datetime) -> None:
    """A pay curve, and for every quarter a target set on its first day: a fifth of the customers, and a little."""
    calendar = Programme.current().calendar
    pay_curves.set(first, curve=Curve(), reason="The plan agreed with the team.", by=None, at=at)
    for number in range(QUARTERS + 1):
        quarter = first.shifted(number)
        aim = max(1, round(count * COUNT_AIMED_AT) + number)
        targets.set_target(quarter, count=aim, reason="", by=None, at=calendar.starts_at(quarter))


def _look_ups(label: str, *, at: datetime) -> dict[str, int]:
    """Fill the tables from which the statements take words and ids; returns how many rows each has."""
    pays = Definition.objects.holding_for(label).dimension_id
    dimensions = Dimension.objects.shown().values_list("pk", "needs_evidence")
    trades = [(industry, word) for industry, words in SECOND_WORDS.items() for word in words]
    places = [(region, country) for region, countries in COUNTRIES.items() for country in countries]
    tables: dict[str, tuple[tuple[str, ...], Iterable[tuple]]] = {
        "dimension": (("id", "pays", "needs_evidence"), [(pk, pk == pays, needed) for pk, needed in dimensions]),
        "product": (("id", "name"), _products(at=at)),
        "first": (("word",), [(word,) for word in FIRST_WORDS]),
        "trade": (("industry", "word"), trades),
        "place": (("region", "country"), places),
        "use_case": (("word",), [(word,) for word in USE_CASES]),
        **{role.value: (("id", "name"), _hired(role, number, at=at)) for role, number in STAFF.items()},
    }
    return {name: dialects.lookup(f"scale_{name}", columns, rows) for name, (columns, rows) in tables.items()}


def _products(*, at: datetime) -> list[tuple[int, str]]:
    if not Product.objects.exists():
        for name in PRODUCTS:
            products.create(name=name, by=None, at=at)
    return list(Product.objects.values_list("pk", "name"))


def _hired(role: Role, number: int, *, at: datetime) -> list[tuple[int, str]]:
    """Colleagues to own the customers. Nobody can log in as one of them; `create_user` makes people who can."""
    rows = []
    for rank in range(1, number + 1):
        name, email = f"{role.label} {rank}", f"scale-{role.value}-{rank}@example.com"
        rows.append((people.create(email, name=name, roles=[role], by=None, at=at).pk, name))
    return rows


def _tidy_up() -> None:
    """Forget the look-ups, and let the next rows take numbers after those that were given here."""
    views, tables = ("change", "customer"), ("dimension", "product", "first", "trade", "place", "use_case", *STAFF)
    dialects.run(*(f"DROP VIEW scale_{name}" for name in views), *(f"DROP TABLE scale_{name}" for name in tables))
    numbered = [Customer, CustomerChange, Contact, Evidence, CellChange]
    dialects.run(*connection.ops.sequence_reset_sql(no_style(), numbered))

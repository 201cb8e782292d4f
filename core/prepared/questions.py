"""Questions whose SQL is written once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db import connections, models, transaction
from django.db.models.query import get_related_populators

Row = TypeVar("Row")
Other = TypeVar("Other")


@dataclass(frozen=True)
class _Plan(Generic[Row]):
    """The SQL of a question, and how a line of its answer becomes a row of the model."""

    sql: str
    locks: bool
    model: type[models.Model] | None
    columns: slice
    names: Sequence[str]
    converters: Mapping[int, tuple[Sequence[Callable[..., Any]], Any]]
    related: Sequence[Any]
    fixed: tuple[Any, ...]
    width: int

    def row(self, line: Sequence[Any], alias: str) -> Any:
        values = list(line)
        for position, (converters, expression) in self.converters.items():
            for converter in converters:
                values[position] = converter(values[position], expression, connections[alias])
        if self.model is None:
            return tuple(values)
        row = self.model.from_db(alias, self.names, values[self.columns])
        for populator in self.related:
            populator.populate(values, row)
        return row


class Question(Generic[Row]):
    """Rows that are looked up by values, as in `Question(lambda pk: Customer.objects.filter(pk=pk))`.

    The parameters of the queryset must be the values, in their order: that is checked when it is asked first. It may
    lock rows, join others with `select_related`, and be of `values_list`. One without values keeps its queryset's.
    What is asked at every request or edit `is_planned`: PostgreSQL keeps its plan with the connection. That is for rows
    that are found by a key; the best way to those of a range depends on its ends.
    """

    def __init__(self, ask: Callable[..., models.QuerySet[Any, Row]], *, is_planned: bool = False) -> None:
        self._ask, self._is_planned = ask, is_planned
        self._asked: models.QuerySet[Any, Row] | None = None
        self._plans: dict[str, _Plan[Row]] = {}

    def first(self, *values: Any) -> Row | None:
        """The row, or None if there is none; of several the first."""
        plan, lines, alias = self._answered(values, at_most=1)
        return plan.row(lines[0], alias) if lines else None

    def all(self, *values: Any) -> list[Row]:
        """Every row, in the order of the queryset."""
        plan, lines, alias = self._answered(values)
        return [plan.row(line, alias) for line in lines]

    def count(self, *values: Any) -> int:
        """How many rows there are. The queryset has no order, for which the database would sort them."""
        alias, sent, plan = self._known(values)
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({plan.sql}) counted", sent)  # noqa: S608  Django's own SQL
            (number,) = cursor.fetchone()
        return int(number)

    def _answered(self, values: Sequence[Any], *, at_most: int | None = None) -> tuple[_Plan[Row], list[Any], str]:
        alias, sent, plan = self._known(values)
        connection = connections[alias]
        if plan.locks and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("A row is locked inside a transaction only.")
        with connection.cursor() as cursor:
            cursor.execute(self._sent(plan.sql, connection), sent)
            return plan, list(cursor.fetchall() if at_most is None else cursor.fetchmany(at_most)), alias

    def _sent(self, sql: str, connection: Any) -> str:
        return planned(sql, connection) if self._is_planned else sql

    def _known(self, values: Sequence[Any]) -> tuple[str, tuple[Any, ...], _Plan[Row]]:
        """The database that is asked, the values as it takes them, and the SQL."""
        if self._asked is None:
            self._asked = self._ask(*values)
        alias = self._asked.db
        sent = tuple(_adapted(value, connections[alias]) for value in values)
        plan = self._plans.get(alias) or self._learn(alias, values, sent)
        return alias, sent or plan.fixed, plan

    def first_beside(
        self, other: "Question[Other]", *values: Any, others: tuple[Any, ...] = ()
    ) -> tuple[Row | None, Other | None]:
        """What `first` says of both questions, in one round trip. Of the other nothing is said where this has no row.

        `others` are the values of the other question.
        """
        (alias, sent, plan), (_alias, beside, joined) = self._known(values), other._known(others)
        sql = f"SELECT * FROM ({plan.sql}) asked LEFT JOIN ({joined.sql}) beside ON TRUE"  # noqa: S608  Django's own SQL
        with connections[alias].cursor() as cursor:
            cursor.execute(self._sent(sql, connections[alias]), [*sent, *beside])
            found = cursor.fetchmany(1)
        if not found:
            return None, None
        mine, theirs = found[0][: plan.width], found[0][plan.width :]
        is_there = any(value is not None for value in theirs)
        return plan.row(mine, alias), joined.row(theirs, alias) if is_there else None

    def _learn(self, alias: str, values: Sequence[Any], sent: tuple[Any, ...]) -> _Plan[Row]:
        """Let Django write the SQL, and keep from its compiler what reads the answer."""
        queryset = self._ask(*values).using(alias)
        compiler = queryset.query.get_compiler(using=alias)
        sql, parameters = compiler.as_sql()
        if values and parameters != sent:
            raise TypeError(f"the question asks with {parameters!r}, not with the values {sent!r}")
        self._plans[alias] = plan = _plan(queryset, compiler, sql, parameters)
        return plan


def _plan(queryset: models.QuerySet[Any, Row], compiler: Any, sql: str, parameters: tuple[Any, ...]) -> _Plan[Row]:
    # Rows of `values_list` have no model that they are made into.
    described, select = compiler.klass_info, compiler.select
    is_model = not queryset.query.values_select
    columns = slice(described["select_fields"][0], described["select_fields"][-1] + 1)
    return _Plan(
        sql=sql,
        fixed=parameters,
        locks=queryset.query.select_for_update,
        model=queryset.model if is_model else None,
        columns=columns,
        names=[column[0].target.attname for column in select[columns]],
        converters=compiler.get_converters([column[0] for column in select]),
        related=get_related_populators(described, select, compiler.using),  # type: ignore[call-arg]
        width=len(select),
    )


def _adapted(value: Any, connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def planned(sql: str, connection: Any) -> str:
    """What to send in place of SQL whose plan the server is to keep, for a cursor that is open already."""
    return str(connection.plan(sql)) if connection.vendor == "postgresql" else sql

"""Statements of the busiest requests, put together once per process instead of at every request.

Django writes the SQL of a query anew each time, which takes it longer than the database takes to answer. What is asked
at every request, and what every edit writes, keeps its SQL here; rows, rules and errors are those of the models.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.db import connections, models, router, transaction
from django.db.models.query import get_related_populators

Row = TypeVar("Row")


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
    """

    def __init__(self, ask: Callable[..., models.QuerySet[Any, Row]]) -> None:
        self._ask = ask
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
            cursor.execute(plan.sql, sent)
            return plan, list(cursor.fetchall() if at_most is None else cursor.fetchmany(at_most)), alias

    def _known(self, values: Sequence[Any]) -> tuple[str, tuple[Any, ...], _Plan[Row]]:
        """The database that is asked, the values as it takes them, and the SQL."""
        if self._asked is None:
            self._asked = self._ask(*values)
        alias = self._asked.db
        sent = tuple(_sent(value, connections[alias]) for value in values)
        plan = self._plans.get(alias) or self._learn(alias, values, sent)
        return alias, sent or plan.fixed, plan

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
    )


def insert(row: models.Model, *, using: str | None = None) -> None:
    """Add the row, and give it its id if it has none. What `Model.save` does for a new row, without its signals."""
    alias = using or router.db_for_write(type(row), instance=row)
    connection = connections[alias]
    # A row that was saved after it was named here has its id by now.
    row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
    fields = _inserted(type(row), is_numbered=row.pk is not None)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with transaction.mark_for_rollback_on_error(using=alias), connection.cursor() as cursor:
        cursor.execute(_insertion(type(row), alias, is_numbered=row.pk is not None), values)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, alias


def replace(row: models.Model, names: Iterable[str], *, seen: Mapping[str, Any]) -> bool:
    """Write these columns of the row if it is still as it was seen; returns whether it was."""
    alias = router.db_for_write(type(row), instance=row)
    connection = connections[alias]
    fields = {field.attname: field for field in row._meta.concrete_fields}
    written, asked = [fields[name] for name in names], [fields[name] for name in seen]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in written]
    values += [field.get_db_prep_value(seen[field.attname], connection) for field in asked]
    sql = _replacement(type(row), alias, tuple(field.column for field in written), tuple(f.column for f in asked))
    with transaction.mark_for_rollback_on_error(using=alias), connection.cursor() as cursor:
        cursor.execute(sql, [*values, row.pk])
        return bool(cursor.rowcount == 1)


def _sent(value: Any, connection: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


@lru_cache
def _inserted(model: type[models.Model], *, is_numbered: bool) -> Sequence[Any]:
    fields = model._meta.local_concrete_fields
    return [field for field in fields if is_numbered or not field.primary_key]


@lru_cache
def _insertion(model: type[models.Model], alias: str, *, is_numbered: bool) -> str:
    quoted = connections[alias].ops.quote_name
    columns = [quoted(str(field.column)) for field in _inserted(model, is_numbered=is_numbered)]
    marks = ", ".join(["%s"] * len(columns))
    key = quoted(str(model._meta.pk.column))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({', '.join(columns)}) VALUES ({marks}) RETURNING {key}"  # noqa: S608


@lru_cache
def _replacement(model: type[models.Model], alias: str, written: tuple[str, ...], asked: tuple[str, ...]) -> str:
    quoted = connections[alias].ops.quote_name
    columns = ", ".join(f"{quoted(column)} = %s" for column in written)
    conditions = " AND ".join(f"{quoted(column)} = %s" for column in (*asked, str(model._meta.pk.column)))
    return f"UPDATE {quoted(model._meta.db_table)} SET {columns} WHERE {conditions}"  # noqa: S608

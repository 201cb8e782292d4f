"""Rows whose statements are written once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections, models, router, transaction

from core.prepared.questions import planned

# Of every row that is inserted: its model, and by column which of the rows before it gives the value.
Shape = tuple[type[models.Model], tuple[tuple[str, int], ...]]


def insert(row: models.Model, *, using: str | None = None) -> None:
    """Add the row, and give it its id if it has none. What `Model.save` does for a new row, without its signals."""
    alias = using or router.db_for_write(type(row), instance=row)
    # A row that was saved after it was named here has its id by now.
    row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
    is_numbered = row.pk is not None
    values = _values(row, _inserted(type(row), is_numbered=is_numbered), alias)
    with transaction.mark_for_rollback_on_error(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(_insertion(type(row), alias, is_numbered=is_numbered), values)
        (number,) = cursor.fetchone()
    _numbered(row, number, alias)


def replace(
    row: models.Model, names: Iterable[str], *, seen: Mapping[str, Any], then: Sequence[models.Model] = ()
) -> bool:
    """Write these columns of the row if it is still as it was seen; returns whether it was.

    If so, the rows of `then` are added; one may name another that stands before it. PostgreSQL takes everything in one
    statement, which spares a round trip for each.
    """
    alias = router.db_for_write(type(row), instance=row)
    connection = connections[alias]
    fields = {field.attname: field for field in row._meta.concrete_fields}
    written, asked = [fields[name] for name in names], [fields[name] for name in seen]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in written]
    values += [field.get_db_prep_value(seen[field.attname], connection) for field in asked]
    sql = _replacement(type(row), alias, tuple(field.column for field in written), tuple(f.column for f in asked))
    if then and connection.vendor == "postgresql":
        return _replace_and_insert(sql, [*values, row.pk], then, alias)
    with transaction.mark_for_rollback_on_error(using=alias), connection.cursor() as cursor:
        cursor.execute(sql, [*values, row.pk])
        is_replaced = cursor.rowcount == 1
    for added in then if is_replaced else ():
        insert(added, using=alias)
    return bool(is_replaced)


def _replace_and_insert(replacement: str, values: list[Any], rows: Sequence[models.Model], alias: str) -> bool:
    shapes = tuple(_shape(row, rows) for row in rows)
    for row, (model, given) in zip(rows, shapes, strict=True):
        taken = dict(given)
        values += _values(row, [field for field in _inserted(model) if field.column not in taken], alias)
    with transaction.mark_for_rollback_on_error(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(planned(_all_at_once(replacement, shapes, alias), connections[alias]), values)
        numbers = cursor.fetchone()
    for row, number in zip(rows, numbers or (), strict=False):
        _numbered(row, number, alias)
        row._prepare_related_fields_for_save(operation_name="save")  # type: ignore[attr-defined]
    return numbers is not None


def _shape(row: models.Model, rows: Sequence[models.Model]) -> Shape:
    """Which columns of a row take the number that a row before it is given."""
    named = [
        (str(field.column), position)
        for field in _inserted(type(row))
        if field.is_relation and field.is_cached(row)
        for position, other in enumerate(rows)
        if field.get_cached_value(row) is other
    ]
    return type(row), tuple(named)


def _values(row: models.Model, fields: Iterable[Any], alias: str) -> list[Any]:
    connection = connections[alias]
    return [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]


def _numbered(row: models.Model, number: int, alias: str) -> None:
    row.pk = number
    row._state.adding, row._state.db = False, alias


@lru_cache
def _inserted(model: type[models.Model], *, is_numbered: bool = False) -> Sequence[Any]:
    fields = model._meta.local_concrete_fields
    return [field for field in fields if is_numbered or not field.primary_key]


@lru_cache
def _insertion(model: type[models.Model], alias: str, *, is_numbered: bool) -> str:
    columns = [str(field.column) for field in _inserted(model, is_numbered=is_numbered)]
    return _insert_into(model, columns, f"VALUES ({', '.join(['%s'] * len(columns))})", alias)


@lru_cache
def _all_at_once(replacement: str, shapes: tuple[Shape, ...], alias: str) -> str:
    parts = [f"replaced AS ({replacement} RETURNING 1)"]
    for position, (model, given) in enumerate(shapes):
        taken = {column: f"(SELECT id FROM added_{other})" for column, other in given}  # noqa: S608
        columns = [str(field.column) for field in _inserted(model)]
        selected = ", ".join(taken.get(column, "%s") for column in columns)
        insertion = _insert_into(model, columns, f"SELECT {selected} FROM replaced", alias)  # noqa: S608
        parts.append(f"added_{position} AS ({insertion} AS id)")
    names = [f"added_{position}" for position in range(len(shapes))]
    return f"WITH {', '.join(parts)} SELECT {', '.join(f'{name}.id' for name in names)} FROM {', '.join(names)}"  # noqa: S608


def _insert_into(model: type[models.Model], columns: Sequence[str], values: str, alias: str) -> str:
    quoted = connections[alias].ops.quote_name
    named, key = ", ".join(quoted(column) for column in columns), quoted(str(model._meta.pk.column))
    return f"INSERT INTO {quoted(model._meta.db_table)} ({named}) {values} RETURNING {key}"


@lru_cache
def _replacement(model: type[models.Model], alias: str, written: tuple[str, ...], asked: tuple[str, ...]) -> str:
    quoted = connections[alias].ops.quote_name
    columns = ", ".join(f"{quoted(column)} = %s" for column in written)
    conditions = " AND ".join(f"{quoted(column)} = %s" for column in (*asked, str(model._meta.pk.column)))
    return f"UPDATE {quoted(model._meta.db_table)} SET {columns} WHERE {conditions}"  # noqa: S608

"""A file parsed, copied and inserted with its keys checked: the same rows that the program writes, and nothing else."""

import csv
import io
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

STATUS = {"R": "red", "A": "amber", "G": "green"}
STAGED = (
    "n, external_id, name, domain, industry, region, country, employees, recurring_revenue, lifecycle, since, csm, ae"
)
CREATE_CUSTOMERS = """
    CREATE TEMPORARY TABLE staged (
        n int, external_id text, name text, domain text, industry text, region text, country text, employees int,
        recurring_revenue numeric, lifecycle text, since date, csm text, ae text
    ) ON COMMIT DROP
"""
SIZE = """CASE WHEN employees < 10 THEN '1-9' WHEN employees < 50 THEN '10-49' WHEN employees < 250 THEN '50-249'
    WHEN employees < 1000 THEN '250-999' WHEN employees < 5000 THEN '1000-4999' ELSE '5000+' END"""
INSERT_CUSTOMERS = f"""
    WITH numbered AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) AS id, s.*, {SIZE} AS size_band,
            c.id AS csm_id, a.id AS ae_id
        FROM staged s LEFT JOIN core_user c ON c.email = s.csm LEFT JOIN core_user a ON a.email = s.ae
        WHERE NOT EXISTS (
            SELECT 1 FROM customers_externalid e WHERE e.source = 'bench' AND e.value = s.external_id
        )
    ), customers AS (
        INSERT INTO customers_customer (id, name, name_key, domain, industry, region, country, size_band,
            recurring_revenue, is_well_known, lifecycle, churn_reason, in_production_since, csm_id,
            account_executive_id, has_open_follow_up, created_at, version)
        SELECT id, name, lower(name), domain, industry, region, country, size_band, recurring_revenue, false,
            lifecycle, '', since, csm_id, ae_id, false, now(), 1 FROM numbered
    ), ids AS (
        INSERT INTO customers_externalid (customer_id, source, value) SELECT id, 'bench', external_id FROM numbered
    )
    INSERT INTO customers_customerchange (customer_id, recorded_at, kind, reason, fields, name, domain, industry,
        region, country, size_band, recurring_revenue, is_well_known, lifecycle, in_production_since, csm_id,
        account_executive_id, products)
    SELECT id, now(), 'imported', 'Imported', '{{}}', name, domain, industry, region, country, size_band,
        recurring_revenue, false, lifecycle, since, csm_id, ae_id, '[]' FROM numbered
"""
CREATE_CELLS = """
    CREATE TEMPORARY TABLE staged (n int, name text, domain text) ON COMMIT DROP;
    CREATE TEMPORARY TABLE staged_cell (n int, dimension_id bigint, status text) ON COMMIT DROP
"""
INSERT_NEW_CUSTOMERS = """
    CREATE TEMPORARY TABLE numbered ON COMMIT DROP AS
    SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) AS id, s.* FROM staged s
    WHERE NOT EXISTS (SELECT 1 FROM customers_customer c WHERE c.name_key = lower(s.name) AND c.domain = s.domain);
    INSERT INTO customers_customer (id, name, name_key, domain, industry, region, country, size_band, is_well_known,
        lifecycle, churn_reason, has_open_follow_up, created_at, version)
    SELECT id, name, lower(name), domain, '', '', '', '', false, 'live', '', false, now(), 1 FROM numbered;
    INSERT INTO customers_customerchange (customer_id, recorded_at, kind, reason, fields, name, domain, industry,
        region, country, size_band, is_well_known, lifecycle, products)
    SELECT id, now(), 'imported', 'Imported', '{}', name, domain, '', '', '', '', false, 'live', '[]' FROM numbered
"""
INSERT_CELLS = """
    CREATE TEMPORARY TABLE written ON COMMIT DROP AS
    SELECT n.id AS customer_id, c.dimension_id, c.status,
        CASE WHEN d.needs_evidence AND c.status = 'green'
            THEN nextval(pg_get_serial_sequence('references_evidence', 'id')) END AS evidence_id
    FROM staged_cell c JOIN numbered n ON n.n = c.n JOIN references_dimension d ON d.id = c.dimension_id;
    INSERT INTO references_evidence (id, customer_id, dimension_id, kind, agreed_on, valid_until, url, file, note,
        recorded_at)
    SELECT evidence_id, customer_id, dimension_id, 'import', current_date, current_date + 30, '', '', 'Imported', now()
    FROM written WHERE evidence_id IS NOT NULL;
    INSERT INTO references_cell (customer_id, dimension_id, version, status, note, next_action, forecast_confidence,
        blocker, evidence_id, evidence_agreed_on, evidence_valid_until, updated_at)
    SELECT customer_id, dimension_id, 1, status, '', '', '', '', evidence_id,
        CASE WHEN evidence_id IS NOT NULL THEN current_date END,
        CASE WHEN evidence_id IS NOT NULL THEN current_date + 30 END, now() FROM written;
    INSERT INTO references_cellchange (customer_id, dimension_id, version, status, note, next_action,
        forecast_confidence, blocker, evidence_id, evidence_agreed_on, evidence_valid_until, recorded_at, source,
        status_before, reason)
    SELECT customer_id, dimension_id, 1, status, '', '', '', '', evidence_id,
        CASE WHEN evidence_id IS NOT NULL THEN current_date END,
        CASE WHEN evidence_id IS NOT NULL THEN current_date + 30 END, now(), 'import', '', 'Imported' FROM written
"""
CHECK_KEYS = "SET CONSTRAINTS ALL IMMEDIATE"


def customers(cursor: Any, path: Path) -> float:
    """Import a file of customers; returns the seconds. The caller takes it back."""
    began = time.perf_counter()
    cursor.execute(CREATE_CUSTOMERS)
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        next(reader)
        _copy(cursor, f"staged ({STAGED})", ([number, *row] for number, row in enumerate(reader)))
    cursor.execute(INSERT_CUSTOMERS)
    cursor.execute(CHECK_KEYS)
    return time.perf_counter() - began


def cells(cursor: Any, path: Path, dimension_ids: Sequence[int]) -> float:
    """Import a sheet of customers nobody knows with their cells; returns the seconds."""
    began = time.perf_counter()
    cursor.execute(CREATE_CELLS)
    rows = list(_sheet(path))
    _copy(cursor, "staged (n, name, domain)", ([number, *row[:2]] for number, row in enumerate(rows)))
    _copy(
        cursor,
        "staged_cell (n, dimension_id, status)",
        (
            [number, dimension, STATUS[letter]]
            for number, row in enumerate(rows)
            for dimension, letter in zip(dimension_ids, row[2:], strict=True)
        ),
    )
    cursor.execute(INSERT_NEW_CUSTOMERS)
    cursor.execute(INSERT_CELLS)
    cursor.execute(CHECK_KEYS)
    return time.perf_counter() - began


def _sheet(path: Path) -> Iterator[Sequence[str]]:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            next(reader)
            yield from reader
        return
    book = load_workbook(path, read_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    next(rows)
    yield from rows
    book.close()


def _copy(cursor: Any, table: str, rows: Iterable[Sequence[Any]]) -> None:
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    lines.seek(0)
    cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", lines)

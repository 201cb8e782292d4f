"""A quarter's entries by one INSERT ... SELECT: the rows that the program's closing has, as of the same instant."""

import time
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

TABLES = """
    DROP TABLE IF EXISTS floor.closing_entry;
    CREATE TABLE floor.closing_entry (LIKE references_closingentry INCLUDING ALL);
    ALTER TABLE floor.closing_entry
        ADD FOREIGN KEY (closing_id) REFERENCES references_closing (id) DEFERRABLE INITIALLY DEFERRED,
        ADD FOREIGN KEY (customer_id) REFERENCES customers_customer (id) DEFERRABLE INITIALLY DEFERRED,
        ADD FOREIGN KEY (change_id) REFERENCES references_cellchange (id) DEFERRABLE INITIALLY DEFERRED
"""
LETTER = "max(CASE status WHEN 'red' THEN 'R' WHEN 'amber' THEN 'A' WHEN 'green' THEN 'G' ELSE '-' END)"
INSERT = """
    INSERT INTO floor.closing_entry (closing_id, customer_id, name, is_referenceable, reason, statuses, change_id,
        valid_until, lifecycle, industry, region, size_band, products, csm_id, csm_name)
    SELECT %(closing)s, customer_id, name, reason = 'counts', reason, statuses, change_id, valid_until, lifecycle,
        industry, region, size_band, products, csm_id, csm_name
    FROM (
        SELECT c.*, COALESCE(cells.statuses, '') AS statuses, cells.change_id, COALESCE(u.name, '') AS csm_name,
            CASE WHEN p.status = 'green' THEN p.evidence_valid_until END AS valid_until,
            CASE WHEN c.merged_into_id IS NOT NULL THEN 'merged'
                WHEN c.lifecycle = 'prospective' THEN 'prospective'
                WHEN c.lifecycle = 'churned' AND (c.churned_on IS NULL OR c.churned_on <= %(day)s) THEN 'churned'
                WHEN p.status IS NULL OR p.status = '' THEN 'blank'
                WHEN p.status <> 'green' THEN p.status
                WHEN p.evidence_id IS NULL OR w.id IS NOT NULL THEN 'no_evidence'
                WHEN p.evidence_agreed_on > %(day)s THEN 'not_yet_valid'
                WHEN p.evidence_valid_until < %(day)s THEN 'expired'
                ELSE 'counts' END AS reason
        FROM (
            SELECT DISTINCT ON (customer_id) customer_id, name, lifecycle, churned_on, merged_into_id, industry,
                region, size_band, products, csm_id
            FROM customers_customerchange WHERE recorded_at < %(instant)s
            ORDER BY customer_id, recorded_at DESC, id DESC
        ) c
        LEFT JOIN (
            SELECT customer_id, {letters} AS statuses, max(id) FILTER (WHERE dimension_id = %(pays)s) AS change_id
            FROM (
                SELECT DISTINCT ON (customer_id, dimension_id) id, customer_id, dimension_id, status
                FROM references_cellchange WHERE recorded_at < %(instant)s
                ORDER BY customer_id, dimension_id, recorded_at DESC, id DESC
            ) last GROUP BY customer_id
        ) cells ON cells.customer_id = c.customer_id
        LEFT JOIN references_cellchange p ON p.id = cells.change_id
        LEFT JOIN references_evidencewithdrawal w ON w.evidence_id = p.evidence_id AND w.recorded_at < %(instant)s
        LEFT JOIN core_user u ON u.id = c.csm_id
    ) judged
"""


def close(cursor: Any, *, closing: int, instant: datetime, day: date, pays: int, dimension_ids: Sequence[int]) -> float:
    """Insert the entries, keys checked; returns the seconds. The caller takes it back."""
    letters = " || ".join(f"COALESCE({LETTER} FILTER (WHERE dimension_id = {pk}), '-')" for pk in dimension_ids)
    began = time.perf_counter()
    cursor.execute(INSERT.format(letters=letters), {"closing": closing, "instant": instant, "day": day, "pays": pays})
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return time.perf_counter() - began


def counted(cursor: Any) -> tuple[int, int]:
    """How many entries there are, and how many of them count."""
    cursor.execute("SELECT count(*), count(*) FILTER (WHERE is_referenceable) FROM floor.closing_entry")
    customers, count = cursor.fetchone()
    return customers, count

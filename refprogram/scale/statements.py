"""The statements of the bulk load: plain SQL that PostgreSQL and SQLite both read.

What looks like chance is arithmetic on the customer's number, so that the same day gives the same data. Every row of
history is computed in `scale_change` and `scale_customer`; the present is then copied from the history's end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import gcd

from refprogram.scale import dialects

# How often each cell changes in the two years, and when in that time owners change and customers leave.
ROUNDS = 4
DAY = 86_400
TABLES = (
    "customers_customer",
    "customers_customerchange",
    "customers_externalid",
    "customers_productuse",
    "customers_attributevalue",
    "customers_contact",
    "references_evidence",
    "references_cellchange",
    "references_cell",
)


def dice(number: str, throw: int | str) -> str:
    """A number from 0 to 99 that is always the same for the same number and throw."""
    return f"((({number}) * 7919 + ({throw}) * 104729) % 99991) % 100"


@dataclass(frozen=True)
class Scale:
    """How much is loaded, from when until when; `sizes` says how many rows each look-up table has, staff by role."""

    customers: int
    sizes: Mapping[str, int]
    start: datetime
    end: datetime

    @property
    def dimensions(self) -> int:
        return self.sizes["dimension"]

    @property
    def cells(self) -> int:
        return self.customers * self.dimensions

    @property
    def seconds(self) -> int:
        """The time in which things change: the first day is for taking everybody in, the last is left alone."""
        return int((self.end - self.start).total_seconds()) - 2 * DAY

    @property
    def stride(self) -> int:
        """A step that meets every cell once, far from the one before, as edits do."""
        step = self.cells * 618 // 1000 | 1
        while gcd(step, self.cells) > 1:
            step += 2
        return step

    def row(self, table: str, number: str) -> str:
        """The rank in a look-up table that the number falls on."""
        return f"({number}) % {self.sizes[table]}"


def views(scale: Scale) -> tuple[str, ...]:
    return _customer_view(scale), _change_view(scale)


def _customer_view(scale: Scale) -> str:
    """Every customer as it is at the end, with the CSM and the lifecycle it had before."""
    joined = f"n * {DAY} / {scale.customers}"
    handed_over = f"{scale.seconds} / 4 + n * ({scale.seconds} / 2) / {scale.customers}"
    left = f"{scale.seconds} * 3 / 4 + n * ({scale.seconds} / 5) / {scale.customers}"
    return f"""CREATE TEMPORARY VIEW scale_customer AS SELECT
        n AS id, first.word || ' ' || trade.word || ' ' || n AS name, trade.industry, place.region, place.country,
        CASE n % 5 WHEN 0 THEN '10-49' WHEN 1 THEN '50-249' WHEN 2 THEN '250-999' WHEN 3 THEN '1000-4999'
            ELSE '5000+' END AS size_band,
        (1 + {dice("n", 1)}) * 1000 AS revenue, {dice("n", 2)} < 15 AS is_well_known,
        CASE {dice("n", 3)} WHEN 0 THEN 'prospective' WHEN 1 THEN 'onboarding' ELSE 'live' END AS stage,
        {dice("n", 3)} >= 96 AS has_left,
        {dialects.instant(scale.start, joined)} AS joined_at, {dialects.day(scale.start, joined, days="30")} AS live_on,
        {dialects.instant(scale.start, handed_over)} AS handed_over_at,
        {dialects.day(scale.start, handed_over)} AS handed_over_on,
        {dialects.instant(scale.start, left)} AS left_at, {dialects.day(scale.start, left)} AS left_on,
        opener.id AS opener_id, manager.id AS manager_id, before.id AS csm_before_id, csm.id AS csm_id,
        before.name AS csm_before, csm.name AS csm, product.id AS product_id, product.name AS product
    FROM ({dialects.numbers(1, scale.customers)}) counted
    JOIN scale_first first ON first.rank = {scale.row("first", "n")}
    JOIN scale_trade trade ON trade.rank = {scale.row("trade", f"n / {scale.sizes['first']}")}
    JOIN scale_place place ON place.rank = {scale.row("place", dice("n", 4))}
    JOIN scale_sales_rep opener ON opener.rank = {scale.row("sales_rep", "n / 7")}
    JOIN scale_account_manager manager ON manager.rank = {scale.row("account_manager", "n / 11")}
    JOIN scale_csm before ON before.rank = {scale.row("csm", "n / 3")}
    JOIN scale_csm csm ON csm.rank = {scale.row("csm", "n / 3 + 1 + n % 2")}
    JOIN scale_product product ON product.rank = {scale.row("product", dice("n", 5))}"""


def _change_view(scale: Scale) -> str:
    """Every change of every cell in the order of time: each round meets all cells once, far from one another."""
    throw = dice(f"cell / {scale.dimensions}", f"cell % {scale.dimensions}")
    return f"""CREATE TEMPORARY VIEW scale_change AS SELECT
        numbered.n + 1 AS id, cell / {scale.dimensions} + 1 AS customer_id, dimension.id AS dimension_id,
        dimension.pays, dimension.needs_evidence, turn + 1 AS version, seconds, ({throw}) AS throw,
        {_status(f"(({throw}) + 9 * turn) % 100")} AS status,
        CASE WHEN turn = 0 THEN '' ELSE {_status(f"(({throw}) + 9 * turn - 9) % 100")} END AS status_before
    FROM (
        SELECT n, n / {scale.cells} AS turn, (n % {scale.cells}) * {scale.stride} % {scale.cells} AS cell,
            {DAY} + n * {scale.seconds} / {scale.cells * ROUNDS} AS seconds
        FROM ({dialects.numbers(0, scale.cells * ROUNDS - 1)}) counted
    ) numbered
    JOIN scale_dimension dimension ON dimension.rank = cell % {scale.dimensions}"""


def _status(number: str) -> str:
    return (
        f"CASE WHEN {number} < 20 THEN 'green' WHEN {number} < 45 THEN 'amber' WHEN {number} < 75 THEN 'red' "
        "ELSE '' END"
    )


def customers(scale: Scale) -> tuple[str, ...]:
    """Customers as they are at the end, with external ids, a product each, for most a use case, and two contacts."""
    return (
        """INSERT INTO customers_customer (id, name, name_key, domain, industry, region, country, size_band,
            recurring_revenue, is_well_known, lifecycle, churned_on, churn_reason, in_production_since, opener_id,
            account_executive_id, account_manager_id, csm_id, has_open_follow_up, created_at, version)
        SELECT id, name, lower(name), 'customer-' || id || '.example', industry, region, country, size_band,
            revenue, is_well_known, CASE WHEN has_left THEN 'churned' ELSE stage END,
            CASE WHEN has_left THEN left_on END, CASE WHEN has_left THEN 'The budget was cut.' ELSE '' END, live_on,
            opener_id, opener_id, manager_id, csm_id, id % 10 = 0, joined_at, CASE WHEN has_left THEN 3 ELSE 2 END
        FROM scale_customer ORDER BY id""",
        """INSERT INTO customers_externalid (customer_id, source, value)
        SELECT id, 'crm', 'A' || (1000000 + id) FROM scale_customer ORDER BY id""",
        """INSERT INTO customers_productuse (customer_id, product_id, since)
        SELECT id, product_id, live_on FROM scale_customer ORDER BY id""",
        f"""INSERT INTO customers_attributevalue (customer_id, attribute_id, value)
        SELECT who.id, attribute.id, use_case.word FROM customers_customer who
        JOIN customers_attribute attribute ON attribute.key = 'use_case'
        JOIN scale_use_case use_case ON use_case.rank = {scale.row("use_case", dice("who.id", 6))}
        WHERE {dice("who.id", 7)} < 90 ORDER BY who.id""",
        """INSERT INTO customers_contact (id, customer_id, name, title, email, phone, roles, evangelist_level,
            evangelist_scope, left_on, source, source_id, created_at, version)
        SELECT id * 2 - 1, id, 'Lucille ' || id, 'Head of Operations', 'lucille@customer-' || id || '.example', '',
            '["champion"]', CASE WHEN id % 6 = 0 THEN 'unprompted' WHEN id % 6 = 1 THEN 'prompted' ELSE 'no' END,
            CASE WHEN id % 6 < 2 THEN 'outside' ELSE '' END, NULL, 'crm', 'C' || (id * 2 - 1), joined_at, 1
        FROM scale_customer ORDER BY id""",
        """INSERT INTO customers_contact (id, customer_id, name, title, email, phone, roles, evangelist_level,
            evangelist_scope, left_on, source, source_id, created_at, version)
        SELECT id * 2, id, 'Marcus ' || id, 'IT Director', 'marcus@customer-' || id || '.example', '',
            '["technical"]', 'no', '', CASE WHEN id % 20 = 0 THEN left_on END, 'crm', 'C' || (id * 2), joined_at, 1
        FROM scale_customer ORDER BY id""",
    )


def customer_history(scale: Scale) -> tuple[str, ...]:
    """Three moments: taken in, handed to another CSM, and for some the day they left."""
    csms = dialects.json("""'{"csm": ["' || csm_before || '", "' || csm || '"]}'""")
    stages = dialects.json("""'{"lifecycle": ["' || stage || '", "churned"]}'""")
    handed = "handed_over_at, 'owner', handed_over_on, 'The territories were drawn anew.'"
    return (
        _customer_change("id", "joined_at, 'imported', NULL, ''", "'{}'", "stage, NULL, csm_before_id"),
        _customer_change(f"{scale.customers} + id", handed, csms, "stage, NULL, csm_id"),
        _customer_change(
            f"{scale.customers * 2} + id",
            "left_at, 'lifecycle', left_on, 'The budget was cut.'",
            stages,
            "'churned', left_on, csm_id",
            where="WHERE has_left",
        ),
    )


def _customer_change(number: str, deed: str, fields: str, state: str, *, where: str = "") -> str:
    """One row of history for every customer: the deed, what it changed, and the whole customer after it."""
    products = dialects.json("""'["' || product || '"]'""")
    return f"""INSERT INTO customers_customerchange (id, customer_id, by_id, recorded_at, kind, effective_on, reason,
        fields, lifecycle, churned_on, csm_id, name, domain, industry, region, country, size_band, recurring_revenue,
        is_well_known, in_production_since, opener_id, account_executive_id, account_manager_id, products)
    SELECT {number}, id, opener_id, {deed}, {fields}, {state}, name, 'customer-' || id || '.example', industry,
        region, country, size_band, revenue, is_well_known, live_on, opener_id, opener_id, manager_id, {products}
    FROM scale_customer {where} ORDER BY id"""


def cell_history(scale: Scale) -> tuple[str, ...]:
    """Every Green that needs evidence has a contact's word, which outlasts the cell's next change."""
    at = dialects.instant(scale.start, "seconds")
    agreed = dialects.day(scale.start, "seconds", days="-3")
    until = dialects.day(scale.start, "seconds", days="215 + throw * 2")
    due = dialects.day(scale.start, "seconds", days="150 + throw * 2")
    hoped = dialects.day(scale.start, "seconds", days="120 + throw * 3")
    proven, planned = "status = 'green' AND needs_evidence", "status IN ('red', 'amber') AND throw % 10 < 3"
    promised = "pays AND status = 'amber' AND throw % 5 < 2"
    return (
        f"""INSERT INTO references_evidence (id, customer_id, dimension_id, kind, contact_id, agreed_on, valid_until,
            url, file, note, recorded_at)
        SELECT id, customer_id, dimension_id, 'call', customer_id * 2 - 1, {agreed}, {until}, '', '', '', {at}
        FROM scale_change WHERE {proven} ORDER BY id""",
        f"""INSERT INTO references_cellchange (id, customer_id, dimension_id, version, status, status_before, note,
            next_action, next_action_due, owner_id, forecast_on, forecast_confidence, blocker, evidence_id,
            evidence_agreed_on, evidence_valid_until, recorded_at, by_id, source, reason)
        SELECT c.id, c.customer_id, c.dimension_id, c.version, c.status, c.status_before,
            CASE WHEN c.status = '' THEN '' ELSE 'Talked about it, the ' || c.version || '. time: ' || c.status END,
            CASE WHEN {planned} THEN 'Ask again after the business review' ELSE '' END,
            CASE WHEN {planned} THEN {due} END, NULL,
            CASE WHEN {promised} THEN {hoped} END,
            CASE WHEN NOT ({promised}) THEN '' WHEN throw % 3 = 0 THEN 'commit' WHEN throw % 3 = 1 THEN 'best_case'
                ELSE 'pipeline' END,
            CASE WHEN pays AND status = 'amber' AND throw % 10 = 1 THEN 'Legal reads the wording' ELSE '' END,
            CASE WHEN {proven} THEN c.id END, CASE WHEN {proven} THEN {agreed} END,
            CASE WHEN {proven} THEN {until} END, {at}, who.csm_id,
            CASE WHEN c.version = 1 THEN 'import' ELSE 'edit' END, ''
        FROM scale_change c JOIN customers_customer who ON who.id = c.customer_id""",
    )


def cells() -> tuple[str, ...]:
    """The present is the end of history."""
    values = (
        "customer_id, dimension_id, version, status, note, next_action, next_action_due, owner_id, forecast_on, "
        "forecast_confidence, blocker, evidence_id, evidence_agreed_on, evidence_valid_until"
    )
    return (
        f"""INSERT INTO references_cell ({values}, updated_at, updated_by_id)
        SELECT {values}, recorded_at, by_id FROM references_cellchange WHERE version = {ROUNDS} ORDER BY id""",
    )

"""The figures of a running quarter's dashboard as plain SQL, one statement per figure."""

NOBODY = """NOT EXISTS (SELECT 1 FROM customers_customer gone WHERE gone.id = {cell}.customer_id AND (
    gone.merged_into_id IS NOT NULL OR gone.lifecycle = 'prospective'
    OR (gone.lifecycle = 'churned' AND gone.churned_on <= %(day)s)))"""
# One expression: the planner would multiply the chances of three.
COUNTS = """cell.dimension_id = %(trigger)s AND cell.status = 'green' AND CASE WHEN cell.evidence_id IS NULL THEN FALSE
    WHEN cell.evidence_agreed_on > %(today)s THEN FALSE WHEN cell.evidence_valid_until < %(today)s THEN FALSE
    ELSE TRUE END AND """ + NOBODY.format(cell="cell").replace("%(day)s", "%(today)s")
HOPED = (
    "cell.dimension_id = %(trigger)s AND cell.status <> 'green' AND cell.forecast_on <= %(ends)s AND "
    + NOBODY.format(cell="cell").replace("%(day)s", "%(ends)s")
)
ACTIVE = """merged_into_id IS NULL AND lifecycle <> 'prospective'
    AND NOT (lifecycle = 'churned' AND churned_on <= %(today)s)"""
BEFORE = "SELECT id FROM references_closing WHERE quarter < %(quarter)s ORDER BY quarter DESC LIMIT 1"
IN_USE = "(used.until IS NULL OR used.until > %(today)s)"

GREENS_BY_REGION = f"""SELECT customer.region, count(*) FROM references_cell cell
    JOIN customers_customer customer ON customer.id = cell.customer_id WHERE {COUNTS} GROUP BY 1"""

FIGURES = {
    "programme": "SELECT * FROM core_programme",
    "definitions": "SELECT * FROM references_definition ORDER BY from_quarter DESC, id DESC",
    "closings": "SELECT * FROM references_closing ORDER BY quarter DESC",
    "corrections": "SELECT * FROM references_correction",
    "targets": "SELECT quarter, count FROM references_quartertarget ORDER BY id",
    "curve": "SELECT * FROM references_paycurve ORDER BY from_quarter DESC, id DESC LIMIT 1",
    "statements": "SELECT * FROM references_bonusstatement",
    # cell_green, and customer_inactive for the few who are left out
    "count": f"SELECT count(*) FROM references_cell cell WHERE {COUNTS}",
    "gained": f"""SELECT count(*) FROM references_cell cell WHERE {COUNTS} AND NOT EXISTS (
        SELECT 1 FROM references_closingentry entry
        WHERE entry.closing_id = ({BEFORE}) AND entry.is_referenceable AND entry.customer_id = cell.customer_id)""",
    "lost": f"""SELECT count(*) FROM references_closingentry entry JOIN customers_customer customer
        ON customer.id = entry.customer_id WHERE entry.closing_id = ({BEFORE}) AND entry.is_referenceable
        AND NOT EXISTS (SELECT 1 FROM references_cell cell WHERE {COUNTS} AND cell.customer_id = entry.customer_id)""",
    "expected losses": f"""SELECT count(*) FROM references_cell cell
        WHERE {COUNTS} AND cell.evidence_valid_until < %(ends)s""",
    # cell_by_forecast
    "hopes": f"""SELECT cell.forecast_confidence, count(*) FROM references_cell cell
        WHERE {HOPED} AND cell.forecast_confidence <> '' GROUP BY 1""",
    "to do": f"""SELECT cell.*, customer.* FROM (
            SELECT cell.id FROM references_cell cell JOIN customers_customer customer ON customer.id = cell.customer_id
            WHERE {HOPED} AND cell.forecast_confidence NOT IN ('', 'pipeline')
            ORDER BY coalesce(cell.next_action_due, cell.forecast_on), customer.name_key, cell.id LIMIT 5
        ) first JOIN references_cell cell ON cell.id = first.id
        JOIN customers_customer customer ON customer.id = cell.customer_id""",
    # All customers are read once; the Greens beside them.
    "customers": f"SELECT industry, region, csm_id, count(*) FROM customers_customer WHERE {ACTIVE} GROUP BY 1, 2, 3",
    "greens": f"""SELECT customer.industry, customer.region, customer.csm_id, count(*) FROM references_cell cell
        JOIN customers_customer customer ON customer.id = cell.customer_id WHERE {COUNTS} GROUP BY 1, 2, 3""",
    "tiers": f"""SELECT impact.tier, count(*) FROM references_customerimpact impact WHERE impact.tier IN ('A', 'B')
        AND impact.customer_id IN (SELECT cell.customer_id FROM references_cell cell WHERE {COUNTS}) GROUP BY 1""",
    "uses": f"""SELECT used.product_id, count(*) FROM customers_productuse used
        WHERE {IN_USE} AND {NOBODY.format(cell="used").replace("%(day)s", "%(today)s")} GROUP BY 1""",
    "greens in use": f"""SELECT used.product_id, count(*) FROM references_cell cell
        JOIN customers_productuse used ON used.customer_id = cell.customer_id
        WHERE {COUNTS} AND {IN_USE} GROUP BY 1""",
}

"""What one cell edit sends to the database. It runs inside the program: `manage.py shell`."""

import json
import sys

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.people import PASSWORD, PEOPLE
from references.models import Cell

# What begins and ends a transaction says nothing of its own; a savepoint does.
BRACKETS = ("BEGIN", "COMMIT")


def tell() -> None:
    """Print the statements of one edit as JSON, with how many there are beyond those for session and user."""
    client = Client(headers={"host": "127.0.0.1"}, enforce_csrf_checks=False)
    client.post(reverse("account_login"), {"login": PEOPLE["csm"], "password": PASSWORD})
    cells = Cell.objects.filter(dimension__needs_evidence=False, customer__merged_into=None)
    cell = cells.exclude(status="green").select_related("dimension").order_by("pk")[0]
    address = reverse("references:cell_status", args=[cell.customer_id, cell.dimension.key])
    wanted = "red" if cell.status == "amber" else "amber"
    with CaptureQueriesContext(connection) as asked:
        response = client.post(address, {"status": wanted, "version": cell.version})
    if response.status_code != 200:
        raise SystemExit(f"the edit was answered {response.status_code}")
    statements = [query["sql"] for query in asked.captured_queries if query["sql"].split()[0] not in BRACKETS]
    of_session = [sql for sql in statements if is_of_session(sql)]
    told = {"beyond_the_session": len(statements) - len(of_session), "statements": [sql[:120] for sql in statements]}
    sys.stdout.write(json.dumps(told, indent=1))


def is_of_session(sql: str) -> bool:
    """Which session it is, and whose."""
    return '"django_session"' in sql or '"core_user"."id"' in sql

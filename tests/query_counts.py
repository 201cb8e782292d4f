"""How many queries a page asks, kept in a file so that a change shows in the diff.

    def test_the_customer_list_asks_the_same_however_long_it_is(client, maria):
        client.force_login(maria)
        assert_query_count(client, reverse("customers:customer_index"), "customers:customer_index")

A new name, or a count that was changed on purpose, is written by `UPDATE_QUERY_COUNTS=1 .venv/bin/pytest tests/…`
(without -n). Ask with enough rows on the page that a query per row would show.
"""

import json
import os
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

KEPT = Path(__file__).with_name("query_counts.json")


def assert_query_count(client: Client, url: str, name: str, **headers: str):
    """Ask for the page and compare how many queries it took with what is kept under the name; returns the answer."""
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(url, headers=headers or None)
    assert response.status_code == 200, f"{url} answered {response.status_code}"
    kept = json.loads(KEPT.read_text())
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        kept[name] = len(asked)
        KEPT.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    queries = "\n".join(query["sql"][:300] for query in asked.captured_queries)
    assert len(asked) == kept.get(name), f"{name} asks {len(asked)} queries, kept is {kept.get(name)}:\n{queries}"
    return response

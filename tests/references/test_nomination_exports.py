"""Sam takes the list of nominations along as a file."""

import csv
from datetime import timedelta

from django.utils import timezone

from customers.actions import support_cases
from references.actions import impact
from tests.factories import customer
from tests.references.recognized import accept, nominate


def test_the_export_tells_what_the_list_marks_impact_what_blocks_and_what_is_to_be_confirmed(client, sam, priya, maria):
    bluth = customer("Bluth Company", csm=maria)
    old = nominate(bluth, sam, at=timezone.now() - timedelta(days=40))
    accept(old, priya, at=timezone.now())
    impact.rate(bluth, characteristic="results", points=3, evidence="Seen.", by=maria, at=timezone.now())
    values = {"number": "4711", "severity": "critical", "opened_on": timezone.localdate()}
    support_cases.record(bluth, values=values, by=maria, at=timezone.now())
    nominate("Sitwell", sam, at=timezone.now())
    client.force_login(sam)
    page = client.get("/nominations/").content.decode()
    assert "Support case 4711 is open" in page
    assert "to be confirmed" in page
    exported = b"".join(client.get("/nominations/export.csv")).decode("utf-8-sig")
    rows = {row["Customer"]: row for row in csv.DictReader(exported.splitlines())}
    marks = [(name, row["Impact"], row["To be confirmed"]) for name, row in sorted(rows.items())]
    assert marks == [("Bluth Company", "C", "yes"), ("Sitwell", "", "no")]
    assert "Support case 4711 is open" in rows["Bluth Company"]["Blocked because"]
    assert rows["Sitwell"]["Blocked because"] == ""

"""Priya keeps the catalogue of dimensions; the pay trigger cannot lose what makes it worth paying on."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from core.errors import RuleBroken
from core.models import AuditEvent
from customers.actions import attributes
from references.actions import dimensions
from references.models import Dimension, EvidenceSettings

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def form(dimension, **changes):
    names = ("name", "group", "definition", "position", "needs_evidence", "evidence_days", "is_active")
    values = {name: getattr(dimension, name) for name in names} | changes
    return {name: value for name, value in values.items() if value not in (None, False)}


def test_priya_renames_a_dimension_and_asks_for_evidence(client, priya):
    client.force_login(priya)
    logo = Dimension.objects.get(key="logo")
    address = reverse("references:dimension_edit", args=["logo"])
    client.post(address, form(logo, name="Logo use", needs_evidence=True, evidence_days=730))
    logo.refresh_from_db()
    assert (logo.name, logo.needs_evidence, logo.evidence_days) == ("Logo use", True, 730)
    event = AuditEvent.objects.get(event="dimension.edited", by=priya)
    assert event.detail["fields"]["name"] == ["Logo", "Logo use"]
    assert "Logo use" in client.get(reverse("references:dimension_index")).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"is_active": False}, "cannot be taken out of use"),
        ({"needs_evidence": False}, "asks for evidence"),
        ({"evidence_days": None}, "needs an end"),
        ({"name": "logo"}, "already a dimension"),
    ],
)
def test_the_pay_trigger_keeps_its_rules(client, priya, changes, words):
    client.force_login(priya)
    call = Dimension.objects.get(key="reference_call")
    answer = client.post(reverse("references:dimension_edit", args=[call.key]), form(call, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    call.refresh_from_db()
    assert (call.is_active, call.needs_evidence, call.evidence_days) == (True, True, 365)


def test_a_new_dimension_stands_in_the_grid_under_a_key_of_its_own(client, priya):
    client.force_login(priya)
    dimensions.edit(Dimension.objects.get(key="logo"), changes={"name": "Trademark"}, by=priya, at=NOON)
    values = {"name": "Logo", "group": "public", "definition": "x", "position": 7, "is_active": "on"}
    client.post(reverse("references:dimension_create"), values)
    assert Dimension.objects.shown().get(name="Logo").key == "logo_2"
    assert client.post(reverse("references:dimension_create"), values).status_code == 422


def test_the_evidence_rules_are_saved_and_audited(client, priya):
    client.force_login(priya)
    address = reverse("references:dimension_index")
    assert client.post(address, {"warn_days": -1, "default_days": 365}).status_code == 422
    client.post(address, {"warn_days": 14, "default_days": 180})
    rules = EvidenceSettings.current()
    assert (rules.warn_days, rules.default_days, rules.import_until_quarter_end) == (14, 180, False)
    assert AuditEvent.objects.filter(event="evidence_settings.edited", by=priya).count() == 1


def test_maria_may_not_configure(client, maria):
    client.force_login(maria)
    for name, args in (("dimension_index", []), ("dimension_create", []), ("dimension_edit", ["logo"])):
        assert client.get(reverse(f"references:{name}", args=args)).status_code == 403


def test_an_edit_that_changes_nothing_writes_nothing(priya):
    dimensions.edit(Dimension.objects.get(key="logo"), changes={"name": "Logo"}, by=priya, at=NOON)
    assert not AuditEvent.objects.filter(event="dimension.edited").exists()
    with pytest.raises(RuleBroken, match="needs a name"):
        dimensions.edit(Dimension.objects.get(key="logo"), changes={"name": " "}, by=priya, at=NOON)


@pytest.mark.parametrize("name", ["Deployment", "DE-ployment", "ｄｅｐｌｏｙｍｅｎｔ", "Region", "csm", "ＬＯＧＯ"])
def test_a_dimension_is_not_called_like_another_column_of_its_files(client, priya, name):
    """Priya has an attribute "Deployment"; in a file nobody could tell which of two such columns is meant."""
    attributes.create(name="Deployment", by=priya, at=NOON)
    client.force_login(priya)
    call = Dimension.objects.get(key="reference_call")
    answer = client.post(reverse("references:dimension_edit", args=["reference_call"]), form(call, name=name))
    assert answer.status_code == 422
    new = {"name": name, "group": "public", "definition": "Green means yes.", "position": 9, "is_active": True}
    with pytest.raises(RuleBroken):
        dimensions.create(values=new, by=priya, at=NOON)
    call.refresh_from_db()
    assert call.name != name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reference-call", "already a dimension called “Reference call”"),
        ("Réference Call", "already a dimension called “Reference call”"),
        ("Ref call", "already a dimension called “Reference call”"),
        ("Press release status", "a column beside that of “Press release” “Press release status”"),
        ("Press-release notes", "a column beside that of “Press release”"),
        ("Notes", "“Notes” stands beside the columns of all dimensions"),
        ("Health", "The grid has a column “Health” already"),
        (" héalth", "The grid has a column “Health” already"),
        ("CSM", "is a column of files and lists already"),
        ("Evangelists", "is a column of files and lists already"),
        ("Impact", "is a column of files and lists already"),
        ("Status", "“Status” is a column of exports of other programs"),
        ("Régión", "differs from “Region”, a column of files, in accents only"),
        ("Évangelists", "differs from “Evangelists”"),
        ("Sector", "An import reads “Sector” as “Industry”"),
        ("Id", "An import reads “Id” as “Id in the other system”"),
        ("Client name", "An import of the grid reads “Client name” as “Customer”"),
        ("Company domain", "An import of the grid reads “Company domain” as “Web domain”"),
    ],
)
def test_a_dimension_is_not_called_like_what_files_read_as_another_column(client, priya, name, words):
    client.force_login(priya)
    logo = Dimension.objects.get(key="logo")
    answer = client.post(reverse("references:dimension_edit", args=["logo"]), form(logo, name=name))
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    new = {"name": name, "group": "public", "definition": "Green means yes.", "position": 9, "is_active": True}
    with pytest.raises(RuleBroken, match=words):
        dimensions.create(values=new, by=priya, at=NOON)


def test_a_dimension_is_not_called_so_that_another_one_seems_to_stand_beside_it(priya):
    call = Dimension.objects.get(key="reference_call")
    dimensions.edit(call, changes={"name": "Call status"}, by=priya, at=NOON)
    with pytest.raises(RuleBroken, match="take “Call status” for a column beside that of “Call”"):
        dimensions.edit(Dimension.objects.get(key="logo"), changes={"name": "Call"}, by=priya, at=NOON)


def test_a_dimension_that_is_called_so_already_can_be_edited_all_the_same(priya):
    """Priya has two that differ in signs only, from a time when that was accepted."""
    Dimension.objects.filter(key="press_release").update(name="logo!")
    logo = Dimension.objects.get(key="logo")
    assert dimensions.edit(logo, changes={"definition": "Green means yes."}, by=priya, at=NOON).definition


def test_a_key_is_no_column_of_the_program(priya):
    new = {"name": "Id в", "group": "public", "definition": "Green means yes.", "position": 9, "is_active": True}
    assert dimensions.create(values=new, by=priya, at=NOON).key == "id_2"


def test_an_attribute_is_not_called_like_a_dimension_out_of_use_or_a_new_one(priya):
    new = {"name": "Podcast", "group": "public", "definition": "Green means yes.", "position": 9, "is_active": False}
    dimensions.create(values=new, by=priya, at=NOON)
    with pytest.raises(RuleBroken, match="column of files"):
        attributes.create(name="podcast", by=priya, at=NOON)

"""Requests that another site, a crafted form or a crafted text would like the program to act on."""

import ast
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.actions import api_tokens
from core.choices import Role
from core.models import User
from customers.models import Customer
from people.actions import invitations
from people.mails import send_invitation
from tests.cast import CAST, NOW
from tests.factories import customer, person
from tests.house.files import APPS, ROOT, python_files
from tests.permission_subjects import SUBJECTS
from tests.test_permissions_table import TABLE, addresses

# The reply address of a SAML service is posted to from the service; its signature is checked instead.
SIGNED = {"saml_acs", "saml_sls"}
FETCHERS = {"requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "ftplib", "smtplib", "socket"}


def test_only_the_api_and_signed_answers_go_without_the_token_against_forgery():
    exempt = {name for _route, name, view in addresses() if getattr(view, "csrf_exempt", False)}
    assert {name for name in exempt if not name.startswith("api:")} == SIGNED


@pytest.mark.django_db
def test_a_form_of_another_site_changes_nothing():
    posts = {line: rule for line, rule in TABLE.items() if rule.get("method") == "POST" and not line.startswith("api:")}
    assert len(posts) > 20
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person("Olga Omni", *Role))
    for line, rule in posts.items():
        address = reverse(
            line.split()[0], kwargs={name: any_row(word, name) for name, word in rule.get("with", {}).items()}
        )
        answer = browser.post(address, rule.get("data", {}))
        assert (answer.status_code, "The form was too old" in answer.content.decode()) == (403, True), line


def any_row(word: object, name: str) -> object:
    """What stands in the address; the form is refused before its row is looked for."""
    return ("2020-Q1" if name == "label" else 1) if word in {*SUBJECTS, *CAST} else word


def test_no_module_of_ours_fetches_an_address():
    """The log-in library alone calls other hosts, those that SSO_PROVIDERS names; so nobody can aim the server."""
    fetching = {}
    for path in python_files(*APPS):
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found = {name for name in names if name in FETCHERS or name.split(".")[0] in FETCHERS}
            if found:
                fetching[str(path)] = found
    # The demo waits for its own port; the modules of people look at what the log-in library calls, and may refuse it.
    # A task tells by the name of a failure whether a mail server refused the address.
    waits = {"refprogram/management/commands/demo.py", "refprogram/processes.py", "references/tasks.py"}
    assert set(fetching) <= waits | {"people/connections.py", "people/adapters.py"}, fetching


def test_a_crafted_profile_form_gives_no_right(client, maria):
    client.force_login(maria)
    crafted = {"is_staff": "on", "is_superuser": "on", "role_list": '["administrator"]', "roles": "administrator"}
    crafted |= {"email": "root@example.com", "is_active": "", "session_epoch": "9", "password": "x", "id": "1"}
    form = {"name": "Maria Chen", "time_zone": "UTC", "locale": "en"}
    before = User.objects.filter(pk=maria.pk).values().get()
    assert client.post("/profile/edit/", form | crafted).status_code == 302
    assert User.objects.filter(pk=maria.pk).values().get() == before


def test_a_crafted_api_call_sets_no_field_that_is_not_offered(priya):
    acme, other = customer("Acme"), customer("Other")
    _token, secret = api_tokens.create(priya, name="t", by=priya, at=timezone.now())
    api = Client(headers={"Authorization": f"Bearer {secret}"})
    crafted = {"merged_into": other.pk, "id": 999, "version": acme.version, "created_at": "2000-01-01T00:00:00Z"}
    before = Customer.objects.filter(pk=acme.pk).values().get()
    answer = api.patch(f"/api/v1/customers/{acme.pk}/", crafted, content_type="application/json")
    assert answer.status_code == 400
    assert Customer.objects.filter(pk=acme.pk).values().get() == before


@pytest.mark.parametrize("name", ["Eve\r\nBcc: spy@example.org", "Eve\nSubject: hello\n\nbody"])
def test_a_name_adds_no_line_to_the_head_of_a_mail(priya, name):
    eve = person("Eve Host", Role.ADMINISTRATOR)
    User.objects.filter(pk=eve.pk).update(name=name)
    eve.refresh_from_db()
    guest = person("Gus Guest", Role.CSM)
    invitation = invitations.invite(guest, by=eve, at=NOW)
    User.objects.filter(pk=guest.pk).update(name=name)
    invitation.refresh_from_db()
    send_invitation(invitation)
    head = mail.outbox[0].message().as_string().partition("\n\n")[0]
    assert mail.outbox[0].recipients() == [guest.email]
    assert not re.search(r"^(Bcc|bcc):", head, re.MULTILINE)
    assert head.count("Subject:") == 1


def test_an_address_with_a_line_break_is_no_address(client, db):
    client.force_login(person("Ada Admin", Role.ADMINISTRATOR))
    crafted = {"email": "eve@example.org\r\nBcc: spy@example.org", "name": "Eve", "roles": ["csm"]}
    assert client.post("/people/invite/", crafted).status_code == 422
    assert client.post("/accounts/password/reset/", {"email": crafted["email"]}).status_code == 200
    assert not mail.outbox

"""Ada looks after people: she invites, gives roles, shuts out, and every deed is in the trail."""

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client

from core.actions import api_tokens
from core.choices import Role
from core.models import ApiToken, AuditEvent, RoleGrant, User
from people import mails, tasks
from people.actions import invitations
from people.models import Invitation
from tests.factories import person

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def invite(client, **fields):
    return client.post(
        "/people/invite/", {"email": "omar@example.com", "name": "Omar Haddad", "roles": ["support"]} | fields
    )


def test_omar_is_invited_chooses_a_password_and_is_in(as_ada, ada):
    assert invite(as_ada).status_code == 302
    omar = User.objects.get(email="omar@example.com")
    assert (omar.roles, omar.has_usable_password(), omar.is_invited) == ({"support"}, False, True)
    [letter] = mail.outbox
    assert (letter.to, "Ada Admin invites you" in letter.body) == (["omar@example.com"], True)
    link = re.search(r"https?://[^/\s]+(/\S+)", letter.body)[1]
    omars = Client()
    form = omars.get(link, follow=True)
    password = "a long walk by the sea"
    omars.post(form.redirect_chain[-1][0], {"password1": password, "password2": password})
    assert omars.get("/").status_code == 200
    omar.refresh_from_db()
    assert not omar.is_invited
    events = AuditEvent.objects.filter(subject_id=omar.pk, subject_type="core.user").values_list("event", "by")
    assert ("person.invited", ada.pk) in events
    assert ("person.password_set", omar.pk) in events


def test_an_address_is_taken_once_in_any_case(as_ada, nina):
    answer = invite(as_ada, email="NINA.Rossi@example.com")
    assert answer.status_code == 422
    assert "already a person with this address" in answer.content.decode()


def test_a_mail_that_fails_is_sent_later_and_only_once(as_ada, ada, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(mails, "send_mail", lambda *_args: (_ for _ in ()).throw(OSError("no mail server")))
        assert invite(as_ada).status_code == 302
    waiting = Invitation.objects.get()
    assert waiting.sent_at is None
    tasks.send_invitations()
    assert not mail.outbox, "the claim of the worker that failed is not void yet"
    Invitation.objects.update(claimed_at=NOON)
    tasks.send_invitations()
    tasks.send_invitations()
    assert len(mail.outbox) == 1
    assert invitations.claim(waiting.pk, at=NOON) is None


def test_an_administrator_says_where_a_person_works(as_ada, ada, nina):
    as_ada.post(f"/people/{nina.pk}/edit/", {"name": nina.name, "team": " North ", "region": "EMEA", "roles": ["csm"]})
    nina.refresh_from_db()
    assert (nina.team, nina.region) == ("North", "EMEA")
    assert "North" in as_ada.get(f"/people/{nina.pk}/").text
    assert "EMEA" in b"".join(as_ada.get("/people/export/").streaming_content).decode()


def test_roles_are_granted_and_ended_with_name_and_time(as_ada, ada, nina):
    as_ada.post(f"/people/{nina.pk}/edit/", {"name": "Nina Rossi-Bell", "roles": ["csm", "support"]})
    nina.refresh_from_db()
    assert (nina.name, nina.roles) == ("Nina Rossi-Bell", {"csm", "support"})
    ended = RoleGrant.objects.get(user=nina, role="marketing")
    assert (ended.revoked_by, ended.revoked_at is not None) == (ada, True)
    assert AuditEvent.objects.filter(event="person.roles_set", by=ada).count() == 1


def test_ada_cannot_take_the_keys_from_herself(as_ada, ada):
    answer = as_ada.post(f"/people/{ada.pk}/edit/", {"name": "Ada", "roles": ["csm"]})
    assert answer.status_code == 422
    as_ada.post(f"/people/{ada.pk}/deactivate/")
    ada.refresh_from_db()
    assert (ada.roles, ada.is_active, ada.name) == ({"administrator"}, True, "Ada Admin")


def test_deactivating_ends_sessions_and_tokens_for_good(as_ada, ada, nina):
    ninas = Client()
    ninas.force_login(nina)
    token, _secret = api_tokens.create(nina, name="export", by=nina, at=NOON)
    as_ada.post(f"/people/{nina.pk}/deactivate/")
    assert ninas.get("/profile/").status_code == 302
    as_ada.post(f"/people/{nina.pk}/reactivate/")
    assert ninas.get("/profile/").status_code == 302
    assert not ApiToken.objects.usable(datetime.now(UTC)).filter(pk=token.pk).exists()
    assert AuditEvent.objects.filter(event__in=["person.deactivated", "person.activated"], by=ada).count() == 2


@pytest.fixture
def crowd(ada):
    for number in range(60):
        person(f"Person {number:03d}", Role.CSM)
    person("Noah Newman")


def test_people_are_found_by_word_role_and_state(as_ada, crowd):
    def names(query):
        return re.findall(r'/people/\d+/">([^<]+)</a>', as_ada.get(f"/people/?{query}").content.decode())

    assert names("q=noah") == ["Noah Newman"]
    assert names("role=none") == ["Noah Newman"]
    assert names("role=administrator") == ["Ada Admin"]
    assert names("q=person+04&role=csm") == ["Person 004", *[f"Person {number:03d}" for number in range(40, 50)]]
    assert names("state=inactive") == []
    assert "Nobody matches" in as_ada.get("/people/?q=zzz").content.decode()


def test_the_list_pages_through_everyone_once(as_ada, crowd):
    seen, address = [], "/people/?state=active"
    while address:
        page = as_ada.get(address).content.decode()
        seen += re.findall(r'/people/\d+/">([^<]+)</a>', page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/people/" + found[1].replace("&amp;", "&") if found else ""
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == User.objects.count()


def test_the_export_holds_what_the_list_shows_and_harms_no_spreadsheet(as_ada, ada):
    person("=cmd Smith", Role.CSM)
    text = b"".join(as_ada.get("/people/export/?role=csm").streaming_content).decode()
    assert "'=cmd Smith" in text
    assert "Ada Admin" not in text


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_fifty(as_ada, ada, django_assert_max_num_queries):
    for number in range(55):
        person(f"Person {number:03d}", Role.CSM)
    with django_assert_max_num_queries(6):
        as_ada.get("/people/")


def test_a_name_is_kept_on_one_line_because_it_stands_in_mails_and_lists(as_ada):
    as_ada.post("/people/invite/", {"name": "Bcc\r\nBcc: evil@example.com", "email": "b@example.com", "roles": ["csm"]})
    assert User.objects.get(email="b@example.com").name == "Bcc Bcc: evil@example.com"

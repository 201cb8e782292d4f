"""Nina is told what concerns her: in the bell, on the page, once by mail."""

import re
from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client

from core.actions import notices
from core.models import Notice
from people import mails, tasks


@pytest.fixture
def told(nina, maria):
    now = datetime.now(UTC)
    notices.tell([nina], key="a", words=lambda: "The import is done.", url="/jobs/7/", at=now)
    notices.tell([nina], key="b", words=lambda: "Evidence ends soon.", url="/grid/", at=now)
    notices.tell([nina], key="old", words=lambda: "Long ago.", at=now - timedelta(days=9))
    notices.tell([maria], key="a", words=lambda: "Only for Maria.", at=now)
    return nina


@pytest.fixture
def ninas(told):
    client = Client()
    client.force_login(told)
    return client


def test_the_bell_counts_what_is_unread_and_the_page_lists_it(ninas):
    page = ninas.get("/notices/").content.decode()
    assert "Notices, 3 unread" in page
    assert "The import is done." in page
    assert "Only for Maria." not in page


def test_notices_come_newest_first_in_whatever_order_they_were_written(told, ninas):
    """An import that ran for hours tells late of what happened early."""
    at = datetime.now(UTC)
    for key, hours in (("noon", 5), ("morning", 9), ("evening", 1)):
        notices.tell([told], key=key, words=lambda key=key: f"It is {key}.", at=at - timedelta(hours=hours))
    for page in ("/notices/", "/"):
        shown = ninas.get(page).content.decode()
        places = [shown.index(f"It is {key}.") for key in ("evening", "noon", "morning")]
        assert places == sorted(places), page
    tasks.mail_notices()
    [sent] = [one for one in mail.outbox if one.to == [told.email]]
    assert sent.body.index("evening") < sent.body.index("noon") < sent.body.index("morning")


def test_a_notice_leads_to_its_page_and_is_read_then(ninas):
    notice = Notice.objects.get(text="The import is done.")
    assert ninas.get(f"/notices/{notice.pk}/").url == "/jobs/7/"
    assert "Notices, 2 unread" in ninas.get("/notices/").content.decode()
    assert "The import is done." not in ninas.get("/notices/?show=unread").content.decode().split('id="notice-list"')[1]


@pytest.mark.parametrize("url", ["https://evil.example.org/", "//evil.example.org/", "javascript:alert(1)"])
def test_a_notice_leads_to_no_other_site(ninas, url):
    Notice.objects.filter(key="b").update(url=url)
    assert ninas.get(f"/notices/{Notice.objects.get(key='b').pk}/").url == "/notices/"


def test_all_are_read_with_one_button(ninas):
    ninas.post("/notices/read/")
    assert not Notice.objects.filter(to__email="nina.rossi@example.com", read_at__isnull=True).exists()
    assert Notice.objects.filter(to__email="maria.chen@example.com", read_at__isnull=True).exists()


def test_what_came_after_the_page_was_shown_stays_unread(ninas, told):
    shown = re.search(r'name="newest" value="(\d+)"', ninas.get("/notices/").text)
    notices.tell([told], key="later", words=lambda: "A case is open.", at=datetime.now(UTC))
    ninas.post("/notices/read/", {"newest": shown[1]})
    assert list(Notice.objects.filter(to=told, read_at__isnull=True).values_list("key", flat=True)) == ["later"]


def test_what_is_new_comes_in_one_mail_once(told):
    tasks.mail_notices()
    tasks.mail_notices()
    to_nina = [one for one in mail.outbox if one.to == [told.email]]
    assert len(to_nina) == 1
    assert "The import is done." in to_nina[0].body
    assert "Long ago." not in to_nina[0].body
    assert Notice.objects.filter(mailed_at__isnull=True).count() == 0


def test_what_was_read_in_the_program_is_not_mailed(told):
    notices.mark_read(told, at=datetime.now(UTC))
    tasks.mail_notices()
    assert not [one for one in mail.outbox if one.to == [told.email]]


def test_a_mail_that_fails_is_tried_again(told, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(mails, "send_mail", lambda *_args: (_ for _ in ()).throw(OSError("no mail server")))
        with pytest.raises(OSError, match="no mail server"):
            tasks.mail_notices()
    tasks.mail_notices()
    assert len([one for one in mail.outbox if one.to == [told.email]]) == 1


def test_an_address_that_the_mail_server_refuses_keeps_nobody_else_from_the_mail(told, maria, monkeypatch):
    send = mails.send_mail

    def send_or_refuse(*said):
        if maria in said or maria.email in str(said):
            raise SMTPRecipientsRefused({maria.email: (550, b"unknown")})
        send(*said)

    with monkeypatch.context() as refusing:
        refusing.setattr(mails, "send_mail", send_or_refuse)
        with pytest.raises(SMTPRecipientsRefused):
            tasks.mail_notices()
    assert len([one for one in mail.outbox if one.to == [told.email]]) == 1
    assert [one.to for one in Notice.objects.filter(mailed_at__isnull=True)] == [maria]

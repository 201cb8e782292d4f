"""Who was logged out while writing, or follows an address that only takes a form, is told so and led back."""

import pytest

from core.models import SavedView

FORM = {"page": "references:grid", "name": "EMEA first", "query": "region=EMEA"}


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page_and_says_that_nothing_was_saved(client, db):
    page = "http://testserver/grid/?region=EMEA"
    answer = client.post("/saved-views/", FORM, headers={"Referer": page})
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/grid/%3Fregion%3DEMEA")
    told = text_of(client.get(answer.url))
    assert "what you wrote was not saved" in told
    assert "your browser's Back button may still have it" in told.replace("&#x27;", "'")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/grid/", "javascript:alert(1)", "//evil.example/"])
def test_a_form_from_nowhere_or_from_another_site_leads_to_the_first_page(client, db, referer):
    answer = client.post("/saved-views/", FORM, headers={"Referer": referer})
    assert answer.url == "/accounts/login/?next=/"


def test_an_address_that_only_takes_a_form_says_so(client, maria):
    client.force_login(maria)
    answer = client.get("/saved-views/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only takes what a form sends." in text_of(answer)


@pytest.mark.parametrize("address", ["/", "/customers/", "/quarter/", "/forecast/", "/quarters/2027-Q1/", "/healthz"])
def test_a_page_that_is_only_looked_at_takes_no_form(client, maria, address):
    client.force_login(maria)
    answer = client.post(address, {"name": "Acme"})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "This page is only for looking at" in text_of(answer)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
def test_a_page_is_read_and_nothing_else(client, maria, method):
    client.force_login(maria)
    answer = client.generic(method, "/customers/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_the_api_speaks_its_own_methods(client, maria):
    client.force_login(maria)
    assert client.options("/api/v1/customers/").status_code == 401


def test_a_view_that_was_there_is_told_apart_from_a_new_one(client, maria):
    client.force_login(maria)
    assert "is saved." in text_of(client.post("/saved-views/", FORM, follow=True))
    again = client.post("/saved-views/", FORM | {"query": "region=APAC"}, follow=True)
    assert "was there already; it shows this now." in text_of(again)
    assert SavedView.objects.get().query == "region=APAC"


def test_a_form_with_more_than_is_read_at_once_is_told_so(client, maria):
    client.force_login(maria)
    for much in ("name=" + "x" * 3_000_000, "&".join(f"field{number}=x" for number in range(1500))):
        answer = client.post("/saved-views/", much, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 413
        assert "more than a form takes at once" in text_of(answer)


def test_a_form_that_is_too_large_is_no_failure_of_the_program(client, maria, caplog):
    client.force_login(maria)
    for much in ("name=" + "x" * 3_000_000, "&".join(f"field{number}=x" for number in range(1500))):
        client.post("/saved-views/", much, content_type="application/x-www-form-urlencoded")
    assert not [line.getMessage() for line in caplog.records if line.levelname == "ERROR"]


def test_a_nul_in_an_address_is_answered_with_a_page(client, maria):
    client.force_login(maria)
    answer = client.get("/customers/?q=%00")
    assert answer.status_code == 400
    assert "This was not understood" in text_of(answer)

"""A sign-in service, or what it answers with, aims the server at addresses inside: none is called unless allowed."""

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured

from people.connections import AddressRefused, GuardedAdapter, allowed_address
from refprogram.sign_in import networks, providers

INSIDE = [
    "127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "0.0.0.1", "::1", "fe80::1%eth0", "fd00::5", "::", "::ffff:127.0.0.1", "::ffff:a00:5", "64:ff9b::a00:5",
    "2002:a00:5::",
]  # fmt: skip


@pytest.fixture
def names(monkeypatch) -> dict[str, list[list[str]]]:
    """What the names lead to; asked once more, a name gives its next answer."""
    known: dict[str, list[list[str]]] = {}

    def look_up(host, port, *_more, **_options):
        answers = known.get(host, [[host]])
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr("people.connections.socket.getaddrinfo", look_up)
    return known


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_called_unless_its_network_is_named(names, settings, address):
    names["login.example.com"] = [[address]]
    with pytest.raises(AddressRefused):
        allowed_address("login.example.com", 443)
    settings.SSO_PRIVATE_NETWORKS = [ip_network(f"{address.partition('%')[0]}")]
    assert allowed_address("login.example.com", 443) == address


def test_addresses_outside_are_called_and_those_inside_passed_over(names):
    names["login.example.com"] = [["10.0.0.5", "93.184.216.34"]]
    assert allowed_address("login.example.com", 443) == "93.184.216.34"


@pytest.mark.parametrize(
    "spelt", ["http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://[::1]/", "http://0/"]
)
def test_no_way_to_spell_this_machine_gets_there(spelt):
    with requests.Session() as session:
        session.mount("http://", GuardedAdapter())
        with pytest.raises(requests.RequestException, match="SSO_PRIVATE_NETWORKS"):
            session.get(spelt, timeout=5)


class Service:
    """Listens on one address of this machine and sends everyone on."""

    def __init__(self, address: str, leads_to: str = "") -> None:
        asked = self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(302 if leads_to else 200)
                self.send_header("Location", leads_to)
                self.end_headers()

            def log_message(self, *said):
                pass

        self.server = HTTPServer((address, 0), Handler)
        self.url = f"http://{address}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@contextmanager
def service(leads_to: str = ""):
    """A service on this machine until the block ends."""
    made = Service("127.0.0.1", leads_to)
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()


def offered(settings, url: str) -> None:
    one = {"kind": "openid_connect", "id": "okta", "name": "Okta", "client_id": "refprogram", "secret": "s"}
    settings.SOCIALACCOUNT_PROVIDERS = providers(json.dumps([one | {"server_url": url}]))


def test_a_redirect_into_the_network_is_not_followed_and_the_person_is_told(client, db, settings, caplog):
    settings.SSO_PRIVATE_NETWORKS = [ip_network("127.0.0.1")]
    with service(leads_to="http://169.254.169.254/latest/meta-data/") as okta:
        offered(settings, okta.url)
        answer = client.get("/accounts/oidc/okta/login/")
    assert (answer.status_code, "Back to the log-in" in answer.content.decode()) == (502, True)
    assert len(okta.asked) == 1
    assert "169.254.169.254 leads to 169.254.169.254" in caplog.text


def test_without_the_setting_the_service_inside_is_not_asked_at_all(client, db, settings):
    with service() as okta:
        offered(settings, okta.url)
        assert client.get("/accounts/oidc/okta/login/").status_code == 502
    assert not okta.asked


def test_a_name_that_changes_its_mind_is_held_to_its_first_answer(names, settings):
    """Between the look and the call the name turns to another address inside."""
    settings.SSO_PRIVATE_NETWORKS = [ip_network("127.0.0.1")]
    names["login.example.com"] = [["127.0.0.1"], ["10.0.0.5"]]
    with service() as okta, requests.Session() as session:
        session.mount("http://", GuardedAdapter())
        session.get(f"http://login.example.com:{okta.server.server_port}/keys", timeout=5)
    assert okta.asked == ["/keys"]


def test_a_setting_that_is_no_network_stops_the_start():
    assert networks(["10.0.0.0/8", " fd00::/8"]) == [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
    with pytest.raises(ImproperlyConfigured, match="SSO_PRIVATE_NETWORKS"):
        networks(["10.0.0.1/8"])

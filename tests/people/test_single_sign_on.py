"""Nina comes in through her company's sign-in service: the whole way, against a service that answers."""

import json
from ipaddress import ip_network

import pytest
from django.test import Client

from refprogram.sign_in import providers
from tests.people.identity_services import SamlService, openid_connect

SECRET = "a secret of the service"
SAML = "/accounts/saml/entra"


def logged_in(client) -> str | None:
    """The id of the person whom the session belongs to."""
    return client.session.get("_auth_user_id")


@pytest.fixture
def client():
    """A browser names the host that it asks; the SAML library goes by that."""
    return Client(headers={"host": "testserver"})


@pytest.fixture
def okta(settings):
    settings.SSO_PRIVATE_NETWORKS = [ip_network("127.0.0.1")]
    with openid_connect("nina.rossi@example.com", secret=SECRET) as service:
        one = {"kind": "openid_connect", "id": "okta", "name": "Okta", "client_id": "refprogram", "secret": SECRET}
        settings.SOCIALACCOUNT_PROVIDERS = providers(json.dumps([one | {"server_url": service.url}]))
        yield service


@pytest.fixture
def entra(settings):
    service = SamlService()
    one = {
        "kind": "saml", "id": "entra", "name": "Entra", "entity_id": service.entity_id,
        "sso_url": "https://login.example.com/sso", "attributes": {"email": "mail"},
        "certificate": "".join(service.certificate.splitlines()[1:-1]),
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = providers(json.dumps([one]))
    return service


def test_nina_comes_in_through_openid_connect(client, nina, okta):
    away = client.get("/accounts/oidc/okta/login/?next=/grid/")
    back = okta.consent(away["Location"])
    assert client.get(back)["Location"] == "/grid/"
    assert logged_in(client) == str(nina.pk)


def test_an_answer_that_was_not_asked_for_lets_nobody_in(client, nina, okta):
    back = okta.consent(client.get("/accounts/oidc/okta/login/")["Location"])
    answer = client.get(back.partition("&state=")[0] + "&state=another")
    assert logged_in(client) is None
    assert answer.status_code == 401
    assert "Back to the log-in" in answer.content.decode()


@pytest.mark.parametrize(("bent", "value"), [("audience", "another program"), ("secret", "changed over there")])
def test_a_service_that_means_someone_else_lets_nobody_in(client, nina, okta, bent, value):
    setattr(okta, bent, value)
    answer = client.get(okta.consent(client.get("/accounts/oidc/okta/login/")["Location"]))
    assert answer.status_code < 500
    assert logged_in(client) is None


def come_back(client, form):
    """What the browser does with the service's form: it posts, and follows."""
    return client.post(f"{SAML}/acs/", form, follow=True)


def test_nina_comes_in_through_saml(client, nina, entra):
    away = client.get(f"{SAML}/login/?next=/grid/")
    assert away["Location"].startswith("https://login.example.com/sso?SAMLRequest=")
    form = entra.consent(away["Location"], "nina.rossi@example.com", audience=f"http://testserver{SAML}/metadata/")
    answer = come_back(client, form)
    assert answer.redirect_chain[-1][0] == "/grid/"
    assert logged_in(client) == str(nina.pk)


@pytest.mark.parametrize("wrong", ["unsigned", "audience", "forged", "replayed"])
def test_a_saml_answer_that_is_not_sound_lets_nobody_in(client, nina, entra, wrong):
    away = client.get(f"{SAML}/login/")["Location"]
    speaker = SamlService() if wrong == "forged" else entra
    audience = "https://another.example" if wrong == "audience" else f"http://testserver{SAML}/metadata/"
    form = speaker.consent(away, "nina.rossi@example.com", audience=audience, signed=wrong != "unsigned")
    if wrong == "replayed":
        come_back(client, form)
        client.logout()
    answer = come_back(client, form)
    assert answer.status_code < 500
    assert logged_in(client) is None


def test_the_metadata_for_the_service_are_sound(client, db, entra):
    answer = client.get(f"{SAML}/metadata/")
    assert answer.status_code == 200
    assert f"http://testserver{SAML}/acs/" in answer.content.decode()

"""The company's own sign-in services: configured from the environment, open to people who are known."""

import json
from types import SimpleNamespace

import pytest
from allauth.core import context
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from core.models import User
from people.adapters import ProviderAdapter
from refprogram.sign_in import providers

OKTA = {
    "kind": "openid_connect", "id": "okta", "name": "Okta", "client_id": "c", "secret": "s",
    "server_url": "https://okta.example.com",
}  # fmt: skip
ENTRA = {
    "kind": "saml", "id": "entra", "name": "Entra", "entity_id": "https://idp.example.com",
    "sso_url": "https://idp.example.com/sso", "certificate": "MIIC",
}  # fmt: skip


def test_a_list_of_services_becomes_the_library_s_setting():
    made = providers(json.dumps([OKTA, ENTRA]))
    assert made["openid_connect"]["APPS"][0]["settings"]["server_url"] == "https://okta.example.com"
    saml = made["saml"]["APPS"][0]
    assert (saml["client_id"], saml["settings"]["advanced"]["want_assertion_signed"]) == ("entra", True)
    assert all(app["settings"]["verified_email"] for kind in made.values() for app in kind["APPS"])


def test_no_services_is_no_setting_and_a_file_will_do(tmp_path):
    assert providers("") == {}
    (tmp_path / "sso.json").write_text(json.dumps([OKTA]))
    assert providers("", file=str(tmp_path / "sso.json"))["openid_connect"]["APPS"][0]["name"] == "Okta"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("{}", "must be a JSON list"),
        ('[{"kind": "ldap"}]', "needs a “kind”"),
        ('[{"kind": "openid_connect", "id": "okta"}]', "lacks name, client_id, secret, server_url"),
    ],
)
def test_a_mistake_is_named_at_the_start(text, said):
    with pytest.raises(ImproperlyConfigured, match=said):
        providers(text)


@pytest.fixture
def okta(settings):
    settings.SOCIALACCOUNT_PROVIDERS = providers(json.dumps([OKTA, ENTRA]))


def arrive(client, email):
    """Come back from Okta, which vouches for the address."""
    request = RequestFactory().get("/accounts/oidc/okta/login/callback/")
    request.session, request.user, request.allauth = client.session, AnonymousUser(), SimpleNamespace()
    request._messages = FallbackStorage(request)
    with context.request_context(request):
        provider = ProviderAdapter(request).get_provider(request, "okta")
        person = {"sub": f"uid-{email}", "email": email, "name": "Nina Rossi"}
        login = provider.sociallogin_from_response(request, {"userinfo": person, "id_token": person})
        login.state = {"process": AuthProcess.LOGIN}
        return complete_login(request, login), request.user


def test_the_log_in_page_offers_each_service(client, db, okta):
    page = client.get("/accounts/login/").content.decode()
    assert "Continue with Okta" in page
    assert "Continue with Entra" in page
    assert "/accounts/saml/entra/login/" in page


def test_who_is_known_comes_in(client, nina, okta):
    answer, arrived = arrive(client, "nina.rossi@example.com")
    assert (answer.status_code, arrived) == (302, nina)
    assert SocialAccount.objects.get().user == nina


def test_who_is_not_known_is_turned_away(client, db, okta):
    answer, _nobody = arrive(client, "stranger@example.com")
    assert "By invitation only" in answer.content.decode()
    assert not User.objects.exists()


def test_a_setting_lets_strangers_in_without_a_role(client, db, okta, settings):
    settings.SSO_SIGN_UP = True
    _answer, arrived = arrive(client, "stranger@example.com")
    newcomer = User.objects.get()
    assert (newcomer.email, newcomer.roles, arrived) == ("stranger@example.com", frozenset(), newcomer)

"""Nobody gets further than the role allows: every address, as every role, from one table."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from core.actions import api_tokens
from core.choices import Role
from core.models import Programme, User
from tests.cast import CAST, NOW, cast
from tests.permission_subjects import SUBJECTS, subject

FILE = tomllib.loads((Path(__file__).parent / "permissions.toml").read_text())
TABLE, GROUPS = FILE["addresses"], FILE["groups"]
PUBLIC = {"healthz", "readyz", "metrics"}
# Pages of the log-in library and of Django's admin: they guard themselves, and are run by their own tests below.
THIRD_PARTY = ("accounts/", "admin/")
# Of those, what must work before anyone is logged in; a key or a session of the log-in decides there.
BEFORE_LOG_IN = {
    "account_login", "account_logout", "account_inactive", "account_signup", "account_email_verification_sent",
    "account_confirm_email", "account_reset_password", "account_reset_password_done", "account_confirm_login_code",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate",
    "mfa_login_webauthn", "socialaccount_login_cancelled", "socialaccount_signup", "saml_acs", "saml_finish_acs",
    "saml_sls", "saml_metadata", "saml_login", "openid_connect_login", "openid_connect_callback",
}  # fmt: skip


def addresses(resolver=None, space: str = "", route: str = "") -> Iterator[tuple[str, str, object]]:
    """Every (route, URL name, view) of the program."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            name = f"{space}:{pattern.name}" if space else str(pattern.name)
            yield route + str(pattern.pattern), name, pattern.callback
        else:
            yield from addresses(pattern, pattern.namespace or space, route + str(pattern.pattern))


def ours() -> list[tuple[str, str, object]]:
    own = {name.split()[0] for name in TABLE}
    return [found for found in addresses() if not found[0].startswith(THIRD_PARTY) or found[1] in own]


@pytest.mark.parametrize(("route", "name", "view"), ours(), ids=[name for _route, name, _view in ours()])
def test_every_view_is_guarded_or_public(route, name, view):
    if route.startswith("api/"):
        return  # the classes of the API ask for a token unless they say otherwise; the table below runs them
    is_open = not getattr(view, "login_required", True)
    assert getattr(view, "permission", None) or (is_open and name in PUBLIC), (
        f'{route} ({name}): put @requires("app.permission") on the view, or, if it is for everyone, '
        "@login_not_required and its name into PUBLIC of this test."
    )
    assert not (is_open and name not in PUBLIC), f"{name} asks for no log-in, but is not on the public list."


def test_every_address_stands_in_the_table():
    known = {name.split()[0] for name in TABLE}
    missing = sorted({name for _route, name, _view in ours()} - known)
    lines = "\n".join(f'"{name}" = {{ may = "anyone" }}' for name in missing)
    assert not missing, f"Add to tests/permissions.toml, with who may and what they get:\n{lines}"


def test_no_line_of_the_table_is_left_over():
    names = {name for _route, name, _view in addresses()}
    assert not {line for line in TABLE if line.split()[0] not in names}


def lines_of(people: dict[str, User]) -> Iterator[tuple[str, dict, dict]]:
    """Every line of the table with the arguments of its address; the rows they name are made once, in its order."""
    words = {word for rule in TABLE.values() for word in rule.get("with", {}).values()}
    order = sorted(words, key=lambda word: list(SUBJECTS).index(word) if word in SUBJECTS else -1)
    found = {word: subject(word, people) for word in order}
    for line, rule in TABLE.items():
        yield line, rule, {name: found[word] for name, word in rule.get("with", {}).items()}


class Callers:
    """One browser and one API token for each person, made once: what a call changes is taken back, log-outs too."""

    def __init__(self, people: dict[str, User]) -> None:
        Programme.current()
        self.client, self.sessions, self.tokens = Client(), {}, {}
        for first, user in people.items():
            self.client.force_login(user)
            self.sessions[first] = self.client.cookies["sessionid"].value
            self.tokens[first] = api_tokens.create(user, name="table", by=user, at=NOW)[1]
            self.client.cookies.clear()

    def answer(self, address: str, rule: dict, first: str | None, **sent: str) -> int:
        """The status that one person gets, or nobody."""
        headers, options = dict(sent), {}
        if first and address.startswith("/api/"):
            headers["Authorization"] = f"Bearer {self.tokens[first]}"
            options["content_type"] = "application/json"
        elif first:
            self.client.cookies["sessionid"] = self.sessions[first]
        method = getattr(self.client, rule.get("method", "GET").lower())
        with transaction.atomic():
            Programme.objects.update(**rule.get("programme", {"colleagues_may_edit": True}))
            response = method(address, rule.get("data", {}), headers=headers, **options)
            # A closed answer ends its request, and the test's own connection with it, unless told otherwise.
            request_finished.disconnect(close_old_connections)
            response.close()
            request_finished.connect(close_old_connections)
            transaction.set_rollback(True)
        self.client.cookies.clear()
        return int(response.status_code)


@pytest.mark.django_db
def test_each_role_gets_what_the_table_says(own_files):
    """One test for all lines: the people and their rows are made once, and every call is taken back."""
    people, wrong = cast(), []
    callers = Callers(people)
    for line, rule, arguments in lines_of(people):
        address = reverse(line.split()[0], kwargs=arguments)
        for first in [*people, None]:
            status, wanted = callers.answer(address, rule, first), expected(rule, first, address)
            if status not in wanted:
                role = CAST[first][1] if first in CAST else "no role"
                wrong.append(f"{line}: {first or 'nobody'} ({role}) gets {status}, not {' or '.join(map(str, wanted))}")
    assert not wrong, "tests/permissions.toml and the program differ:\n" + "\n".join(wrong)


def expected(rule: dict, first: str | None, address: str) -> set[int]:
    may = allowed_by(rule)
    role = CAST[first][1] if first in CAST else None
    allowed = {"public"} | ({"everybody", first} if first else set()) | ({"anyone", role} if role else set())
    if may & allowed:
        return {int(status) for status in str(rule.get("gives", 200)).split()}
    if first is None:
        return {401} if address.startswith("/api/") else {302}
    return {int(status) for status in str(rule.get("else", 403)).split()}


def allowed_by(rule: dict) -> set[str]:
    """Roles and people that a line names, its groups resolved."""
    words = rule["may"].split()
    return {one for word in words for one in GROUPS.get(word, word).split()}


def test_the_table_names_only_roles_and_people_there_are():
    known = {*Role.values, *CAST, "noah", "anyone", "everybody", "public"}
    assert not {line for line, rule in TABLE.items() if allowed_by(rule) - known}


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), FILE["paths"].items())
def test_no_file_of_the_disk_is_served_but_static_ones(client, settings, path, status):
    # Production serves what was collected, which for these tests is nothing.
    status = status if settings.EMBEDDED else 404
    answered = client.get(path)
    answered.close()
    assert answered.status_code == status


@pytest.mark.django_db
def test_pages_of_the_log_in_library_ask_who_is_there_unless_listed(client):
    guarded = [
        (route, name)
        for route, name, _view in addresses()
        if route.startswith("accounts/") and "<" not in route and "^" not in route and name not in BEFORE_LOG_IN
    ]
    assert guarded
    for route, name in guarded:
        answered = client.get(f"/{route}")
        assert answered.status_code in (301, 302), f"{name} shows itself to nobody in particular"


@pytest.mark.django_db
def test_the_admin_is_for_administrators(client):
    people = cast()
    others = {"admin:login", "admin:logout", "admin:jsi18n", "admin:autocomplete"}
    pages = [
        reverse(name)
        for route, name, _view in addresses()
        if route.startswith("admin/") and not {*"<^"} & {*route} and name not in others
    ]
    TOTP.activate(people["ada"], generate_totp_secret())
    for first, user in people.items():
        client.force_login(user)
        statuses = {page: client.get(page).status_code for page in pages}
        assert {status for status in statuses.values() if first != "ada"} <= {302, 403}, (first, statuses)
        shown = {page for page, status in statuses.items() if status == 200}
        assert first != "ada" or {reverse("admin:index"), reverse("admin:core_user_changelist")} <= shown

"""How the tests of the API call it: as a program with a token, in JSON."""

from django.test import Client

from core.actions import api_tokens
from tests.factories import LONG_AGO


def client_of(user, **options):
    """A program that calls with a token of the user's."""
    _token, secret = api_tokens.create(user, name="sync", by=user, at=LONG_AGO, **options)
    return Client(headers={"authorization": f"Bearer {secret}"})


def post(api, url, data):
    return api.post(url, data, content_type="application/json")


def patch(api, url, data):
    return api.patch(url, data, content_type="application/json")


def told(answer):
    """The words under each name of a body that was refused."""
    assert answer.status_code == 400, answer.content
    return {error["attr"]: error["detail"] for error in answer.json()["errors"]}

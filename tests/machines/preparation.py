"""Run inside the program, once: people who log in with a password, and an own customer for one of them."""

import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from core.actions import api_tokens, people  # noqa: E402
from core.choices import Role  # noqa: E402
from customers.actions import customers  # noqa: E402
from customers.models import Contact  # noqa: E402
from tests.machines.preparation_words import PASSWORD  # noqa: E402


def prepared() -> dict[str, object]:
    now = timezone.now()
    maria = people.create("maria@example.com", name="Maria Chen", roles=[Role.CSM], password=PASSWORD, by=None, at=now)
    people.create(
        "priya@example.com", name="Priya Nair", roles=[Role.PROGRAMME_MANAGER], password=PASSWORD, by=None, at=now
    )
    people.create("sam@example.com", name="Sam Ortiz", roles=[Role.SALES_REP], password=PASSWORD, by=None, at=now)
    people.create("ivan@example.com", name="Ivan Guessed", roles=[Role.CSM], password=PASSWORD, by=None, at=now)
    acme = customers.create(name="AAA Acme of machines", values={"csm": maria}, by=None, at=now)
    contact = Contact.objects.create(customer=acme, name="Lucille", created_at=now)
    _token, secret = api_tokens.create(maria, name="machines", by=maria, at=now)
    return {"acme": acme.pk, "lucille": contact.pk, "token": secret}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(prepared()))

"""Run inside the program, once: people who can log in without a password, and what they need to know, as JSON."""

import json
import secrets
import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from core.actions import api_tokens, people  # noqa: E402
from core.choices import Role  # noqa: E402
from core.models import User  # noqa: E402
from customers.models import Customer  # noqa: E402
from references.models import Cell, Definition, Dimension  # noqa: E402
from references.reports import closings  # noqa: E402

CUSTOMERS, DIMENSIONS = 25, 4


def log_in(email: str, *roles: Role) -> dict[str, object]:
    """A person, a session of the person's, and a token for the API."""
    now = timezone.now()
    user: User = people.create(email, name=email.partition("@")[0].title(), roles=roles, by=None, at=now)
    browser = Client()
    browser.force_login(user)
    _token, secret = api_tokens.create(user, name="faults", by=user, at=now)
    return {
        "id": user.pk,
        "session": browser.cookies["sessionid"].value,
        "token": secret,
        "csrf": secrets.token_hex(16),
    }


def prepared(editors: int) -> dict[str, object]:
    """A hundred cells that everybody edits, outside the dimension that people are paid on."""
    now = timezone.now()
    paid = Definition.objects.order_by("-pk").values_list("dimension__key", flat=True)
    keys = list(Dimension.objects.shown().exclude(key__in=paid).values_list("key", flat=True)[:DIMENSIONS])
    numbers = list(Customer.objects.unmerged().order_by("pk").values_list("pk", flat=True)[:CUSTOMERS])
    cells = Cell.objects.filter(customer__in=numbers, dimension__key__in=keys).select_related("dimension")
    return {
        "editors": [log_in(f"editor-{number}@example.com", Role.CSM) for number in range(editors)],
        "manager": log_in("manager@example.com", Role.PROGRAMME_MANAGER, Role.CSM),
        "administrator": log_in("administrator@example.com", Role.ADMINISTRATOR),
        "cells": [[cell.customer_id, cell.dimension.key, cell.version, cell.status] for cell in cells],
        "due": [quarter.label for quarter in closings.due(at=now)],
    }


def main(editors: int, customers: int) -> None:
    """Everything in one process, since starting the program is what takes the time."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_scale", customers=customers, stdout=sys.stderr)
    sys.stdout.write(json.dumps(prepared(editors)))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

"""The same people as the program's, as users of bare Django."""

from django.contrib.auth.models import User

from bench.people import PASSWORD, PEOPLE


def hire() -> None:
    for email in PEOPLE.values():
        User.objects.create_user(email, email, PASSWORD)

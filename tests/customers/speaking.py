"""What Sam notes of Lucille, who speaks for us, and how answers of pages are read."""

from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from customers.actions import referrals


def today():
    return timezone.localdate()


def text(answer):
    return answer.content.decode()


def csv_of(answer):
    return b"".join(answer).decode("utf-8-sig")


def refer(contact, by, **more):
    values = {"told_name": "Stan", "told_company": "Sitwell", "referred_on": today() - timedelta(days=3), **more}
    return referrals.record(contact, values=values, by=by, at=timezone.now())


def won(contact, by, **more):
    return refer(contact, by, outcome="won", decided_on=today(), revenue=Decimal(98765), **more)


def page_of(contact):
    return reverse("customers:evangelist_detail", args=[contact.pk])

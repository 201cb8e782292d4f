"""A value renamed at more customers than a person waits for: a worker does it, whole or not at all."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.actions import jobs
from core.models import Job, User
from customers.actions import attributes
from customers.models import Attribute
from customers.reports.attributes import customers_with
from references.actions import value_names

# Jobs that waited while the program was replaced by a newer one are called so.
KIND: Final = "customers.respell"
# About a second's work.
RENAMED_AT_ONCE: Final = 2_000


def start(attribute: Attribute, *, value: str, into: str, by: User, at: datetime) -> Job:
    """A job that renames the value; refused at once where the new name means nothing."""
    new = attributes.renamed(attribute, value=value, into=into)
    next_url = reverse("customers:attribute_detail", args=[attribute.pk])
    parameters = {"attribute": attribute.pk, "value": value, "into": new, "next_url": next_url}
    title = _("“%(before)s” becomes “%(after)s”") % {"before": value, "after": new}
    return jobs.enqueue(KIND, title=title[:200], parameters=parameters, by=by, at=at)


@transaction.atomic
def run(job: Job, progress: Callable[[int], None], *, at: datetime) -> Job:
    """Do it, and the end of the job with it."""
    attribute, said = Attribute.objects.get(pk=job.parameters["attribute"]), job.parameters
    job.total = customers_with(attribute, said["value"])
    changed = value_names.respell(
        attribute, value=said["value"], into=said["into"], progress=progress, by=job.created_by, at=at
    )
    return jobs.finish(job, report={"rows": changed}, at=at)

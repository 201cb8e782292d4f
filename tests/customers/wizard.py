"""The steps of the import wizard, as a person's browser sends them."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.models import Job


def upload(client, content: bytes | str, *, name="customers.csv", kind="customers", preset=""):
    content = content.encode() if isinstance(content, str) else content
    data = {"file": SimpleUploadedFile(name, content), "kind": kind, "preset": preset}
    return client.post(reverse("customers:import_create"), data)


def map_columns(client, job: Job, **changes):
    """Confirm what the page suggests, but for some columns."""
    meanings = job.parameters["columns"] | changes
    data = {f"column-{n}": meanings.get(header, "") for n, header in enumerate(job.parameters["headers"])}
    data |= {"source": job.parameters["source"], "day_order": "auto"}
    return client.post(reverse("customers:import_columns", args=[job.pk]), data)

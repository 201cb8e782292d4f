"""Files in a bucket: uploaded through one machine and fetched through another, with nothing on a disk between them."""

import os
import subprocess
import sys

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from core.models import Job
from customers import tasks
from customers.models import Customer
from operations.actions import backups
from references.models import Evidence
from tests.customers.wizard import map_columns, upload
from tests.factories import ContactFactory, customer, person
from tests.house.files import ROOT
from tests.machines.buckets import bucket

PDF = b"%PDF-1.7\nWe agree."


@pytest.fixture(scope="module")
def service():
    with bucket() as options:
        yield options


@pytest.fixture
def in_bucket(service, settings, tmp_path, request):
    """The program keeps its files in the bucket, below a folder for this test; the disk must stay empty."""
    options = service | {"location": request.node.name[:40]}
    settings.MEDIA_ROOT = tmp_path / "disk"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "core.storage.ObjectStorage", "OPTIONS": options}}
    yield default_storage
    assert not list(settings.MEDIA_ROOT.rglob("*"))


def read(storage, name: str) -> bytes:
    with storage.open(name) as file:
        return file.read()


def test_evidence_is_fetched_as_a_download_through_our_own_permissions(in_bucket, client, maria):
    bluth = customer("Bluth Company", csm=maria)
    data = {"contact": ContactFactory(customer=bluth).pk, "kind": "email", "agreed_on": "2026-01-15", "version": 0}
    client.force_login(maria)
    client.post(
        reverse("references:evidence_create", args=[bluth.pk, "logo"]),
        data | {"file": SimpleUploadedFile("consent.pdf", PDF)},
    )
    address = reverse("references:evidence_file", args=[Evidence.objects.get().pk])
    fetched = client.get(address)
    assert b"".join(fetched.streaming_content) == PDF
    assert fetched["Content-Disposition"] == 'attachment; filename="consent.pdf"'
    assert (fetched["X-Content-Type-Options"], fetched["Content-Type"]) == ("nosniff", "application/octet-stream")

    client.force_login(person("Nobody Yet"))
    assert client.get(address).status_code in (403, 404)


def test_an_import_is_uploaded_worked_off_and_fetched_and_its_source_forgotten(
    in_bucket, client, priya, sent, django_capture_on_commit_callbacks
):
    client.force_login(priya)
    upload(client, "Name,Sector\nAcme,Tech\n")
    job = Job.objects.get()
    assert job.source.size == len("Name,Sector\nAcme,Tech\n")
    map_columns(client, job)
    client.post(reverse("customers:import_apply", args=[job.pk]))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.import_rows(job.pk)
    assert Customer.objects.get().industry == "Tech"
    result = client.get(reverse("core:job_result", args=[job.pk]))
    assert b"Created,Acme" in b"".join(result.streaming_content)
    job.refresh_from_db()
    assert list(backups.stored_files(in_bucket)) == [job.result.name]


def test_two_machines_that_take_a_file_of_one_name_keep_both(in_bucket, db, maria):
    bluth = customer("Bluth Company", csm=maria)
    contact = ContactFactory(customer=bluth)
    names = set()
    for content in (b"one", b"two"):
        evidence = Evidence(contact=contact)
        evidence.file.save("consent.pdf", ContentFile(content), save=False)
        names.add(evidence.file.name)
        assert read(in_bucket, evidence.file.name) == content
    assert len(names) == 2
    assert {name.rpartition("/")[2] for name in names} == {"consent.pdf"}


def test_a_backup_holds_the_files_of_the_bucket_and_a_restore_puts_them_back(in_bucket, transactional_db, tmp_path):
    in_bucket.save("evidence/agreement.pdf", ContentFile(PDF))
    in_bucket.save("jobs/table.csv", ContentFile(b"a,b\n" * 3_000_000))
    call_command("backup", str(tmp_path / "monday.tar"), verbosity=0)
    in_bucket.delete("evidence/agreement.pdf")
    in_bucket.save("evidence/of-tuesday.pdf", ContentFile(b"later"))
    call_command("restore", str(tmp_path / "monday.tar"), "--replace", verbosity=0)
    assert list(backups.stored_files(in_bucket)) == ["evidence/agreement.pdf", "jobs/table.csv"]
    assert read(in_bucket, "evidence/agreement.pdf") == PDF
    assert in_bucket.size("jobs/table.csv") == 12_000_000


def test_a_file_that_is_not_there_and_a_service_that_is_away_are_told_as_those_of_a_disk(in_bucket):
    with pytest.raises(FileNotFoundError):
        in_bucket.open("evidence/nowhere.pdf")
    away = type(in_bucket._wrapped)(
        bucket_name="none", endpoint_url="http://127.0.0.1:9", access_key="k", secret_key="s"
    )
    with pytest.raises(OSError, match="The storage of files"):
        away.exists("evidence/agreement.pdf")


LOADED = """
import sys, django
django.setup()
from django.core.files.storage import default_storage
default_storage.exists
print(type(default_storage._wrapped).__name__, "boto3" in sys.modules)
"""


@pytest.mark.parametrize(
    ("chosen", "said"),
    [({}, "FileSystemStorage False"), ({"S3_BUCKET": "files"}, "ObjectStorage True")],
)
def test_the_library_is_loaded_only_where_a_bucket_is_named(tmp_path, chosen, said):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE", "REDIS", "S3"))}
    environment |= {"DJANGO_SETTINGS_MODULE": "refprogram.settings", "VAR_DIR": str(tmp_path)} | chosen
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == said

"""Every file of the hostile corpus by every way in: read or refused in words, quickly and in little memory."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from core.exports import as_typed, csv_lines, neutralised
from core.models import Job
from customers.models import Customer
from references.models import CellChange
from tests.core.workbooks import values as read_values
from tests.fuzz import values
from tests.fuzz.calls import check
from tests.fuzz.cases import THOROUGH, cases
from tests.fuzz.hostile_files import write
from tests.house.files import ROOT

MOST_MEGABYTES = 300
# A worker may take longer over a file of a million lines than a page.
SLOWEST = {"table": 5, "sheet": 5, "last": 60}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """The files; under the command the large ones as large as the limits let in."""
    return write(tmp_path_factory.mktemp("hostile"), whole=THOROUGH)


def some(corpus: list[Path]) -> list[Path]:
    """All of it under the command. In the suite every third that is small: its reader has read each of them before."""
    return corpus if THOROUGH else [path for path in corpus if path.stat().st_size < 30_000][::3]


def test_every_file_is_read_or_refused_quickly_and_in_little_memory(corpus, record_property):
    command = [sys.executable, "-m", "tests.fuzz.reading", *([] if THOROUGH else ["--quick"]), *map(str, corpus)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "refprogram.settings"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=1200)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    record_property("cases", len(results))
    assert len(results) == len(corpus) * (3 if THOROUGH else 1)
    assert not [one for one in results if "trouble" in one]
    assert not [one for one in results if one["peak_mb"] > MOST_MEGABYTES]
    assert not [one for one in results if one["seconds"] > SLOWEST[one["reader"]]]
    refused = [one["told"] for one in results if one["told"].startswith("refused: ")]
    assert len({*refused}) > 20
    assert all(len(words) > 25 for words in refused)


@pytest.mark.django_db
def test_every_file_is_uploaded_and_nothing_is_written(
    corpus, client, hedda_of_all_roles, own_files, sent, slow_after, record_property
):
    client.force_login(hedda_of_all_roles)
    client.kept = client.cookies
    kinds = {
        "customers:import_create": ({"kind": "customers"}, {"kind": "contacts"}),
        "references:grid_import_create": ({},),
    }
    ways = [(reverse(name), data) for name, some in kinds.items() for data in some]
    for path in some(corpus):
        content = path.read_bytes()
        for address, data in ways if THOROUGH or len(content) < 100_000 else ways[::2]:
            upload = SimpleUploadedFile(path.name, content)
            came = check(client, "post", address, {**data, "file": upload}, slow_after=slow_after)
            assert came.status in (302, 422), (path.name, address, came.status)
    record_property("cases", len(corpus) * len(ways))
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_every_file_goes_through_the_commands(corpus, own_files, capsys, record_property):
    paths = some(corpus)
    for path in paths:
        for command in ("import_customers", "import_grid"):
            with suppress(CommandError):
                call_command(command, str(path), "--dry-run", skip_checks=True)
    record_property("cases", len(paths) * 2)
    assert not Customer.objects.exists()
    assert not CellChange.objects.exists()
    assert not Job.objects.exists()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.django_db
def test_every_file_is_offered_as_evidence_and_none_is_taken_for_what_it_is_not(
    corpus, client, hedda_of_all_roles, own_files, slow_after, record_property
):
    """A name that is allowed with another content is refused; a workbook that is one by its beginning is kept."""
    from tests.factories import ContactFactory, customer

    bluth = customer("Bluth Company", csm=hedda_of_all_roles)
    lucille = ContactFactory(customer=bluth)
    client.force_login(hedda_of_all_roles)
    client.kept = client.cookies
    address = reverse("references:evidence_create", args=[bluth.pk, "logo"])
    form = {"contact": lucille.pk, "kind": "email", "agreed_on": "2026-01-15", "version": 0}
    for path in some(corpus):
        start = path.read_bytes()[:200_000]
        for name in ("proof.pdf", "proof.xlsx", path.name):
            upload = SimpleUploadedFile(name, start)
            came = check(client, "post", address, {**form, "file": upload}, slow_after=slow_after)
            is_office = name.endswith((".xlsx", ".docx")) and start.startswith(b"PK\x03\x04")
            assert came.status == (302 if is_office else 422), (path.name, name)
    record_property("cases", len(corpus) * 3)


@cases(30, 0.02)
@given(st.lists(values.text, min_size=1, max_size=5))
@example(["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_what_leaves_as_csv_is_no_formula_and_comes_back_as_it_was(row):
    for text in row:
        shown = neutralised(text)
        assert not shown.startswith(("=", "@", "\t", "\r"))
        assert not shown.startswith(("+", "-")) or is_number(shown)
        assert as_typed(shown) == text or text.startswith("'")
    if not any({*text} & {*"\0\r\n"} or len(text) > 32_767 or text != text.strip() for text in row):
        written = "".join(csv_lines(["head"] * len(row), [["x"] * len(row), row, ["x"] * len(row)]))
        assert [*map(as_typed, read_values(written.encode())[1 if any(row) else 0])] in ([*row], ["x"] * len(row))


def is_number(text: str) -> bool:
    return text[1:].replace(".", "", 1).isdecimal()

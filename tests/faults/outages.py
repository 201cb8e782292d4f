"""What the program stands on goes away and comes back: PostgreSQL, Redis, the disk, the right time, the old schema."""

import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from tests.faults import jobs
from tests.faults.editors import Answer, Person
from tests.faults.stack import ROOT, Embedded, Production, Stack
from tests.faults.trials import Outcome, Trial

PAGES = ("/", "/grid/", "/customers/", "/quarter/", "/quarters/", "/jobs/", "/notices/", "/accounts/login/")
ADMINISTRATORS = ("/people/", "/audit/")
SLOWEST_PAGE = 5.0
WORDS_OF_A_WAITING_JOB = "The queue does not answer"


def postgresql(stack: Production, seed: int, rounds: int) -> Outcome:
    with Trial(stack, "restart and crash of PostgreSQL", seed) as trial:
        for number in range(rounds * 2):
            mode = "immediate" if number % 2 else "fast"
            trial.strike(lambda mode=mode: stack.postgresql.restart(mode), settle=9)
    return trial.outcome


def redis(stack: Production, seed: int, rounds: int, *, seconds: float = 20) -> Outcome:
    """Nothing fails and no page is slow while it is away; a job says what it waits for and is done afterwards."""
    waiting: list[int] = []
    with Trial(stack, f"Redis away for {seconds:.0f} s", seed, tolerates=0) as trial:
        for _round in range(rounds):
            usual = _pages(trial)
            # An export that is under way is not begun a second time, so the next one would not be waiting.
            trial.wait(lambda: not stack.rows(jobs.OPEN)[0][0], seconds=90, words="an export was not done")
            trial.strike(lambda usual=usual: _without_redis(stack, trial, usual, waiting, seconds), settle=4)
        trial.wait(
            lambda: all(jobs.state(stack, job) == "done" for job in waiting),
            seconds=180, words="what waited for the queue was not done",
        )  # fmt: skip
    return trial.outcome


def _pages(trial: Trial) -> list[Answer]:
    """Pages of the manager and the administrator, a large export that is left to a worker, and a log-in."""
    answers = [trial.manager.post("/grid/export/start/"), *(trial.manager.get(page) for page in PAGES)]
    return [*answers, *(trial.administrator.get(page) for page in ADMINISTRATORS), _log_in(trial)]


def _without_redis(stack: Production, trial: Trial, usual: list[Answer], waiting: list[int], seconds: float) -> None:
    began = time.monotonic()
    stack.redis.stop()
    pages = _pages(trial)
    for before, now in zip(usual, pages, strict=True):
        trial.expect([now], within=SLOWEST_PAGE + before.ended - before.began)
    answer = pages[0]
    if answer.location:
        job = int(answer.location.rstrip("/").rpartition("/")[2])
        waiting.append(job)
        said = trial.manager.get(f"/jobs/{job}/").body.decode()
        if WORDS_OF_A_WAITING_JOB not in said:
            trial.fail("the page of a job does not say that the queue is away")
    time.sleep(max(0.0, seconds - (time.monotonic() - began)))
    stack.redis.start()


def _log_in(trial: Trial) -> Answer:
    """A log-in with a wrong password, which is counted; nobody else is."""
    return Person(trial.manager.port, 0, "", "", trial.manager.csrf).post(
        "/accounts/login/", login="nobody@example.com", password="wrong", csrfmiddlewaretoken=trial.manager.csrf
    )


def flushed(stack: Production, seed: int, rounds: int) -> Outcome:
    """Every message is forgotten while jobs wait: they are sent again from their rows."""
    started = []
    with Trial(stack, "FLUSHALL on Redis", seed, tolerates=0) as trial:
        for number in range(rounds):
            started.append(jobs.start_import(trial.manager, f"Flushed {seed} {number}", rows=50))
            trial.strike(lambda: stack.redis.says("FLUSHALL", "+OK"), settle=2)
        trial.wait(
            lambda: all(jobs.state(stack, job) == "done" for job in started),
            seconds=180, words="a job whose message was forgotten was not done",
        )  # fmt: skip
    for number in range(rounds):
        if (found := jobs.imported(stack, f"Flushed {seed} {number}")) != 50:
            trial.fail(f"{found} of 50 customers of a file are there")
    return trial.outcome


def clock(stack: Stack, seed: int, rounds: int) -> Outcome:
    """The web container is started again with a clock an hour behind, and later with the right one."""
    library = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    # The steady clock goes back as well: with the library's way of leaving it alone, every sleep of Python fails.
    behind = {"LD_PRELOAD": str(library[0]), "FAKETIME": "-3600"} if library else {}
    with Trial(stack, "clock of the web container an hour back", seed) as trial:
        if not library:
            trial.fail("libfaketime is not installed (on Debian: apt install faketime)")
        for _round in range(rounds):
            trial.strike(lambda: stack.restart("web", **behind), settle=14)
            trial.strike(lambda: stack.restart("web"), settle=14)
    return trial.outcome


MIGRATIONS = {
    "core": """AddField("programme", "faults_word", models.CharField(max_length=20, null=True))""",
    "references": """AddField("cell", "faults_word", models.CharField(max_length=20, null=True)),
        migrations.AddIndex("cell", models.Index(fields=["faults_word"], name="cell_faults"))""",
}


def migration(stack: Stack, seed: int, rounds: int) -> Outcome:
    """A newer version brings columns and an index while the old one serves; once, as a database has it once."""
    newer = stack.folder / "newer"
    shutil.copytree(ROOT, newer, ignore=shutil.ignore_patterns(".*", "var", "staticfiles", "__pycache__", "docs"))
    for app, operations in MIGRATIONS.items():
        last = sorted(path.stem for path in (newer / app / "migrations").glob("0*.py"))[-1]
        (newer / app / "migrations" / "9999_faults.py").write_text(
            "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
            f'    dependencies = [("{app}", "{last}")]\n    operations = [migrations.{operations}]\n'
        )
    with Trial(stack, "migration while the old version serves", seed, tolerates=0) as trial:
        trial.strike(lambda: _migrate(newer, stack), settle=4)
    return trial.outcome


def _migrate(newer: Path, stack: Stack) -> None:
    code = {"PYTHONPATH": str(newer)}
    command = [shutil.which("python") or "python", "manage.py", "migrate", "--verbosity=0"]
    command[0] = stack.process("web").command[0]
    done = subprocess.run(command, cwd=newer, env=stack.environment | code, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the migration failed: {done.stderr[-1500:]}")


def disk(stack: Embedded, seed: int, rounds: int) -> Outcome:
    """The disk is filled to the last byte: pages can be read, saves are refused in words, and then it goes on."""
    with Trial(stack, "full disk", seed) as trial:
        for _round in range(rounds):
            slow = max(one.ended - one.began for one in _read(trial))
            trial.strike(lambda slow=slow: _fill(stack, trial, SLOWEST_PAGE + slow), settle=9, held=True)
    return trial.outcome


def _read(trial: Trial) -> list[Answer]:
    return [trial.manager.get(page) for page in ("/grid/", "/customers/")]


def _fill(stack: Embedded, trial: Trial, slowest: float) -> None:
    ballast = stack.database.parent / "ballast"
    room = shutil.disk_usage(ballast.parent)
    if room.total > stack.disk_size * 2:
        trial.fail("no small disk could be mounted, so nothing was proved")
        return
    try:
        # Without a buffer, which would still want room when the file is closed.
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * 65536)
        began = time.monotonic()
        while time.monotonic() - began < 4:
            trial.expect(_read(trial), within=slowest)
        refused = [one for one in trial.load.answers if one.began > began and one.is_bad]
        unsaid = [one for one in refused if one.status != 503]
        if not refused or unsaid:
            trial.fail(f"{len(refused)} saves were refused on the full disk, {len(unsaid)} of them not with 503")
    finally:
        ballast.unlink()

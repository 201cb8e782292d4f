"""What must hold when machines come and go: the schedule, restarts, a standby, a divided history."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from refprogram.one_schedule import LEASE, LOOK
from tests.faults.editors import Load, Person
from tests.faults.ledger import compare
from tests.machines.installation import Installation, Machine, Visitor
from tests.machines.proxy import Proxy
from tests.machines.standby import BEHIND, Standby
from tests.machines.trials import entered, must

EVERY_MINUTE, LEAD = "core.tasks.tend_jobs", "refprogram:schedule"
EDITORS, PAUSE, LAG_SECONDS = 12, 2.0, 10


def minutes(site: Installation) -> Counter[str]:
    """In which minutes the task of every minute was done, by either worker."""
    return Counter(at[:16] for machine in site.machines for at in machine.ended_tasks(EVERY_MINUTE))


def until_changed(site: Installation, token: bytes | None, *, seconds: float) -> float:
    """How long it took until another schedule than that of the token leads."""
    began = time.monotonic()
    while (held := site.client.get(LEAD)) is None or held == token:
        must(time.monotonic() - began < seconds, f"nobody leads after {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began


def schedule(site: Installation) -> str:
    """With two schedules each due task was sent once, and the second takes over from one that was killed."""
    a, b = site.machines
    b.end("beat")
    until_changed(site, None, seconds=30)
    b.keep("beat")
    time.sleep(2 * LOOK)
    a.kill("beat")
    took = until_changed(site, site.client.get(LEAD), seconds=LEASE + 2 * LOOK)
    this = f"{datetime.now(tz=UTC):%Y-%m-%dT%H:%M}"
    while f"{datetime.now(tz=UTC):%Y-%m-%dT%H:%M}" == this or datetime.now(tz=UTC).second < 15:
        time.sleep(0.5)
    a.keep("beat")
    counted = minutes(site)
    whole = sorted(counted)[1:]
    is_done = f"{datetime.now(tz=UTC):%Y-%m-%dT%H:%M}" in counted
    must(bool(whole) and is_done, f"the task of every minute was not done: {counted}")
    often = {minute: times for minute, times in counted.items() if times > 1}
    must(len(often) <= 1, f"the task of every minute was done more than once: {often}")
    return f"{len(whole)} minutes, done once in each but {len(often)}; taken over {took:.1f} s after the kill"


def editors(site: Installation, port: int, *, seed: int) -> Load:
    known = site.known["editors"][:EDITORS]
    people = [Person(port, one["id"], one["session"], one["token"], one["csrf"]) for one in known]
    return Load(people, [(cell[0], cell[1]) for cell in site.known["cells"]], seed=seed, hurry=PAUSE)


def restart(machine: Machine) -> None:
    machine.end("web")
    machine.keep("web")
    machine.wait()


def rolling_restart(site: Installation) -> str:
    """A is restarted and then B, twice, while people edit through a proxy: no request fails, no edit is lost."""
    proxy = Proxy([machine.address for machine in site.machines])
    load = editors(site, proxy.port, seed=1)
    load.start()
    try:
        for machine in [*site.machines, *site.machines]:
            time.sleep(3)
            proxy.take_out(machine.address)
            restart(machine)
            proxy.out.discard(machine.address)
    finally:
        load.stop()
        proxy.close()
    bad = [answer for answer in load.answers if answer.is_bad]
    must(not bad, f"{len(bad)} of {len(load.answers)} requests failed: {[(one.what, one.status) for one in bad[:3]]}")
    must(not load.wrong, f"{load.wrong[:3]}")
    must(len(proxy.served) == len(site.machines), f"not all machines were asked: {proxy.served}")
    found = compare(load.confirmed, site.history(), site.cells())
    must(not (found.lost or found.doubled), f"{[*found.lost, *found.doubled][:3]}")
    must(bool(load.confirmed), "nobody edited anything, so nothing was proved")
    return f"4 restarts, {len(load.answers)} requests, 0 failed, {len(load.confirmed)} edits confirmed and there"


def create(visitor: Visitor, machine: Machine, name: str) -> None:
    answer = visitor.post(machine, "/customers/new/", data={"name": name, "lifecycle": "live"})
    must(answer.status_code == 302, f"a new customer was answered {answer.status_code}")


@contextmanager
def writing(site: Installation) -> Iterator[None]:
    """Something is written all the time: how far a standby is behind is told by its last write."""
    over = Event()

    def write() -> None:
        while not over.wait(0.5):
            site.rows("SELECT txid_current()")

    writer = Thread(target=write, daemon=True)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def replica(site: Installation, folder: Path) -> str:
    """Readers are answered from a standby, a writer reads what she wrote, and without it the primary serves."""
    standby = Standby(folder, site.postgresql)
    try:
        more = {"REPLICA_DATABASE_URL": standby.url("refprogram"), "REPLICA_LAG_SECONDS": str(LAG_SECONDS)}
        for machine in site.machines:
            machine.environment |= more
            restart(machine)
        a, b = site.machines
        maria, sam = entered(a, "maria@example.com"), entered(b, "sam@example.com")
        with writing(site):
            time.sleep(LAG_SECONDS + 8)
            create(maria, a, "AAA Written on A")
            began = time.monotonic()
            old, mine = sam.get(b, "/grid/").text, maria.get(b, "/grid/").text
            must("AAA Written on A" in mine, "the writer does not read what she wrote")
            must("AAA Written on A" not in old, "the reader was not answered from the standby")
            while "AAA Written on A" not in sam.get(a, "/grid/").text:
                must(time.monotonic() - began < 5 * BEHIND, "the reader never sees it")
                time.sleep(0.3)
            seen = time.monotonic() - began
    finally:
        standby.stop("immediate")
    began = time.monotonic()
    answers = {sam.get(machine, "/grid/").status_code for machine in (a, b, a, b)}
    must(answers == {200}, f"without the standby pages are answered {answers}")
    away = time.monotonic() - began
    return f"seen by readers {seen:.1f} s later (standby {BEHIND} s behind); 4 pages in {away:.1f} s after its end"


def history(site: Installation) -> str:
    """The history is divided while the program is installed on both, and everything goes on."""
    began = time.monotonic()
    said = site.manage("partition_history").strip()
    took = time.monotonic() - began
    a, b = site.machines
    maria = entered(a, "maria@example.com")
    place = f"/grid/{site.own['acme']}/user_group/status/"
    for machine, version, status in ((a, 0, "amber"), (b, 1, "red")):
        answer = maria.post(machine, place, data={"status": status, "version": version})
        must(answer.status_code == 200, f"an edit afterwards was answered {answer.status_code}: {answer.text[:200]}")
    complaint = site.verified()
    must(not complaint, complaint)
    return f"{said.partition('. ')[0]} ({took:.1f} s with the start of Python); edits and verify_closings go on"


def disks(site: Installation) -> str:
    """After all that, nothing stands on a machine's disk but the schedule's own notes."""
    left = [
        str(path.relative_to(site.folder))
        for machine in site.machines
        for path in (*machine.var.rglob("*"), *machine.work.rglob("*"))
        if path.is_file() and not path.name.startswith("schedule")
    ]
    must(not left, f"files were left on the machines: {left[:5]}")
    return "nothing but the schedule's own notes"

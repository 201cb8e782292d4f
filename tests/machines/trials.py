"""What must hold on two machines as it does on one. Each trial raises Broken, or tells in words what it has seen."""

import re
import time
from collections import Counter

from tests.machines.installation import CALLS, Installation, Machine, Visitor
from tests.machines.preparation_words import PASSWORD

PDF = b"%PDF-1.7\nWe agree."


class Broken(Exception):
    """What must hold does not."""


def must(holds: bool, words: str) -> None:
    if not holds:
        raise Broken(words)


def entered(machine: Machine, email: str) -> Visitor:
    visitor = Visitor()
    answer = visitor.log_in(machine, email, PASSWORD)
    must(answer.status_code == 302, f"{email} could not log in: {answer.status_code}")
    return visitor


def sessions(site: Installation) -> str:
    """A log-in on one machine is valid on the other, and ended for both."""
    a, b = site.machines
    maria, phone = entered(a, "maria@example.com"), entered(b, "maria@example.com")
    must("Maria Chen" in maria.get(b, "/").text, "a log-in on A is not known on B")
    must(phone.get(a, "/").status_code == 200, "a log-in on B is not known on A")
    maria.post(a, "/profile/log-out-everywhere/")
    must(maria.get(b, "/").status_code == 200, "whoever logged the others out was logged out as well")
    must({phone.get(machine, "/").status_code for machine in (a, b)} == {302}, "log-out everywhere left a session")
    stolen = Visitor()
    stolen.session.cookies.update(maria.session.cookies)
    maria.post(b, "/accounts/logout/")
    must({stolen.get(machine, "/").status_code for machine in (a, b)} == {302}, "a session outlived its log-out")
    return "log-in and log-out on either count on both"


def edits(site: Installation) -> str:
    """What is edited on A is told by B's live updates, and a stale edit on B is refused."""
    a, b = site.machines
    maria, priya = entered(a, "maria@example.com"), entered(b, "priya@example.com")
    cursor = re.search(r'data-cursor="([\d.]+)"', priya.get(b, "/grid/").text)
    must(cursor is not None, "the grid does not say from where to listen")
    place = f"/grid/{site.own['acme']}/logo/status/"
    saved = maria.post(a, place, data={"status": "amber", "version": 0})
    must(saved.status_code == 200, f"an edit on A was answered {saved.status_code}")
    began = time.monotonic()
    told = priya.get(b, f"/grid/changes/?since={cursor[1]}")
    seen = [(cell["customer"], cell["status"]) for cell in told.json()["cells"]]
    must((site.own["acme"], "amber") in seen, f"B does not tell of the edit on A: {seen}")
    stale = priya.post(b, place, data={"status": "red", "version": 0})
    must(stale.status_code == 409, f"a stale edit on B was answered {stale.status_code}")
    return f"told by the next poll ({(time.monotonic() - began) * 1000:.0f} ms); the stale one refused"


def limits(site: Installation) -> str:
    """Wrong passwords and calls of a token are counted together."""
    a, b = site.machines
    wrong = [Visitor().log_in(site.machines[turn % 2], "ivan@example.com", "wrong").status_code for turn in range(6)]
    must(302 not in wrong, f"wrong passwords were answered {wrong}")
    answers = {Visitor().log_in(machine, "ivan@example.com", PASSWORD).status_code for machine in (a, b)}
    must(302 not in answers, f"after six wrong passwords on both machines one of them let him in: {answers}")
    while time.time() % 60 > 30:
        time.sleep(0.5)
    caller = {"Authorization": f"Bearer {site.own['token']}"}
    counted = Counter(
        Visitor().get(site.machines[call % 2], "/api/v1/dimensions/", headers=caller).status_code
        for call in range(CALLS + 20)
    )
    must(counted == {200: CALLS, 429: 20}, f"of {CALLS} calls that a token has: {counted}")
    return f"log-in waits on both after five; {counted[200]} of {CALLS + 20} calls let through"


def files(site: Installation) -> str:
    """A file uploaded on A is a download of B."""
    a, b = site.machines
    maria = entered(a, "maria@example.com")
    data = {"contact": site.own["lucille"], "kind": "email", "agreed_on": "2026-01-15", "version": 0}
    address = f"/customers/{site.own['acme']}/evidence/case_study/"
    given = maria.post(a, address, data=data, files={"file": ("consent.pdf", PDF, "application/pdf")})
    must(given.status_code == 302, f"the evidence was answered {given.status_code}")
    page = maria.get(b, f"/customers/{site.own['acme']}/evidence/").text
    found = re.search(r"/evidence/(\d+)/file/", page)
    must(found is not None, "B does not offer the file")
    fetched = maria.get(b, found[0])
    must(fetched.content == PDF, f"B answers {fetched.status_code} and not the file")
    must(fetched.headers["Content-Disposition"] == 'attachment; filename="consent.pdf"', "it is no attachment")
    must(fetched.headers["X-Content-Type-Options"] == "nosniff", "its type may be guessed")
    return "uploaded on A, downloaded from B as an attachment with nosniff"


def jobs(site: Installation) -> str:
    """A job that A was asked for is done by the worker of B alone, and the reverse; its file is fetched elsewhere."""
    priya, done = entered(site.machines[0], "priya@example.com"), []
    for asked, worker in (site.machines, site.machines[::-1]):
        asked.end("worker")
        name = f"Imported by {worker.place.name}"
        upload = {"file": ("customers.csv", f"Name,Sector\n{name},Tech\n".encode(), "text/csv")}
        drafted = priya.post(asked, "/imports/", data={"kind": "customers", "preset": ""}, files=upload)
        number = re.search(r"/imports/(\d+)/", drafted.headers.get("Location", ""))
        must(number is not None, f"the upload was answered {drafted.status_code}")
        columns = {"column-0": "name", "column-1": "industry", "source": "", "day_order": "auto"}
        priya.post(worker, f"{number[0]}columns/", data=columns)
        priya.post(asked, f"{number[0]}apply/")
        until = time.monotonic() + 90
        result = f"/jobs/{number[1]}/result/"
        while (fetched := priya.get(worker, result)).status_code != 200 and time.monotonic() < until:
            time.sleep(0.3)
        must(name in fetched.text, f"the job was not done by the other's worker: {fetched.status_code}")
        must(name in priya.get(asked, result).text, "the result is not there on the machine that was asked")
        asked.keep("worker")
        done.append(f"asked of {asked.place.name.upper()}, done by {worker.place.name.upper()}")
    return "; ".join(done)

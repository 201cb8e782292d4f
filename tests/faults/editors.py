"""People who edit at the same time, through the pages and the API, and write down what they were told is saved."""

import http.client
import json
import random
import time
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.faults.ledger import Confirmed, Place

SECONDS, CUT = 15, 0
HURRY = 0.15


@dataclass(frozen=True)
class Answer:
    """What came of one request: status (CUT if the line broke before an answer), the body, and when."""

    status: int
    body: bytes
    began: float
    ended: float
    what: str
    location: str = ""
    message: str = ""

    @property
    def is_bad(self) -> bool:
        return self.status == CUT or self.status >= 500

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Person:
    """Somebody with a session and a token; every request takes a line of its own, as after a proxy's restart."""

    port: int
    id: int
    session: str
    token: str
    csrf: str

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> Answer:
        began = time.monotonic()
        cookies = f"sessionid={self.session}; csrftoken={self.csrf}"
        sent = {"Cookie": cookies, "X-CSRFToken": self.csrf, "Referer": f"http://127.0.0.1:{self.port}/"} | headers
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            status, text, location = answer.status, answer.read(), answer.headers.get("Location", "")
            given = (cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", []))
            message = next((cookie for cookie in given if cookie.startswith("messages=")), "")
        except (OSError, http.client.HTTPException):
            status, text, location, message = CUT, b"", "", ""
        finally:
            line.close()
        return Answer(status, text, began, time.monotonic(), f"{method} {path}", location, message)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def follow(self, answer: Answer) -> Answer:
        """Go where an answer leads, with the message that it gave along."""
        return self.ask("GET", answer.location, Cookie=f"sessionid={self.session}; {answer.message}")

    def post(self, path: str, **values: object) -> Answer:
        return self.ask("POST", path, urlencode(values), **{"Content-Type": "application/x-www-form-urlencoded"})

    def call(self, method: str, path: str, **values: object) -> Answer:
        """The API, with the token."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return self.ask(method, f"/api/v1/{path}", json.dumps(values) if values else None, **headers)


@dataclass
class Load:
    """Editors at work between `start` and `stop`; `hurry` is the longest pause between two edits of one."""

    people: list[Person]
    places: list[Place]
    seed: int
    hurry: float = HURRY
    # Several loads of one seed may follow each other on one database, and no two write the same note.
    name: str = field(default_factory=lambda: uuid4().hex[:12])
    confirmed: list[Confirmed] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    refused: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    over: Event = field(default_factory=Event)
    threads: list[Thread] = field(default_factory=list)
    edits: int = 0
    merged: int = 0

    def start(self) -> None:
        self.over.clear()
        self.threads = [Thread(target=self._work, args=(one,), daemon=True) for one in self.people]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(SECONDS * 3)

    def number(self) -> int:
        with self.lock:
            self.edits += 1
            return self.edits

    def _work(self, person: Person) -> None:
        chance = random.Random(f"{self.seed} {person.id}")
        seen: dict[Place, dict[str, Any]] = {}
        while not self.over.wait(chance.uniform(0, self.hurry)):
            place = chance.choice(self.places)
            if place not in seen:
                seen[place] = self._look(person, place)
            if not seen[place]:
                del seen[place]
                continue
            edit = self._press if chance.random() < 0.5 else self._call
            now = edit(person, place, seen.pop(place))
            if now:
                seen[place] = now

    def _keep(self, answer: Answer) -> Answer:
        with self.lock:
            self.answers.append(answer)
        return answer

    def _look(self, person: Person, place: Place) -> dict[str, Any]:
        answer = self._keep(person.call("GET", f"customers/{place[0]}/cells/{place[1]}/"))
        return answer.json() if answer.status == 200 else {}

    def _call(self, person: Person, place: Place, seen: dict[str, Any]) -> dict[str, Any]:
        """An edit through the API, with a note that nobody else writes."""
        words = {"status": "red" if seen["status"] == "amber" else "amber", "note": f"edit {self.name}-{self.number()}"}
        path = f"customers/{place[0]}/cells/{place[1]}/"
        answer = self._keep(person.call("PATCH", path, version=seen["version"], **words))
        if answer.status == 200:
            cell = answer.json()
            self._confirm(person, place, seen, cell, note=words["note"])
            return cell
        return self._refusal(answer, seen, "current")

    def _press(self, person: Person, place: Place, seen: dict[str, Any]) -> dict[str, Any]:
        """A key pressed in the grid."""
        wanted = "red" if seen["status"] == "amber" else "amber"
        path = f"/grid/{place[0]}/{place[1]}/status/"
        answer = self._keep(person.post(path, status=wanted, version=seen["version"]))
        if answer.status == 200:
            cell = answer.json()["cell"]
            self._confirm(person, place, seen, cell, note=None)
            return cell
        return self._refusal(answer, seen, "cell")

    def _confirm(
        self, person: Person, place: Place, seen: dict[str, Any], cell: dict[str, Any], note: str | None
    ) -> None:
        with self.lock:
            if cell["version"] != seen["version"] + 1:
                self.wrong.append(f"{place}: {seen['version']} was edited and {cell['version']} confirmed")
            self.confirmed.append(Confirmed(*place, cell["version"], cell["status"], note, person.id))

    def _refusal(self, answer: Answer, seen: dict[str, Any], name: str) -> dict[str, Any]:
        """A refused save must name a version that is not the one that was seen; anything else but a fault is wrong."""
        if answer.status == 409:
            current = answer.json().get(name) or {}
            with self.lock:
                self.refused += 1
                if current.get("version", 0) <= seen["version"]:
                    self.wrong.append(f"{answer.what}: 409 names {current}, {seen['version']} was seen")
            return current
        is_merged = self.merged and f"/{self.merged}/" in answer.what and answer.status in (404, 422)
        if not answer.is_bad and not is_merged:
            with self.lock:
                self.wrong.append(f"{answer.what}: {answer.status} {answer.body[:200]!r}")
        return {}

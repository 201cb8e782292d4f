"""A person at the other end: a connection that stays open, cookies, and the token against forged requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Session:
    """A client that keeps its connection and its cookies; `clone` gives the same person another connection."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    connection: HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, data: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Answer:
        """Post a form as the page's scripts do: the token goes in a header."""
        sent = {"Content-Type": FORM, "X-CSRFToken": self.cookies.get("csrftoken", ""), **(headers or {})}
        return self._ask("POST", path, urlencode(data).encode(), sent)

    def clone(self) -> "Session":
        return Session(self.url, dict(self.cookies))

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        try:
            return self._once(method, path, body, sent)
        except (HTTPException, ConnectionError):
            # The server lets idle connections go; a request that met the end of one is sent on a new one.
            self.close()
            return self._once(method, path, body, sent)

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        if self.connection is None:
            address = urlsplit(self.url)
            self.connection = HTTPConnection(address.hostname or "", address.port, timeout=60)
        self.connection.request(method, path, body, dict(headers))
        response = self.connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
        return answer


def logged_in(url: str, path: str, name: str, password: str) -> Session:
    """A session of the person, opened through the log-in form."""
    session = Session(url)
    session.get(path)
    answer = session.post(path, {"login": name, "password": password})
    if answer.status not in (204, 302) or "sessionid" not in session.cookies:
        raise RuntimeError(f"{name} could not log in at {url}{path}: {answer.status}")
    return session

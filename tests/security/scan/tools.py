"""The scanners: how each is called, within which time, and what counts as a finding."""

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.security.scan.program import Program

HERE = Path(__file__).parent
# What a scanner says of every program on plain http, or of what is meant; anything else is a finding.
ANSWERED = {
    "Secure Flag cookie": "the scan runs on plain http; test_headers.py asks for it over https",
    "HttpOnly Flag cookie": "csrftoken alone, which the page's own script reads; test_headers.py",
    "HTTP Strict Transport Security (HSTS)": "the scan runs on plain http; test_headers.py asks for it over https",
    "Unencrypted Channels": "the scan runs on plain http; test_headers.py asks for it over https",
}
# The modules left out: buster, nikto, wapp, wp_enum, cms, drupal_enum, htp, network_device, brute_login_form and the
# like compare with lists of other programs' files and passwords, or fetch such lists; ssrf, takeover, ssl, ldap and xxe
# wait for a host outside to be called, or for a protocol that is not spoken here.
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,log4shell,methods,permanentxss,redirect,"
    "shellshock,spring4shell,sql,timesql,upload,xss"
)
HEADING = r"^_+ ((?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE) \S+)|Stateful tests) _+$"
# Leaving, shutting out, deleting, wrong passwords for the scanner's own account, and a second factor for everybody (the
# form of the settings) would end the scan early.
LEFT_OUT = (
    "/accounts/logout/*", "/accounts/password/*", "/accounts/reauthenticate/*", "/accounts/2fa/*",
    "/profile/log-out-everywhere/*", "/people/*", "/static/*", "/settings/",
)  # fmt: skip
FEWEST_PAGES = 30


@dataclass(frozen=True)
class Target:
    """What sqlmap tries: an address with parameters, a form if there is a body, a call of the API if it is JSON."""

    address: str
    body: str = ""
    method: str = ""

    @property
    def is_api(self) -> bool:
        return self.address.startswith("/api/")


INJECTED = (
    Target("/grid/?q=a&region=EMEA&sort=name"),
    Target("/customers/?q=a&lifecycle=customer&sort=name"),
    Target("/search/?q=a"),
    Target("/nominations/?q=a&state=open&mine=true"),
    Target("/nominations/plans/?q=a&state=open&owner=1&tier=A"),
    Target("/coverage/?rows=industry&columns=region&q=a"),
    Target("/evangelists/?q=a&level=prompted&sort=name"),
    Target("/api/v1/nominations/?q=a&state=submitted"),
    Target("/quarters/2026-Q2/?q=a&reason=x"),
    Target("/forecast/?owner=1&at=x"),
    Target("/audit/?q=a&by=program&event=x&id=1"),
    Target("/people/?q=a&role=csm&state=active"),
    Target("/operations/jobs/?q=a&state=failed"),
    Target("/api/v1/customers/?q=a&region=EMEA&industry=b&sort=name"),
    Target("/api/v1/changes/?since=0&limit=5"),
    Target("/api/v1/customers/1/", '{"region":"a","industry":"b","version":1}', "PATCH"),
    Target("/saved-views/", "page=references:grid&name=a&query=b"),
    Target("/grid/paste/", "text=R&customers=1,2&dimensions=logo&mode=status&source=paste&query=q%3Da"),
    Target("/customers/1/external-ids/", "source=crm&value=77"),
)


@dataclass
class Outcome:
    """What one run of a scanner came to."""

    name: str
    tried: str = ""
    findings: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    seconds: float = 0


class Scanners:
    """An environment of their own under `folder`, made on the first run and kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "venv" / "bin"

    def install(self) -> None:
        wanted = (HERE / "requirements.txt").read_text()
        stamp = self.folder / "venv" / "installed.txt"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        subprocess.run([sys.executable, "-m", "venv", "--clear", self.folder / "venv"], check=True)
        pip = [self.bin / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted)

    def call(self, name: str, arguments: list[str], *, seconds: float) -> tuple[int, str, float]:
        """Exit code (124 when the time was up), what was said, and how long it took."""
        began = time.monotonic()
        command = [str(self.bin / name), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, cwd=self.folder)
            code, said = done.returncode, done.stdout + done.stderr
        except subprocess.TimeoutExpired as late:
            code, said = 124, (late.stdout or b"").decode(errors="replace")
        (self.folder / f"{name}.log").write_text(said)
        return code, said, time.monotonic() - began

    def schemathesis(self, program: Program, role: str, email: str, *, seconds: int) -> Outcome:
        """Every operation of the API's description with made-up values, as one role."""
        arguments = [
            "run", f"{program.url}/api/v1/openapi.json", "--header", f"Authorization: Bearer {program.token(email)}",
            "--max-time", str(seconds), "--continue-on-failure", "--request-timeout", "5", "--no-color",
            "--workers", "1",
            "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_schema_conformance,ignored_auth",
        ]  # fmt: skip
        code, said, took = self.call("schemathesis", arguments, seconds=seconds + 120)
        return schemathesis_outcome(role, code, said, took)

    def wapiti(self, program: Program, email: str, *, seconds: int) -> Outcome:
        """Every page and form that links lead to, as a person who has logged in."""
        report, cookies = self.folder / "wapiti.json", self.folder / "cookies.json"
        report.unlink(missing_ok=True)
        kept = {"version": 0, "expires": None, "secure": False, "port": None}
        session = {name: kept | {"value": value} for name, value in program.cookies(email).items()}
        cookies.write_text(json.dumps({"127.0.0.1": {"/": session}}))
        excluded = [word for path in LEFT_OUT for word in ("-x", f"{program.url}{path}")]
        arguments = [
            "-u", f"{program.url}/", "-c", str(cookies), "--flush-session",
            "--scope", "domain", "-m", MODULES, "--max-scan-time", str(seconds // 4), "--max-attack-time",
            str(seconds // 20), "--max-links-per-page", "40", "-d", "4", "--no-bugreport", "-f", "json", "-o",
            str(report), "--store-session", str(self.folder / "wapiti"), *excluded,
        ]  # fmt: skip
        _code, said, took = self.call("wapiti", arguments, seconds=seconds + 1200)
        if not report.exists():
            return Outcome(f"wapiti as {email}", "?", [f"it ended without a report: {said.strip()[-200:]}"], [], took)
        written = json.loads(report.read_text())
        pages, found, answered = written["infos"]["crawled_pages_nbr"], [], []
        if pages < FEWEST_PAGES:
            found.append(f"it saw {pages} pages, so it was not logged in")
        for part in ("vulnerabilities", "anomalies"):
            for category, rows in written[part].items():
                lines = {f"{category}: {row['method']} {row['path']} {row['info']}" for row in rows}
                (answered if category in ANSWERED else found).extend(sorted(lines))
        return Outcome(f"wapiti as {email}", f"{pages} pages", found, answered, took)

    def sqlmap(self, program: Program, target: Target, email: str, *, seconds: int) -> Outcome:
        """Every parameter of one target. The database is known, so that no time goes into those there are not."""
        kept = program.cookies(email)
        arguments = [
            "-u", program.url + target.address, "--batch", "--level", "2", "--risk", "2", "--threads", "4",
            "--dbms", "SQLite", "--technique", "BEUST", "--time-sec", "2", "--timeout", "10", "--flush-session",
            "--ignore-code", "*", "--skip", "User-Agent,Referer,Host,Cookie,sessionid,csrftoken", "--disable-coloring",
            "--output-dir", str(self.folder / "sqlmap"), f"--time-limit={seconds}",
        ]  # fmt: skip
        if target.is_api:
            arguments += ["-H", f"Authorization: Bearer {program.token(email)}"]
        else:
            cookies = "; ".join(f"{name}={value}" for name, value in kept.items())
            arguments += [f"--cookie={cookies}", "-H", f"X-CSRFToken: {kept['csrftoken']}"]
        if target.body:
            arguments += ["--data", target.body, "--method", target.method or "POST"]
        if target.body.startswith("{"):
            arguments += ["-H", "Content-Type: application/json"]
        _code, said, took = self.call("sqlmap", arguments, seconds=seconds + 60)
        seen = sorted(set(re.findall(r"parameter '([^']+)'", said)))
        found = re.findall(r"^Parameter: .+|.+ is vulnerable.*", said, re.MULTILINE)
        if not seen:
            found.append(f"it tried nothing: {said.strip()[-200:]}")
        ended = "to its end" if "all tested parameters do not appear" in said else "until the time was up"
        return Outcome(f"sqlmap {target.method} {target.address}", f"{len(seen)} parameters, {ended}", found, [], took)


def schemathesis_outcome(role: str, code: int, said: str, took: float) -> Outcome:
    """What a run of it came to, by what it printed."""
    tried, found = re.search(r"(\d[\d,]*) generated", said), findings(said)
    if code not in (0, 1) or "= ERRORS =" in said:
        found.append(f"exit code {code}: {said.strip()[-300:]}")
    return Outcome(f"schemathesis as {role}", f"{tried[1]} calls" if tried else "?", found, [], took)


def findings(said: str) -> list[str]:
    """What was found, each with the operation at which it was. An address too long for the server in front is answered
    by that server, in its own form and before the program knows of it."""
    place, found = "", set()
    for case in re.split(r"^\d+\. Test Case ID: ", said, flags=re.MULTILINE):
        problems = [] if "[414] URI Too Long" in case else re.findall(r"^- (.+)$", case, flags=re.MULTILINE)
        found |= {f"{place}: {problem}" for problem in problems}
        headings = re.findall(HEADING, case, flags=re.MULTILINE)
        place = headings[-1] if headings else place
    return sorted(found)

"""Start the program, let the scanners loose on it, print what they found; exit code 1 on a finding."""

import shutil
import sys
from pathlib import Path

from tests.security.scan import limits
from tests.security.scan.program import running
from tests.security.scan.tools import ANSWERED, INJECTED, Outcome, Scanners

FOLDER = Path("var/scan").resolve()
PEOPLE = {
    "programme manager": "priya.nair@example.com",
    "CSM": "maria.chen@example.com",
    "sales rep": "sam.ortiz@example.com",
    "sales management": "lena.fischer@example.com",
    "account manager": "tom.becker@example.com",
    "marketing": "nina.rossi@example.com",
    "support": "omar.haddad@example.com",
    "executive": "eva.lindqvist@example.com",
    "administrator": "alex.kim@example.com",
}


def main() -> int:
    shutil.rmtree(FOLDER / "program", ignore_errors=True)
    (FOLDER / "program").mkdir(parents=True)
    scanners = Scanners(FOLDER)
    say("Installing the scanners under var/scan, once …")
    scanners.install()
    say("Starting the program with demo data …")
    outcomes = []
    with running(FOLDER / "program") as program:
        for email in PEOPLE.values():
            program.cookies(email)
        for role, email in PEOPLE.items():
            outcomes.append(told(scanners.schemathesis(program, role, email, seconds=30)))
        for email in (PEOPLE["programme manager"], PEOPLE["administrator"]):
            outcomes.append(told(scanners.wapiti(program, email, seconds=160)))
        for target in INJECTED:
            email = PEOPLE[
                "administrator" if target.address.startswith(("/people/", "/operations/")) else "programme manager"
            ]
            outcomes.append(told(scanners.sqlmap(program, target, email, seconds=45)))
        outcomes.append(told(limits.guesses(program)))
        failures = sorted(program.failures())
    outcomes.append(told(Outcome("the program's own log", "answers with 500", failures)))
    return report(outcomes)


def told(outcome: Outcome) -> Outcome:
    say(f"{outcome.name}: {outcome.tried}, {len(outcome.findings)} findings in {outcome.seconds:.0f} s")
    return outcome


def report(outcomes: list[Outcome]) -> int:
    say("\n| scan | tried | findings | answered | seconds |\n|---|---|---|---|---|")
    for one in outcomes:
        say(f"| {one.name} | {one.tried} | {len(one.findings)} | {len(one.answered)} | {one.seconds:.0f} |")
    for one in outcomes:
        for line in one.findings:
            say(f"FOUND by {one.name}: {line}")
    for category in sorted({line.split(":")[0] for one in outcomes for line in one.answered}):
        say(f"Answered: {category}: {ANSWERED[category]}")
    return int(any(one.findings for one in outcomes))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

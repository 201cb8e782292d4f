"""`make fuzz`: the properties of tests/fuzz with many cases each; prints a table, ends with 1 on a finding.

    python -m tests.fuzz [--cases N] [--only forms,importers,rules,files,api] [--seed S]

Runs on the embedded database, or on the servers that DATABASE_URL and REDIS_URL name.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
AREAS = {
    "rules": tuple(sorted(path.name for path in HERE.glob("test_rules_of_*.py"))),
    "forms": ("test_forms.py", "test_pages.py"),
    "importers": ("test_importers.py",),
    "files": ("test_files.py",),
    "api": ("test_api.py",),
}
CASES = 40_000
# Far above what an area takes; whatever hangs is a finding.
LONGEST = 3600


@dataclass(frozen=True)
class Outcome:
    """What one area came to: how many cases were made up, and which tests found something."""

    area: str
    cases: int
    findings: list[str]
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Make up input and see what breaks.")
    parser.add_argument("--cases", type=int, default=CASES, help=f"cases in all, about ({CASES:,})")
    parser.add_argument("--only", default=",".join(AREAS), help=f"some of {','.join(AREAS)}")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="the same seed makes the same cases")
    chosen = parser.parse_args()
    areas = chosen.only.split(",")
    if unknown := {*areas} - {*AREAS}:
        parser.error(f"there is no area {', '.join(sorted(unknown))}; there are {', '.join(AREAS)}")
    say(f"seed {chosen.seed}: --seed {chosen.seed} repeats this run")
    return report([run(area, cases=chosen.cases, seed=chosen.seed) for area in areas])


def run(area: str, *, cases: int, seed: int) -> Outcome:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", *(str(HERE / name) for name in AREAS[area]), "-q", "-n", "2"]
        options = [f"--hypothesis-seed={seed}", "--hypothesis-show-statistics", f"--junitxml={written}", "--tb=short"]
        environment = {**os.environ, "FUZZ_CASES": str(cases), "CI": "false"}
        try:
            done = subprocess.run(
                [*command, *options, "-p", "no:cacheprovider", "--show-capture=no"],
                env=environment, capture_output=True, text=True, timeout=LONGEST,
            )  # fmt: skip
            said = done.stdout + done.stderr
        except subprocess.TimeoutExpired:
            return Outcome(area, 0, [f"it did not end within {LONGEST} s"], time.monotonic() - began)
        if not written.exists():
            return Outcome(area, 0, [said[-2000:]], time.monotonic() - began)
        tried, found = read(written)
    if not tried:
        found.append("no case was tried, or the tests do not say how many")
    return Outcome(area, tried, found, time.monotonic() - began)


def read(written: Path) -> tuple[int, list[str]]:
    """How many cases the tests say they tried, and what those that failed say."""
    tried, found = 0, []
    for test in ElementTree.parse(written).getroot().iter("testcase"):  # noqa: S314
        tried += sum(int(one.get("value", 0)) for one in test.iter("property") if one.get("name") == "cases")
        for failure in (*test.iter("failure"), *test.iter("error")):
            found.append(f"{test.get('name')}:\n{(failure.text or '')[-6000:]}")
    return tried, found


def report(outcomes: list[Outcome]) -> int:
    for one in outcomes:
        for finding in one.findings:
            say(f"\nFOUND in {one.area}: {finding}")
    say("\n| area | cases | findings | seconds |\n|---|---|---|---|")
    for one in outcomes:
        say(f"| {one.area} | {one.cases:,} | {len(one.findings)} | {one.seconds:.0f} |")
    say(f"| all | {sum(one.cases for one in outcomes):,} | {sum(len(one.findings) for one in outcomes)} | |")
    return int(any(one.findings for one in outcomes))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

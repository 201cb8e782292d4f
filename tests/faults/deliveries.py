"""The same message more than once, to several workers at the same moment, and a second schedule beside the first."""

import re
from collections import Counter

from tests.faults import jobs
from tests.faults.processes import CLOSE, DECAY, IMPORT, TEND, check_closings, joined
from tests.faults.stack import Stack
from tests.faults.trials import Outcome, Trial

INVITE = "people.tasks.send_invitations"
INVITED = """
import django
django.setup()
from django.utils import timezone
from core.actions import people
from people.actions import invitations
for number in range(10):
    user = people.create(f"invited-{number}-{{batch}}@example.com", roles=[], by=None, at=timezone.now())
    invitations.invite(user, by=None, at=timezone.now())
"""


def invite(stack: Stack, batch: str) -> None:
    """Ten people whose invitations wait in rows."""
    stack.python("-c", INVITED.replace("{{batch}}", batch))


def mailed(stack: Stack, batch: str) -> Counter[str]:
    """How many mails each of them got."""
    texts = (path.read_text(errors="replace") for path in stack.mails.glob("*"))
    return Counter(to for text in texts for to in re.findall(rf"^To: .*?(invited-\d-{batch})@", text, re.MULTILINE))


def check_mails(stack: Stack, trial: Trial, batch: str) -> None:
    found = mailed(stack, batch)
    if len(found) != 10 or set(found.values()) != {1}:
        trial.fail(f"mails to ten invited people: {dict(found)}")


def many(stack: Stack, seed: int, rounds: int) -> Outcome:
    """The closing, a decay run, an import and the mails, each sent twice and ten times to two workers of two."""
    outcomes = []
    for number in range(rounds):
        for times in (2, 10):
            stack.renew()
            outcomes.append(_delivered(stack, seed + number, times))
    return joined(outcomes)


def _delivered(stack: Stack, seed: int, times: int) -> Outcome:
    batch, name = f"{seed}-{times}", f"Delivered {seed} {times}"
    invite(stack, batch)
    stack.keep("worker-2", like="worker")
    with Trial(stack, "one message 2 and 10 times at once", seed, tolerates=0) as trial:
        jobs.send_contacts_away(stack, part=0, of=3)
        job = jobs.start_import(trial.manager, name)
        trial.strike(lambda: _send_all(stack, job, times), settle=5)
        trial.wait(lambda: jobs.state(stack, job) == "done", seconds=60, words="the import was not done")
        trial.wait(lambda: jobs.closed(stack) == stack.known["due"], seconds=60, words="not every quarter was closed")
        trial.wait(lambda: jobs.deserted(stack) == 0, seconds=60, words="not every Green decayed")
        trial.wait(lambda: len(mailed(stack, batch)) == 10, seconds=60, words="not every mail was sent")
    stack.supervisor.end("worker-2")
    check_closings(stack, trial)
    check_mails(stack, trial, batch)
    if (found := jobs.imported(stack, name)) != jobs.ROWS:
        trial.fail(f"{found} of {jobs.ROWS} customers of a file are there")
    twice = stack.rows(
        "SELECT count(*) FROM (SELECT 1 FROM references_cellchange WHERE source = 'departure'"
        " GROUP BY customer_id, dimension_id HAVING count(*) > 1) doubled"
    )[0][0]
    notices = stack.rows("SELECT count(*) - count(DISTINCT (to_id, key)) FROM core_notice")[0][0]
    if twice or notices:
        trial.fail(f"{twice} cells decayed twice, {notices} notices were given twice")
    return trial.outcome


def _send_all(stack: Stack, job: int, times: int) -> None:
    stack.send(IMPORT, job, times=times)
    for task in (INVITE, DECAY, CLOSE):
        stack.send(task, times=times)


def two_beats(stack: Stack, seed: int, rounds: int) -> Outcome:
    """Over a minute with two schedules: what they both send is done once."""
    batch = f"beats-{seed}"
    with Trial(stack, "two beats at once", seed, tolerates=0) as trial:
        stack.keep("beat-2", like="beat")
        invite(stack, batch)
        job = jobs.start_import(trial.manager, f"Beats {seed}", rows=50)
        before = stack.runs_of(TEND)
        trial.strike(lambda: stack.wait_for_run(TEND, before=before, seconds=75), settle=5)
        trial.wait(lambda: len(mailed(stack, batch)) == 10, seconds=75, words="not every mail was sent")
        trial.wait(lambda: jobs.state(stack, job) == "done", seconds=60, words="the import was not done")
    stack.supervisor.end("beat-2")
    check_mails(stack, trial, batch)
    return trial.outcome

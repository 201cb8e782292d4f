"""kill -9 of each process, and of the worker in the middle of each kind of work."""

import os
import signal
from collections.abc import Callable

from tests.faults import jobs
from tests.faults.stack import Stack
from tests.faults.trials import Outcome, Trial

IMPORT, CLOSE, DECAY = "customers.import", "references.tasks.close_due_quarters", "references.tasks.decay_greens"
TEND = "core.tasks.tend_jobs"
# A worker that fell silent is given up after a minute, and the schedule looks every minute.
UNTIL_A_JOB_IS_TAKEN_UP_AGAIN = 260


def kill_one(stack: Stack, trial: Trial, name: str) -> None:
    """One of the children, as the kernel kills what takes too much memory; the leader if it has none."""
    children = stack.process(name).children()
    if children:
        os.kill(trial.chance.choice(children), signal.SIGKILL)
    else:
        stack.process(name).kill()


def web_workers(stack: Stack, seed: int, rounds: int) -> Outcome:
    with Trial(stack, "kill -9 of a web worker", seed) as trial:
        for _round in range(rounds * 2):
            trial.strike(lambda: kill_one(stack, trial, "web"), settle=3)
    return trial.outcome


def web_master(stack: Stack, seed: int, rounds: int) -> Outcome:
    with Trial(stack, "kill -9 of the web container", seed) as trial:
        for _round in range(rounds):
            trial.strike(stack.process("web").kill, settle=14)
    return trial.outcome


def beat(stack: Stack, seed: int, rounds: int) -> Outcome:
    """It is killed, started again, and the schedule goes on: the task of every minute is run within the next one."""
    with Trial(stack, "kill -9 of beat", seed, tolerates=0) as trial:
        for _round in range(rounds):
            trial.strike(stack.process("beat").kill, settle=2)
        before = stack.runs_of(TEND)
        if not stack.wait_for_run(TEND, before=before, seconds=90):
            trial.fail("the schedule did not go on within 90 s")
    return trial.outcome


def worker_in_import(stack: Stack, seed: int, rounds: int) -> Outcome:
    """Whatever was killed when: the customers of a file are all there, or none of them."""
    started: dict[int, str] = {}
    with Trial(stack, "kill -9 of the worker in an import", seed, tolerates=0) as trial:
        for number in range(rounds):
            name = f"Import {seed} {number}"
            job = jobs.start_import(trial.manager, name)
            started[job] = name
            jobs.wait_for_state(stack, job, "running", "done", seconds=60)
            trial.strike(_worker_killer(stack, trial, longest=1.2), settle=2, pause=0)
            trial.note(f"killed while the import was {jobs.state(stack, job)}")
            if (found := jobs.imported(stack, name)) not in (0, jobs.ROWS):
                trial.fail(f"{found} of {jobs.ROWS} customers of a file are there")
        wanted = "every import came to its end"
        trial.wait(
            lambda: all(jobs.state(stack, job) in ("done", "failed") for job in started),
            seconds=UNTIL_A_JOB_IS_TAKEN_UP_AGAIN, words=f"not: {wanted}",
        )  # fmt: skip
    for job, name in started.items():
        state, found = jobs.state(stack, job), jobs.imported(stack, name)
        trial.note(f"{state} {found}")
        if found != (jobs.ROWS if state == "done" else 0):
            trial.fail(f"the import is {state} and {found} of {jobs.ROWS} customers are there")
    return trial.outcome


def worker_in_decay(stack: Stack, seed: int, rounds: int) -> Outcome:
    with Trial(stack, "kill -9 of the worker in a decay run", seed, tolerates=0) as trial:
        for number in range(rounds):
            trial.note(f"{jobs.send_contacts_away(stack, part=number, of=rounds)} Greens")
            due = jobs.deserted(stack)
            stack.send(DECAY)
            trial.wait(lambda due=due: jobs.deserted(stack) < due, seconds=60, words="no Green decayed")
            trial.strike(_worker_killer(stack, trial, longest=0.5), settle=2, pause=0)
            trial.note(f"killed with {jobs.deserted(stack)} Greens left")
        _repeat(trial, stack, DECAY, lambda: jobs.deserted(stack) == 0, "not every Green of a contact who left decayed")
    _check_decay(stack, trial)
    return trial.outcome


def worker_in_closing(stack: Stack, seed: int, rounds: int) -> Outcome:
    """Each round begins with the quarters unclosed; they are closed once each, whatever was killed when."""
    outcomes = []
    for number in range(rounds):
        stack.renew()
        with Trial(stack, "kill -9 of the worker in a closing", seed + number, tolerates=0) as trial:
            for _kill in range(2):
                stack.send(CLOSE)
                trial.strike(_worker_killer(stack, trial, longest=2.0), settle=2, pause=0)
                trial.note(f"killed with {len(jobs.closed(stack))} quarters closed")
            _repeat(
                trial, stack, CLOSE, lambda: jobs.closed(stack) == stack.known["due"], "not every quarter was closed"
            )
        check_closings(stack, trial)
        outcomes.append(trial.outcome)
    return joined(outcomes)


def check_closings(stack: Stack, trial: Trial) -> None:
    """Exactly once, with one event each, and the seals verify."""
    found, events = jobs.closed(stack), jobs.closed_events(stack)
    if len(set(found)) != len(found) or events != len(found):
        trial.fail(f"{found} are closed, with {events} events")
    if complaint := stack.verified():
        trial.fail(f"verify_closings: {complaint}")


def _check_decay(stack: Stack, trial: Trial) -> None:
    twice = stack.rows(
        "SELECT count(*) FROM (SELECT 1 FROM references_cellchange WHERE source = 'departure'"
        " GROUP BY customer_id, dimension_id HAVING count(*) > 1) doubled"
    )[0][0]
    if twice:
        trial.fail(f"{twice} cells decayed twice")


def _worker_killer(stack: Stack, trial: Trial, *, longest: float) -> Callable[[], None]:
    """Kill all of the worker, or the child that does the work, after up to so many seconds."""
    delay, whole = trial.chance.uniform(0, longest), trial.chance.random() < 0.6

    def strike() -> None:
        trial.load.over.wait(delay)
        stack.process("worker").kill() if whole else kill_one(stack, trial, "worker")

    return strike


def _repeat(trial: Trial, stack: Stack, task: str, holds: Callable[[], bool], words: str) -> None:
    """Send the message again every few seconds, as the schedule does at its time."""
    for _time in range(8):
        if holds():
            return
        stack.send(task)
        if trial.load.over.wait(1):
            return
        for _second in range(10):
            if holds() or trial.load.over.wait(1):
                return
    trial.fail(words)


def joined(outcomes: list[Outcome]) -> Outcome:
    """Several trials of the same fault as one row."""
    first = outcomes[0]
    for other in outcomes[1:]:
        for name in ("rounds", "confirmed", "lost", "doubled", "outside"):
            setattr(first, name, getattr(first, name) + getattr(other, name))
        first.longest = max(first.longest, other.longest)
        first.words += other.words
        first.notes += other.notes
    return first

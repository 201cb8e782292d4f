"""Many people at the same thing at the same moment: cells, the button that closes a quarter, a merge."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import unescape
from threading import Barrier

from tests.faults import jobs
from tests.faults.editors import Answer, Person
from tests.faults.processes import check_closings, joined
from tests.faults.stack import EDITORS, Stack
from tests.faults.trials import Outcome, Trial

PRESSES = 20


def editors(stack: Stack, seed: int, rounds: int) -> Outcome:
    """Fifty people on the same hundred cells: who saw an old version gets 409 with the current one."""
    with Trial(stack, "50 editors on 100 cells", seed, editors=EDITORS, tolerates=0) as trial:
        trial.strike(lambda: time.sleep(10 * min(rounds, 3)), settle=0.5)
    if not trial.load.refused:
        trial.fail("nobody was refused, so nobody met anybody")
    return trial.outcome


def presses(stack: Stack, seed: int, rounds: int) -> Outcome:
    """Twenty presses at once: one closes, the others are told."""
    outcomes = []
    if stack.name == "production":
        stack.renew()
    for label in [label for label in stack.known["due"] if label not in jobs.closed(stack)][:rounds]:
        with Trial(stack, "20 presses of “close quarter”", seed, tolerates=0) as trial:
            answers: list[Answer] = []
            trial.strike(partial(_press, trial.manager, label, answers), settle=1)
            _check_presses(stack, trial, label, answers)
        outcomes.append(trial.outcome)
    check_closings(stack, trial)
    return joined(outcomes)


def _press(manager: Person, label: str, answers: list[Answer]) -> None:
    barrier = Barrier(PRESSES)

    def press(_number: int) -> Answer:
        barrier.wait(10)
        return manager.post(f"/quarters/{label}/close/", confirm=label)

    with ThreadPoolExecutor(PRESSES) as pool:
        answers.extend(pool.map(press, range(PRESSES)))


def _check_presses(stack: Stack, trial: Trial, label: str, answers: list[Answer]) -> None:
    """Everybody is led to the closed quarter and told, in words, who was first and who was not."""
    trial.expect(answers, within=30)
    elsewhere = [one for one in answers if one.status == 302 and not one.location.endswith(f"/quarters/{label}/")]
    if elsewhere:
        trial.fail(f"{len(elsewhere)} of {PRESSES} were led elsewhere: {elsewhere[0].location}")
    if jobs.closed(stack).count(label) != 1:
        trial.fail(f"{label} is closed {jobs.closed(stack).count(label)} times")
    said = [trial.manager.follow(one).body.decode() for one in answers]
    told = [sum(words in page for page in said) for words in ("is closed with a count", "is closed already, with")]
    if told != [1, PRESSES - 1]:
        trial.fail(f"{told[0]} were told that they closed {label}, {told[1]} that it was closed already")


def merges(stack: Stack, seed: int, rounds: int) -> Outcome:
    """Duplicates are merged while people edit both; the merge is refused while it would overlook an edit."""
    outcomes = []
    customers = sorted({cell[0] for cell in stack.known["cells"]}, reverse=True)
    for number in range(min(rounds * 2, 5)):
        pair = (customers[2 * number + 1], customers[2 * number])
        with Trial(stack, "merge of duplicates while both are edited", seed + number, tolerates=0) as trial:
            trial.load.places = [place for place in trial.load.places if place[0] in pair]
            trial.load.hurry = 1.5
            trial.strike(lambda pair=pair, trial=trial: _merge(stack, trial, *pair), settle=2)
        outcomes.append(trial.outcome)
    return joined(outcomes)


def _merge(stack: Stack, trial: Trial, survivor: int, duplicate: int) -> None:
    path, refused = f"/customers/{survivor}/merge/{duplicate}/", 0
    trial.load.merged = duplicate
    for _attempt in range(40):
        page = trial.manager.get(path)
        seen = re.search(r'name="seen" value="([^"]*)"', page.body.decode())
        answer = trial.manager.post(path, seen=unescape(seen[1]) if seen else "", confirmed="yes")
        if answer.status == 302:
            break
        if answer.status != 409:
            trial.fail(f"the merge was answered with {answer.status}")
        refused += 1
    else:
        trial.fail("the merge was refused 40 times")
    trial.note(f"merged after {refused} refusals")
    found = stack.rows("SELECT merged_into_id FROM customers_customer WHERE id = %s", (duplicate,))[0][0]
    if found != survivor:
        trial.fail(f"customer {duplicate} is part of {found}, not of {survivor}")

"""A backup is made while people edit, put back elsewhere, and held against what was confirmed before it began."""

import shutil
from functools import partial

from tests.faults.ledger import compare
from tests.faults.stack import Embedded, Production
from tests.faults.trials import Outcome, Trial


def backup(stack: Production | Embedded, seed: int, rounds: int) -> Outcome:
    """Nobody waits for it, and it holds everything that was confirmed until then; restore verifies the closings."""
    with Trial(stack, "backup under load, put back elsewhere", seed, tolerates=0) as trial:
        for _round in range(rounds):
            trial.strike(partial(_make_and_put_back, stack, trial), settle=1)
    return trial.outcome


def _make_and_put_back(stack: Production | Embedded, trial: Trial) -> None:
    archive, folder = stack.folder / "backup.tar", stack.folder / "restored"
    confirmed = list(trial.load.confirmed)
    stack.manage("backup", str(archive))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    restored = stack.elsewhere(folder)
    restored.manage("migrate", "--verbosity=0")
    said = restored.manage("restore", str(archive), "--replace")
    trial.note(said.strip().splitlines()[-1])
    found = compare(confirmed, restored.history(), restored.cells())
    for words in [*found.lost[:3], *found.doubled[:3]]:
        trial.fail(f"in the restored database: {words}")
    if not confirmed:
        trial.fail("nothing was confirmed before the backup")

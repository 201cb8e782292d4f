"""A standby of the harness's PostgreSQL that follows some seconds late, as a busy one does."""

import shutil
import subprocess
from pathlib import Path

from tests.faults.servers import SECONDS, PostgreSQL

BEHIND = 6


class Standby(PostgreSQL):
    def __init__(self, folder: Path, primary: PostgreSQL) -> None:
        self.primary = primary
        (folder / "standby").mkdir()
        shutil.chown(folder / "standby", **self._owner(primary))
        super().__init__(folder / "standby", primary.host)

    @staticmethod
    def _owner(primary: PostgreSQL) -> dict[str, str]:
        return primary.owner or {"user": primary.data.owner(), "group": primary.data.group()}

    def _fill(self) -> None:
        """A copy of the primary, with the note from where to follow it."""
        self.data.rmdir()
        command = [self.tools / "pg_basebackup", f"--pgdata={self.data}", "--write-recovery-conf", "--checkpoint=fast"]
        where = [f"--dbname=host=127.0.0.1 port={self.primary.port} user=postgres"]
        subprocess.run([*command, *where], check=True, cwd="/", timeout=2 * SECONDS, **self.owner)
        with (self.data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"recovery_min_apply_delay = '{BEHIND}s'\n")

"""Put an installation back as a backup holds it."""

import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from core import audit
from core.errors import RuleBroken
from core.models import Programme, User
from customers.models import Customer
from operations import dumps
from operations.actions.backups import stored_files
from operations.formats import archives


def restore(path: Path, *, replace: bool, at: datetime) -> archives.Manifest:
    """Check the archive, then put files and database in the place of those that are there.

    Nothing is touched if anything is wrong with the archive, or if the installation is in use and `replace` was not
    said. The database is replaced in one transaction. A backup of an older program is migrated afterwards.
    """
    manifest = archives.check(path)
    refuse_foreign(manifest)
    if not replace and (User.objects.exists() or Customer.objects.exists()):
        raise RuleBroken(
            _("This installation is in use: stop its web server and workers and say --replace to lose what is in it.")
        )
    try:
        _put_back(path, manifest)
    except (OSError, DatabaseError) as trouble:
        raise RuleBroken(_("The backup could not be restored: %(reason)s") % {"reason": trouble})
    call_command("migrate", interactive=False, verbosity=0)
    audit.record("backup.restored", Programme.current(), by=None, at=at, file=str(path), made_at=manifest.made_at)
    return manifest


def refuse_foreign(manifest: archives.Manifest) -> None:
    """Raise RuleBroken for a backup of another kind of database, or of a program newer than this one."""
    if manifest.engine != connection.vendor:
        raise RuleBroken(
            _("The backup is one of %(theirs)s, this installation runs on %(ours)s.")
            % {"theirs": manifest.engine, "ours": connection.vendor}
        )
    known = MigrationLoader(connection).disk_migrations
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR}
    named = (tuple(name.split(".", 1)) for name in manifest.migrations)
    newer = sorted(f"{app}.{name}" for app, name in named if app in ours and (app, name) not in known)
    if newer:
        raise RuleBroken(
            _("The backup was made by a newer program, which knows %(migration)s: install that one first.")
            % {"migration": newer[0]}
        )


def _put_back(path: Path, manifest: archives.Manifest) -> None:
    """Files first: a disk that fills up leaves the database as it was. Files that nobody knows any more go last."""
    with TemporaryDirectory(prefix="refprogram-restore-") as folder:
        copy = Path(folder) / "copy"
        for name, content in archives.members(path):
            if name == archives.DATABASE:
                with copy.open("wb") as target:
                    shutil.copyfileobj(content, target, archives.CHUNK)
                dumps.check(copy)
            elif name.startswith(archives.FILES):
                stored = name.removeprefix(archives.FILES)
                default_storage.delete(stored)
                default_storage.save(stored, File(content))
        dumps.read(copy)
    for name in set(stored_files(default_storage)) - manifest.files:
        default_storage.delete(name)

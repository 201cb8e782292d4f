"""Why the database could not do its part, in words a person can read."""

from django.utils.translation import gettext

SECONDS = 5


def reason(error: Exception) -> str:
    """What an OperationalError or InterfaceError means for the person whose request it ended."""
    said = str(error).lower()
    if "full" in said or "no space left" in said:
        return gettext("The disk of the database is full, so nothing can be saved until the administrator makes room.")
    if "locked" in said or "lock timeout" in said or "deadlock" in said:
        return gettext("The database is busy with other work, such as an import.")
    return gettext("The database does not answer at the moment.")

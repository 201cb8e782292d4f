"""Which files may stand behind a Green: documents, pictures and mails, told by their content as well as their name."""

from pathlib import PurePosixPath

from django.utils.translation import gettext as _

LARGEST = 10 * 2**20
PICTURES = {".png": b"\x89PNG\r\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".gif": b"GIF8"}
OFFICE = frozenset([".docx", ".xlsx", ".pptx", ".odt"])
TEXTS = frozenset([".txt", ".eml"])
ACCEPTED = (".pdf", *PICTURES, *sorted(OFFICE), *sorted(TEXTS), ".msg")


def refusal(name: str, *, size: int, start: bytes) -> str:
    """Why the file is not taken, in words for the person who brings it; empty if it is. `start`: its first bytes."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in ACCEPTED:
        return _("Bring a document, a picture or a mail (%(endings)s).") % {"endings": ", ".join(ACCEPTED)}
    if size == 0:
        return _("The file is empty.")
    if size > LARGEST:
        return _("The file is larger than %(limit)s MB.") % {"limit": LARGEST // 2**20}
    if not _looks_like(ending, start):
        return _("The content of the file is not what its name says (%(ending)s).") % {"ending": ending}
    return ""


def _looks_like(ending: str, start: bytes) -> bool:
    if ending in PICTURES:
        return start.startswith(PICTURES[ending])
    if ending in OFFICE:
        return start.startswith(b"PK\x03\x04")
    if ending in TEXTS:
        return b"\0" not in start
    if ending == ".msg":
        return start.startswith(b"\xd0\xcf\x11\xe0")
    return b"%PDF-" in start[:1024]

"""Which files may stand behind a Green: documents, pictures and mails, told by their content as well as their name."""

from pathlib import PurePosixPath

LARGEST = 10 * 2**20
PICTURES = {".png": b"\x89PNG\r\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff", ".gif": b"GIF8"}
OFFICE = frozenset([".docx", ".xlsx", ".pptx", ".odt"])
TEXTS = frozenset([".txt", ".eml"])
ACCEPTED = (".pdf", *PICTURES, *sorted(OFFICE), *sorted(TEXTS), ".msg")


def refusal(name: str, *, size: int, start: bytes) -> str:
    """Why the file is not taken, in words for the person who brings it; empty if it is. `start`: its first bytes."""
    ending = PurePosixPath(name).suffix.lower()
    if ending not in ACCEPTED:
        return f"Bring a document, a picture or a mail ({', '.join(ACCEPTED)})."
    if size == 0:
        return "The file is empty."
    if size > LARGEST:
        return f"The file is larger than {LARGEST // 2**20} MB."
    if not _looks_like(ending, start):
        return f"The content of the file is not what its name says ({ending})."
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

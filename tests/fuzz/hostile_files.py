"""The corpus of hostile files: `python -m tests.fuzz.hostile_files FOLDER` writes them, to be tried by hand."""

import sys
from pathlib import Path

from tests.fuzz.hostile_texts import texts
from tests.fuzz.hostile_workbooks import workbooks


def write(folder: Path, *, whole: bool) -> list[Path]:
    """Every file of the corpus in the folder; `whole` makes the large ones as large as the limits let in."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in {**texts(whole=whole), **workbooks(whole=whole)}.items():
        (folder / name).write_bytes(content)
        paths.append(folder / name)
    return paths


if __name__ == "__main__":
    found = write(Path(sys.argv[1]), whole=True)
    sys.stdout.write(f"{len(found)} files in {sys.argv[1]}\n")

"""The files of the project, for tests that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("refprogram", "operations", "references", "health", "customers", "people", "core")
FOLDERS = (*APPS, "templates", "static", "tests", "docs", "bench", ".ci")


def project_files(pattern: str) -> list[Path]:
    """Files of the project (not of its environment and its data) that match, relative to its root."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob(pattern))
    found = {path.relative_to(ROOT) for path in (*ROOT.glob(pattern), *inside) if path.is_file()}
    return sorted(path for path in found if "__pycache__" not in path.parts)


def python_files(*apps: str) -> list[Path]:
    """Python files of the apps, migrations left out."""
    return [path for path in project_files("*.py") if path.parts[0] in apps and "migrations" not in path.parts]


def functions(path: Path) -> Iterator[tuple[str, int, ast.FunctionDef]]:
    """Every function of a file with its length from `def` to its last line, the docstring left out."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.FunctionDef):
            text = node.body[0] if ast.get_docstring(node) else None
            docstring = (text.end_lineno or 0) - text.lineno + 1 if text else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring, node

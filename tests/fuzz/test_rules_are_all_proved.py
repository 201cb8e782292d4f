"""No rule without a property: what is public in a module of rules is called by name in tests/fuzz."""

import ast

import pytest

from tests.house.files import ROOT, python_files

pytestmark = pytest.mark.static
FILES = (
    "test_rules_of_customers.py",
    "test_rules_of_drives.py",
    "test_rules_of_imports.py",
    "test_rules_of_recruiting.py",
    "test_rules_of_references.py",
)


def test_every_public_rule_has_a_property():
    said = {
        name
        for file in FILES
        for node in ast.walk(ast.parse((ROOT / "tests/fuzz" / file).read_text()))
        for name in (
            [node.id] if isinstance(node, ast.Name) else [node.attr] if isinstance(node, ast.Attribute) else []
        )
    }
    rules = [path for path in python_files("core", "customers", "references") if "rules" in path.parts]
    assert len(rules) > 10
    for path in [*rules, ROOT / "core/quarters.py"]:
        assert not [name for name in public(path) if name not in said], path


def public(path) -> list[str]:
    """The functions of a module, and what its dataclasses answer by themselves."""
    body = ast.parse((ROOT / path).read_text()).body
    places = [body, *(node.body for node in body if isinstance(node, ast.ClassDef))]
    functions = [node.name for place in places for node in place if isinstance(node, ast.FunctionDef)]
    return [name for name in functions if not name.startswith("_")]

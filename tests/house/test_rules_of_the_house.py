"""What no tool knows: the house rules of docs/architecture.md, read off the code."""

import ast
import re
from pathlib import Path

import pytest

from customers.choices import ChangeKind
from people import words
from tests.house.files import APPS, ROOT, functions, project_files, python_files

pytestmark = pytest.mark.static

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_VIEW, LONGEST_TEMPLATE = 300, 35, 25, 120
# The floor is no framework: what it offers to pages and to the API stays small.
LARGEST_WEB_HELPERS = 1000
WEB_HELPERS = ["context_processors", "errors", "exports", "forms", "middleware", "paging", "permissions", "requests"]
WEB_HELPERS += ["signs", "texts", "unavailable", "words"]
# A file or function that may be longer, with the reason.
LONGER = {
    "references/actions/change_sets.py extend": "nine lines of signature",
}
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
CLOCK = re.compile(r"\b(now|today|localdate|localtime)\(")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?![-\w])|\b(rgb|rgba|hsl|hsla|oklch)\(")
STRAY = re.compile(r"(utils|helpers|services|signals|misc|common)\.py$")
LEFT = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE = re.compile(
    rf"index-url\b|find-links|{re.escape(str(Path.home()))}/|registry\s*=\s*http|(?<![\w.]){re.escape(str(ROOT))}/"
)


def lines_with(pattern: re.Pattern[str], paths) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate((ROOT / path).read_text().splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_is_longer_than_a_reader_holds_in_mind():
    sizes = {str(path): len((ROOT / path).read_text().splitlines()) for path in python_files(*APPS, "tests", "bench")}
    assert not {path: size for path, size in sizes.items() if size > LONGEST_FILE and path not in LONGER}


def test_no_function_is_longer_than_a_screen():
    sizes = {f"{path} {name}": size for path in python_files(*APPS) for name, size, _node in functions(path)}
    assert not {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION and name not in LONGER}


def test_every_view_permits_parses_calls_and_renders_in_25_lines():
    views = [path for path in python_files(*APPS) if "views" in path.parts]
    sizes = {f"{path} {name}": size for path in views for name, size, _node in functions(path)}
    assert not {name: size for name, size in sizes.items() if size > LONGEST_VIEW and name not in LONGER}


def test_a_view_that_takes_no_form_says_so():
    views = [path for path in python_files(*APPS) if "views" in path.parts]
    asked = [(path, name, node) for path in views for name, _size, node in functions(path) if node.decorator_list]
    taking = [
        f"{path} {name}"
        for path, name, node in asked
        if [one.arg for one in node.args.args[:1]] == ["request"]
        and not any(ast.unparse(one).startswith("require_") for one in node.decorator_list)
        and not re.search(r"\brequest\.(POST|method)\b", ast.unparse(node))
    ]
    assert not taking


def test_no_template_is_longer_than_120_lines():
    sizes = {str(path): len((ROOT / path).read_text().splitlines()) for path in project_files("*.html")}
    assert not {path: size for path, size in sizes.items() if size > LONGEST_TEMPLATE}


def test_the_floor_stays_small_where_it_helps_pages():
    helpers = [f"core/{name}.py" for name in WEB_HELPERS] + [str(one) for one in python_files("core/templatetags")]
    assert sum(len((ROOT / path).read_text().splitlines()) for path in helpers) <= LARGEST_WEB_HELPERS


def test_edges_write_nothing():
    edges = [path for path in python_files(*APPS) if {"views", "forms", "api", "forms.py", "api.py"} & {*path.parts}]
    assert edges
    assert not [f"{path}:{line}" for path in edges for line in writes(ast.parse((ROOT / path).read_text()))]


def writes(tree: ast.Module) -> list[int]:
    """Lines that call a writing method of a row or a set of rows; functions of an action's module are no such thing."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    actions = {
        alias.asname or alias.name for node in imports if ".actions" in (node.module or "") for alias in node.names
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            receiver = node.func.value
            name = receiver.id if isinstance(receiver, ast.Name) else ""
            of_a_dictionary = node.func.attr == "update" and name.islower()
            if name not in actions and not of_a_dictionary:
                found.append(node.lineno)
    return found


def test_rules_do_not_look_at_the_clock():
    assert not lines_with(CLOCK, [path for path in python_files(*APPS) if "rules" in path.parts])


def test_actions_are_told_the_time():
    assert not lines_with(CLOCK, [path for path in python_files(*APPS) if "actions" in path.parts])


def test_every_event_of_the_audit_trail_has_words():
    """What an action records as `noun.verb` is read in people's words, so both stand in people.words."""
    known = {*words.NOUNS}, {*words.VERBS}
    events = {event for path in python_files(*APPS) if "actions" in path.parts for event in events_in(path)}
    assert len(events) > len(("cell.edited", "quarter.closed"))
    assert not {
        event for event in events if not all(word in named for word, named in zip(event.split("."), known, strict=True))
    }


def events_in(path) -> set[str]:
    """The literal events that a module records, with the kinds of a customer's changes."""
    calls = (node for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Call))
    texts = {
        text.value
        for call in calls
        if ast.unparse(call.func) == "audit.record"
        for text in ast.walk(call.args[0])
        if isinstance(text, ast.Constant) and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(text.value))
    }
    return texts | {f"customer.{kind}" for kind in ChangeKind.values}


def test_there_is_no_drawer_for_odds_and_ends():
    assert not [path for path in python_files(*APPS) if STRAY.search(path.name)]


def test_colours_stand_in_tokens_css_alone():
    places = [path for path in project_files("*.css") if path.name != "tokens.css"]
    assert not lines_with(COLOUR, places)


def test_no_template_carries_style_or_script_that_the_csp_refuses():
    forbidden = re.compile(r"\sstyle=|<style|<script(?![^>]*\b(src=|type=.application/json))|\son[a-z]+=|\bhx-on")
    assert not lines_with(forbidden, project_files("*.html"))


def test_nothing_is_left_for_later():
    assert not lines_with(LEFT, [path for path in python_files(*APPS) if "house" not in path.parts])


def test_no_registry_and_no_path_of_a_machine_is_named():
    kinds = ("*.py", "*.toml", "*.lock", "*.md", "*.yml", "*.html", "*.js", "*.css", "Makefile", "Dockerfile", "run")
    places = {path for kind in kinds for path in project_files(kind) if "house" not in path.parts}
    assert not lines_with(MACHINE, sorted(places))


def test_nobody_prints():
    calls = [
        f"{path}:{node.lineno}"
        for path in python_files(*APPS)
        for node in ast.walk(ast.parse((ROOT / path).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "breakpoint")
    ]
    assert not calls

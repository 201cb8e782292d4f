"""Whatever a person reads comes from the catalogue, and its days and numbers are written as the reader writes them."""

import ast
import re

import pytest

from tests.house.files import APPS, ROOT, project_files, python_files

pytestmark = pytest.mark.static

# What is raised with words for a person.
REFUSALS = {"RuleBroken", "StaleVersion", "OpenerSwap", "TableRefused", "Unreadable", "CommentsUnreadable", "Sentence"}
CATALOGUE = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
# Read as they stand in every language: a name, keys of a keyboard, a line of HTTP, classes of a page.
NO_WORDS = re.compile(
    r"RefProgram|\bpage-\w+|\b(Ctrl|Enter|Home|End|Esc|Del|Backspace|Page (Up|Down))\b"
    r"|Authorization: Bearer|\.csv|\b[A-Z]\b"
)
CODE = re.compile(
    r"{#.*?#}|{% *comment.*?endcomment *%}|{% *blocktranslate.*?endblocktranslate *%}|{%.*?%}|{{.*?}}"
    r"|<(script|style)\b.*?</\1>|<[^>]*>",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}")
READ_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')
DATE_FORMAT = re.compile(r"""\|(?:date|time):(["'])(.*?)\1""")


def calls_in(path):
    return (node for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def test_no_refusal_is_written_past_the_catalogue():
    """`RuleBroken("…")` and `RuleBroken(f"…")` would be English for everybody."""
    found = [
        f"{path}:{call.lineno}"
        for path in python_files(*APPS)
        for call in calls_in(path)
        if name_of(call) in REFUSALS and call.args and isinstance(call.args[0], ast.Constant | ast.JoinedStr)
    ]
    assert not found


def test_what_the_catalogue_is_asked_for_is_a_text_that_can_stand_in_it():
    """An f-string is put together before anybody can look it up."""
    found = [
        f"{path}:{call.lineno}"
        for path in python_files(*APPS)
        for call in calls_in(path)
        if name_of(call) in CATALOGUE and any(isinstance(argument, ast.JoinedStr) for argument in call.args)
    ]
    assert not found


@pytest.mark.parametrize("pattern", ["*.html", "*.txt"])
def test_every_text_of_a_template_is_translated(pattern):
    found = {}
    for path in project_files(pattern):
        if path.parts[0] != "templates":
            continue
        text = (ROOT / path).read_text()
        read = [CODE.sub(" ", text), *(CODE.sub(" ", said) for said in READ_ATTRIBUTE.findall(text))]
        words = [word for part in read for word in WORD.findall(NO_WORDS.sub(" ", part))]
        found |= {str(path): words} if words else {}
    assert not found


def test_no_template_writes_a_day_in_a_form_of_its_own():
    """`|date:"j M Y"` is the same for everybody; the names of formats follow the reader. `c` is for machines."""
    found = [
        f"{path}: {form}"
        for path in project_files("*.html")
        for _mark, form in DATE_FORMAT.findall((ROOT / path).read_text())
        if form not in ("c", "l") and not form.endswith("_FORMAT")
    ]
    assert not found


def test_nothing_a_person_reads_writes_a_day_by_hand():
    """`{day:%Y-%m-%d}`, `isoformat` and `strftime` are for files, names and machines, never inside a sentence."""
    found = []
    for path in python_files(*APPS):
        for call in calls_in(path):
            if name_of(call) in REFUSALS | {"tell", "success", "error", "info", "warning", "add_error"}:
                text = ast.unparse(call)
                found += [f"{path}:{call.lineno}"] if re.search(r"isoformat|strftime|:%[YmdB]", text) else []
    assert not found

"""Sheets and templates keep to the design language."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHEETS = sorted((ROOT / "cxplanner" / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

PHYSICAL = re.compile(
    r"(?<![\w-])(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top|bottom)\b"
    r"|(?<![\w-])(left|right|top|bottom)\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)"
    r"|(?<![\w-])(max-|min-)?(width|height)\s*:"
)
RAW_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", re.IGNORECASE)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_sheets_use_logical_directions_only(sheet):
    assert PHYSICAL.search(without_comments(sheet)) is None


@pytest.mark.parametrize(
    "sheet", [s for s in SHEETS if s.name not in ("tokens.css", "print.css")], ids=name
)
def test_only_tokens_name_a_raw_colour(sheet):
    assert RAW_COLOUR.search(without_comments(sheet)) is None


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_sheets_use_only_tokens_that_exist(sheet):
    known = set(re.findall(r"(--[\w-]+)\s*:", "".join(map(without_comments, SHEETS))))
    assert set(re.findall(r"var\((--[\w-]+)", without_comments(sheet))) <= known


def test_every_sheet_is_linked():
    linked = (ROOT / "templates" / "components" / "_styles.html").read_text()
    assert re.findall(r"css/([\w.]+)", linked) != []
    assert set(re.findall(r"css/([\w.]+)", linked)) == {sheet.name for sheet in SHEETS}


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_templates_need_no_inline_style_or_handler(template):
    assert re.search(r"\s(style|on\w+|hx-on[\w:-]*)\s*=", template.read_text()) is None


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_templates_load_nothing_from_other_hosts(template):
    assert re.search(r"(src|href)=\"(https?:)?//", template.read_text()) is None


def test_the_sheet_of_the_public_survey_stays_small():
    sheet = ROOT / "templates" / "components" / "_survey_style.css"
    assert len(sheet.read_bytes()) <= 3_000
    assert "<" not in without_comments(sheet).replace("width<", "")


IDS = r"\bpk|(?:metric|touchpoint|plan|goal|survey|question|cycle)_id|page_number"
BARE_ID = re.compile(rf"\{{\{{ ?[\w.]*(?:{IDS}) ?\}}\}}")


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_ids_are_written_without_the_marks_that_part_thousands(template):
    """As a number for people, the thousandth goal would be goal-1,000 in addresses and scripts."""
    found = BARE_ID.findall(template.read_text())
    assert not found


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_draft_is_named_after_the_thing_it_belongs_to(template):
    named = re.findall(r'data-draft="([^"]*)"', template.read_text())
    of_a_thing = ("pk", "about", "{{ draft }}")  # else words for one thing are offered at another
    assert [one for one in named if one != "all" and not any(w in one for w in of_a_thing)] == []

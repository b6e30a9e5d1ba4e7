"""The layout holds: small files, known names, one direction, no forgotten migration."""

import re
import subprocess
import sys
from pathlib import Path

from django.core.management import call_command

from tests.architecture.sources import APPS, ROOT, name_of, python_files

LONGEST = 400
SUFFIXES = {".py", ".html", ".css", ".js"}
VAGUE = {"utils", "helpers", "common", "misc", "lib", "tools", "functions", "constants", "types"}
FEATURE_APPS = ("strategy", "competitors", "surveys")
PHYSICAL = re.compile(
    r"(?<![\w-])(?:margin|padding|border)-(?:left|right)\b"
    r"|(?<![\w-])(?:left|right)\s*:"
    r"|text-align\s*:\s*(?:left|right)|float\s*:\s*(?:left|right)"
)


def own_files() -> list[Path]:
    """Return what we wrote ourselves: no migrations, no libraries of others."""
    found = (
        path for folder in (*APPS, "templates", "tests") for path in (ROOT / folder).rglob("*")
    )
    return [
        path
        for path in found
        if path.suffix in SUFFIXES
        and not {"vendor", "migrations"} & set(path.parts)
        and ".min." not in path.name
    ]


def test_no_file_is_longer_than_four_hundred_lines():
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in own_files()}
    assert len(lengths) > 50
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_has_a_vague_name():
    assert [name_of(path) for path in python_files() if path.stem in VAGUE] == []


def test_every_module_says_what_it_is_for():
    silent = [
        name_of(path)
        for path in python_files()
        if path.read_text().strip() and not path.read_text().lstrip().startswith(('"""', "'''"))
    ]
    assert silent == []


def test_features_lie_flat_in_folders_of_their_app():
    deep = [
        name_of(path)
        for path in python_files()
        if path.relative_to(ROOT).parts[0] in FEATURE_APPS
        and "management" not in path.parts
        and len(path.relative_to(ROOT).parts) > 3
    ]
    assert deep == []


def test_imports_point_one_way():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as go; go()",
    ]
    linted = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout


def test_no_import_hides_in_a_function():
    hidden = re.compile(r"^[ \t]+(?:from [\w.]+ import |import \w)", re.MULTILINE)
    typing_only = re.compile(r"if TYPE_CHECKING:\n(?:[ \t]+.*\n)+")
    found = [
        name_of(path)
        for path in python_files()
        if hidden.search(typing_only.sub("", path.read_text()))
    ]
    assert found == []


def test_models_and_migrations_agree(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_styles_know_no_left_or_right():
    styles = [path for path in own_files() if path.suffix == ".css"]
    assert [name_of(path) for path in styles if PHYSICAL.search(path.read_text())] == []


def test_no_exception_to_a_rule_stands_without_its_reason():
    bare = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?!(?:: [A-Z0-9, ]+|\[[\w, -]+\])\s+[#-]\s*\S)")
    found = [
        f"{name_of(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []

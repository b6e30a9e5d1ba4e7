"""Sheets that go out: CSV which spreadsheets read as UTF-8 and never as formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

# A line's end is none, but a carriage return may have become one on the way back.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """Hands a line straight back to the writer's caller."""

    def write(self, line: str) -> str:
        return line


def safe_cell(text: str) -> str:
    """Keep a spreadsheet from reading somebody's words as a formula."""
    return f"'{text}" if _reads_as_formula(text) else text


def as_written(cell: str) -> str:
    """Return the words that `safe_cell` made safe."""
    return cell[1:] if cell.startswith("'") and _reads_as_formula(cell) else cell


def _reads_as_formula(text: str) -> bool:
    # Words that look made safe already are made safe once more, or they could not be told apart.
    return text.lstrip("'").startswith(FORMULA_STARTS)


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write rows of texts as the lines of a sheet, one after the other."""
    writer = csv.writer(cast("Any", _Echo()))
    yield "\ufeff"
    for row in rows:
        yield cast("str", writer.writerow(row))

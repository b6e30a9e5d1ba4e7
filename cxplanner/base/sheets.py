"""Sheets that go out: CSV which spreadsheets read as UTF-8 and never as formulas."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """Hands a line straight back to the writer's caller."""

    def write(self, line: str) -> str:
        return line


def safe_cell(text: str) -> str:
    """Keep a spreadsheet from reading somebody's words as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write rows of texts as the lines of a sheet, one after the other."""
    writer = csv.writer(cast("Any", _Echo()))
    yield "\ufeff"
    for row in rows:
        yield cast("str", writer.writerow(row))

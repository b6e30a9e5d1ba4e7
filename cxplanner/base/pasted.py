"""Rows of cells as spreadsheets put them on the clipboard: tabs between, quotes around lines."""

import re
from collections.abc import Iterable, Iterator, Sequence

_END = re.compile(r"[\t\n]|\Z")
# A quoted cell ends with a quote before the next cell; quotes inside stand twice.
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)')


def rows_of(text: str) -> Iterator[list[str]]:
    """Yield rows, the empty ones too. A quote that no cell's end follows is one of its letters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    row: list[str] = []
    at = 0
    while text:
        quoted = _QUOTED.match(text, at)
        if quoted:
            row.append(quoted[1].replace('""', '"'))
            at = quoted.end()
        else:
            end = _END.search(text, at)
            stop = end.start() if end else len(text)
            row.append(text[at:stop])
            at = stop
        is_last = at == len(text)
        if is_last or text[at] == "\n":
            yield row
            row = []
        if is_last:
            return
        at += 1


def text_of(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as a spreadsheet copies them; `rows_of` reads the same."""
    return "\n".join("\t".join(map(_cell, row)) for row in rows)


def _cell(text: str) -> str:
    needs_quotes = text.startswith('"') or any(sign in text for sign in "\t\n\r")
    return '"' + text.replace('"', '""') + '"' if needs_quotes else text

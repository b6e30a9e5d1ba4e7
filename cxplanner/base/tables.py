"""Tables people keep in files: CSV in any of its dialects, and XLSX, read as a stream of rows."""

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

SEPARATORS = (",", ";", "\t", "|")
ENCODINGS = {
    "utf-8": gettext_lazy("UTF-8"),
    "cp1252": gettext_lazy("Windows-1252 (Western Europe)"),
    "utf-16": gettext_lazy("UTF-16 with its mark"),
    "utf-16-le": gettext_lazy("UTF-16, little end first"),
    "utf-16-be": gettext_lazy("UTF-16, big end first"),
    "iso8859-13": gettext_lazy("ISO 8859-13 (Baltic)"),
    "cp1257": gettext_lazy("Windows-1257 (Baltic)"),
    "cp1256": gettext_lazy("Windows-1256 (Arabic script)"),
}
MOST_COLUMNS = 500
LONGEST_CELL = 131_072  # characters
MOST_UNPACKED = 2 * 1024**3  # bytes; a packed file that grows beyond is a bomb or a mistake
_HEAD = 256 * 1024  # bytes looked at to tell a dialect
_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

csv.field_size_limit(LONGEST_CELL)


class Unreadable(Exception):
    """The file cannot be read as a table; says why to a person."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is read. Found by `look`, and each part can be told otherwise."""

    kind: str  # csv or xlsx
    encoding: str = "utf-8"
    separator: str = ","
    has_header: bool = True
    sheet: str = ""
    sheets: tuple[str, ...] = ()

    def told(self, **other: Any) -> Self:
        """Return the same with what a person said instead."""
        return replace(self, **{name: value for name, value in other.items() if value is not None})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        return cls(**{**kept, "sheets": tuple(kept.get("sheets", ()))})


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be read, and why."""

    reason: str


Row = list[str] | Broken


def column_letter(index: int) -> str:
    """Return A, B, … AA as a spreadsheet names its columns, from 0."""
    return str(get_column_letter(index + 1))


# --- looking at a file ----------------------------------------------------------------------


def look(path: Path) -> Dialect:
    """Tell by its content how a file is to be read, whatever its name. Raises Unreadable."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise Unreadable(_("The file is empty."))
    if start.startswith(_OLE):
        raise Unreadable(
            _("This workbook is locked by a password, or is of Excel before 2007. Save it as XLSX.")
        )
    if start.startswith(_ZIP):
        return _look_into_workbook(path)
    with _unpacked(path) as file:
        head = file.read(_HEAD)
    if head.startswith(_ZIP):
        raise Unreadable(_("This is a packed workbook. Unpack it first."))
    encoding = _encoding_of(head) or _utf8_or_western(path)
    dialect = Dialect("csv", encoding=encoding)
    text = _decoded(head, encoding)
    if not text.strip():
        raise Unreadable(_("The file is empty."))
    dialect = dialect.told(separator=_separator_of(text))
    return dialect.told(has_header=_has_header(_first_rows(text, dialect.separator)))


def _look_into_workbook(path: Path) -> Dialect:
    try:
        with zipfile.ZipFile(path) as packed:
            names = {entry.filename for entry in packed.infolist()}
            size = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile:
        raise Unreadable(_("The file is damaged: it begins like a workbook and is none.")) from None
    if "xl/workbook.xml" not in names:
        raise Unreadable(_("This is an archive, not a table. Send the CSV or XLSX inside it."))
    if size > MOST_UNPACKED:
        raise Unreadable(_("Unpacked, this workbook is too large."))
    with _workbook(path) as book:
        sheets = tuple(sheet.title for sheet in book.worksheets)
        if not sheets:
            raise Unreadable(_("The workbook has no sheet with cells."))
    dialect = Dialect("xlsx", sheet=sheets[0], sheets=sheets)
    head: list[list[str]] = []
    with table(path, dialect) as rows:
        for row in rows:
            if len(head) == 50:
                break
            if not isinstance(row, Broken):
                head.append(row)
    return dialect.told(has_header=_has_header(head))


def _encoding_of(head: bytes) -> str:
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 5 > len(head):
        return "utf-16-be" if even > odd else "utf-16-le"
    return ""


def _utf8_or_western(path: Path) -> str:
    """Read the whole file: one byte at its very end can tell."""
    with _unpacked(path) as file, io.TextIOWrapper(file, encoding="utf-8") as text:
        try:
            while text.read(1 << 20):
                pass
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _decoded(head: bytes, encoding: str) -> str:
    return head.decode(encoding, errors="replace").removeprefix("\ufeff")


def _first_rows(text: str, separator: str) -> list[list[str]]:
    lines = text.splitlines(keepends=True)[:200]
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(row for row in csv.reader(lines, delimiter=separator) if row)
    return rows[:50]


def _separator_of(text: str) -> str:
    """Choose what cuts the first rows into the most columns, equally many in each."""

    def worth(separator: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in _first_rows(text, separator))
        if not widths:
            return 0.0, 0
        width, rows = widths.most_common(1)[0]
        return (rows / widths.total() if width > 1 else 0.0), width

    return max(SEPARATORS, key=worth)


def _has_header(rows: list[list[str]]) -> bool:
    """Guess that the first row names columns: words, all different, where numbers stand below."""
    if not rows:
        return True
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if not named or len(set(named)) < len(named) or any(_is_figure(cell) for cell in named):
        return False
    below = [row for row in rows[1:] if len(row) == len(first)]
    if not below:
        return True
    for index, name in enumerate(first):
        values = [row[index].strip() for row in below]
        if any(_is_figure(value) for value in values):
            return True
        # A name that comes again below it is a value like the others.
        if name and values.count(name):
            return False
    return True


def _is_figure(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return cell[:1].isdigit() and not any(letter.isalpha() for letter in cell.replace("T", ""))
    return True


# --- reading it -----------------------------------------------------------------------------


class Rows:
    """The rows of an open table, the header too; `share` says how far it was read, 0 to 1."""

    def __init__(self, rows: Iterator[Row], share: Callable[[], float]) -> None:
        self._rows = rows
        self._share = share

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    @property
    def share(self) -> float:
        return min(1.0, self._share())


@contextmanager
def table(path: Path, dialect: Dialect) -> Iterator[Rows]:
    """Open a table. Reading it raises Unreadable where the file cannot be gone on with."""
    if dialect.kind == "xlsx":
        with _workbook(path) as book:
            yield _rows_of_sheet(book, dialect)
        return
    size = path.stat().st_size or 1
    with path.open("rb") as raw, _opened(raw) as file:
        text = io.TextIOWrapper(file, encoding=dialect.encoding, newline="")
        yield Rows(_rows_of_csv(text, dialect.separator), lambda: raw.tell() / size)


def _rows_of_csv(text: io.TextIOWrapper, separator: str) -> Iterator[Row]:
    reader: Any = None
    try:
        if text.read(1) != "\ufeff":
            text.seek(0)
        reader = csv.reader(text, delimiter=separator, strict=True)
        while True:
            try:
                yield from reader
            except csv.Error as error:
                yield Broken(_csv_trouble(str(error)))
            else:
                return
    except UnicodeDecodeError as error:
        said = {"row": reader.line_num if reader else 0, "encoding": error.encoding}
        raise Unreadable(
            _(
                "After row %(row)d stands a byte that is no text in %(encoding)s."
                " Choose another encoding."
            )
            % said
        ) from None
    except UnicodeError:
        raise Unreadable(_("The file does not begin as text in this encoding.")) from None
    except (EOFError, OSError, zlib.error) as error:
        raise Unreadable(_("The packed file is damaged: %(why)s") % {"why": error}) from None


def _csv_trouble(said: str) -> str:
    if "field limit" in said:
        return _("A cell here has no end: a quotation mark before it is not closed.")
    if "unexpected end" in said:
        return _("A quotation mark is opened here and never closed.")
    return _("The quotation marks of this row do not match.")


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:  # by its name alone it would be refused
        try:
            book = load_workbook(file, read_only=True, data_only=True)
        except Exception as error:  # noqa: BLE001  # openpyxl raises whatever a damaged file makes it trip over
            raise Unreadable(_("The workbook is damaged: %(why)s") % {"why": error}) from None
        try:
            yield book
        finally:
            book.close()


def _rows_of_sheet(book: Any, dialect: Dialect) -> Rows:
    sheet = next((one for one in book.worksheets if one.title == dialect.sheet), None)
    if sheet is None:
        raise Unreadable(_("The workbook has no sheet “%(name)s”.") % {"name": dialect.sheet})
    most = sheet.max_row or 1
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong
    done = 0

    def rows() -> Iterator[Row]:
        nonlocal done
        width = 0
        for cells in sheet.iter_rows(values_only=True):
            done += 1
            row = [_cell(value) for value in cells]
            while len(row) > width and width and not row[-1]:
                row.pop()
            width = width or len(row)
            yield row + [""] * (width - len(row)) if any(row) else []

    return Rows(rows(), lambda: done / most)


def _cell(value: Any) -> str:
    """Write a cell as a CSV of the same table would hold it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw, _opened(raw) as file:
        try:
            yield file
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise Unreadable(_("The packed file is damaged: %(why)s") % {"why": error}) from None


@contextmanager
def _opened(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """Unpack a file that is packed with gzip, but not without end."""
    packed = raw.read(2) == _GZIP
    raw.seek(0)
    if not packed:
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as unpacked:
        yield io.BufferedReader(_Bounded(unpacked), 1 << 17)


class _Bounded(io.RawIOBase):
    """A stream that refuses to grow without end."""

    def __init__(self, inner: gzip.GzipFile) -> None:
        self._inner = inner
        self._left = MOST_UNPACKED

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._inner.seekable()

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def readinto(self, buffer: Any, /) -> int:
        chunk = self._inner.read(len(buffer))
        self._left -= len(chunk)
        if self._left < 0:
            raise Unreadable(_("Unpacked, this file is too large."))
        buffer[: len(chunk)] = chunk
        return len(chunk)

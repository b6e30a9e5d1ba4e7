"""Files as people have them are read as tables, or refused with the reason."""

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from cxplanner.base import tables
from cxplanner.base.tables import Broken, Unreadable, look, table

ROWS = [["id", "Größe", "score"], ["1", "groß; blau", "5"], ["2", "klein", "3"]]


def written(separator=",", rows=ROWS):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


def read(path, **told):
    with table(path, look(path).told(**told)) as rows:
        return list(rows)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sent.csv"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_dialect_reads_alike(path, encoding, separator, pack):
    path.write_bytes(pack(written(separator).encode(encoding)))
    dialect = look(path)
    assert (dialect.separator, dialect.has_header) == (separator, True)
    assert read(path) == ROWS


def test_a_byte_at_the_very_end_decides_the_encoding(path):
    path.write_bytes(b"a,b\n" + b"1,x\n" * 200_000 + "2,é\n".encode("cp1252"))
    assert look(path).encoding == "cp1252"


def test_a_wrong_encoding_says_where(path):
    path.write_bytes("a,b\n1,é\n".encode("cp1252"))
    with pytest.raises(Unreadable, match="no text in utf-8"):
        read(path, encoding="utf-8")


def test_columns_without_names_are_seen(path):
    path.write_text("1,5,2025-01-01\n2,4,2025-01-02\n")
    assert not look(path).has_header


def test_an_open_quotation_mark_breaks_its_row_alone_where_it_can(path):
    path.write_text('a,b\n1,"x"y\n2,ok\n3,"never closed\n4,lost\n')
    rows = read(path)
    assert [type(row) for row in rows] == [list, Broken, list, Broken]
    assert rows[2] == ["2", "ok"]


def test_a_nul_byte_is_read_as_it_stands(path):
    path.write_bytes(b"a,b\n1,x\x00y\n")
    assert read(path)[1] == ["1", "x\x00y"]


def test_a_workbook_is_known_whatever_its_name(path):
    book: Any = Workbook()
    book.active.append(["id", "score"])
    book.active.append([1, 5.0])
    book.active.append(["=cmd|x", None])
    book.create_sheet("Second").append(["other"])
    book.active.merge_cells("A3:B3")
    book.save(path)
    dialect = look(path)
    assert (dialect.kind, dialect.sheets) == ("xlsx", ("Sheet", "Second"))
    assert read(path)[:2] == [["id", "score"], ["1", "5"]]
    assert read(path, sheet="Second") == [["other"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked", "password"),
        (b"\x1f\x8b\x08broken", "damaged"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(path, content, said):
    path.write_bytes(content)
    with pytest.raises(Unreadable, match=said):
        look(path)


def test_a_packed_file_that_grows_without_end_is_stopped(path, monkeypatch):
    monkeypatch.setattr(tables, "MOST_UNPACKED", 1_000_000)
    path.write_bytes(gzip.compress(b"0,0\n" * 1_000_000))
    with pytest.raises(Unreadable, match="too large"):
        look(path)

"""Files kept in the database, piece by piece: what a web server received, any worker can read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.base.tables import Unreadable
from surveys.imports.models import AnswerImport, ImportPiece

PIECE = 1024 * 1024  # bytes


def keep(row: AnswerImport, path: Path) -> None:
    """Store a file's bytes with its import."""
    with path.open("rb") as file:
        number = 0
        while piece := file.read(PIECE):
            ImportPiece(of=row, number=number, content=piece).save(force_insert=True)
            number += 1


@contextmanager
def kept_file(row: AnswerImport) -> Iterator[Path]:
    """Lay a kept file down on this machine's disk. Raises Unreadable when it is gone."""
    with tempfile.NamedTemporaryFile(prefix="cxplanner-import-") as file:
        pieces = ImportPiece.objects.filter(of=row).order_by("number")
        for content in pieces.values_list("content", flat=True).iterator(chunk_size=4):
            file.write(content)
        file.flush()
        if not file.tell():
            raise Unreadable(_("The file is no longer kept. Send it again."))
        yield Path(file.name)


def drop(row: AnswerImport) -> None:
    """Remove a kept file; the import itself stays as a record."""
    ImportPiece.objects.filter(of=row).delete()
    row.file_gone_at = timezone.now()
    row.save(update_fields=["file_gone_at"])

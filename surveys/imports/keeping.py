"""Files kept in the database, piece by piece: what a web server received, any worker can read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import LiteralString

from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.base.statements import prepared
from cxplanner.base.tables import Unreadable
from surveys.imports.models import AnswerImport, ImportPiece

PIECE = 1024 * 1024  # bytes
# Bytes travel as they are: written out as digits they are twice as many.
_KEEP: LiteralString = """INSERT INTO surveys_importpiece (workspace_id, of_id, number, content)
  VALUES (%s, %s, %s, %b)"""
_KEPT: LiteralString = """SELECT content FROM surveys_importpiece
  WHERE workspace_id = %s AND of_id = %s AND number = %s"""


def keep(row: AnswerImport, path: Path) -> None:
    """Store a file's bytes with its import."""
    with path.open("rb") as file:
        number = 0
        while piece := file.read(PIECE):
            prepared(_KEEP, [row.workspace_id, row.pk, number, piece])
            number += 1


@contextmanager
def kept_file(row: AnswerImport) -> Iterator[Path]:
    """Lay a kept file down on this machine's disk. Raises Unreadable when it is gone."""
    with tempfile.NamedTemporaryFile(prefix="cxplanner-import-") as file:
        for number in count():
            found = prepared(_KEPT, [row.workspace_id, row.pk, number], binary=True)
            if found is None:
                break
            file.write(found[0])
        file.flush()
        if not file.tell():
            raise Unreadable(_("The file is no longer kept. Send it again."))
        yield Path(file.name)


def drop(row: AnswerImport) -> None:
    """Remove a kept file; the import itself stays as a record."""
    ImportPiece.objects.filter(of=row).delete()
    row.file_gone_at = timezone.now()
    row.save(update_fields=["file_gone_at"])

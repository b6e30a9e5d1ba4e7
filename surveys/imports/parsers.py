"""Bodies that are a file as it is: streamed to disk, refused where they grow too large."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from rest_framework.parsers import BaseParser

from cxplanner.base.problems import Problem
from cxplanner.base.uploads import CHUNK
from surveys.imports.services import too_large


class AsItIs(BaseParser):
    """Keeps a body on disk; what reads it finds it under `file`."""

    media_type = "application/octet-stream"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        file = TemporaryUploadedFile("sent", self.media_type, 0, None)
        size = 0
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size <= settings.IMPORT_MOST_BYTES:
                file.write(chunk)
        if size > settings.IMPORT_MOST_BYTES:
            file.close()
            raise Problem(413, too_large())
        file.flush()
        return {"file": file}


class CSVFile(AsItIs):
    """A CSV file as the body."""

    media_type = "text/csv"


class Packed(AsItIs):
    """A file packed with gzip as the body."""

    media_type = "application/gzip"


class Workbook(AsItIs):
    """An XLSX file as the body."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


KINDS = [AsItIs, CSVFile, Packed, Workbook]

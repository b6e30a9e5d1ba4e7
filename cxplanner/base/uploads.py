"""Files people send: to disk while they arrive; read past where the whole body is too large."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest
from rest_framework.request import Request

AROUND_A_FILE = 1024 * 1024  # bytes of a form beside its file
CHUNK = 1024 * 1024  # bytes


def is_too_large(request: HttpRequest | Request) -> bool:
    """Tell by its own word whether a body is larger than any file may be."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return told.isdecimal() and int(told) > settings.IMPORT_MOST_BYTES + AROUND_A_FILE


class ToDisk(TemporaryFileUploadHandler):
    """Keeps files on disk, never whole in memory.

    Of a body too large no file is kept, but it is read to its end: a browser shows an answer
    only when it could send all it wanted to.
    """

    def new_file(self, *args: Any, **more: Any) -> None:
        if self.request is not None and is_too_large(self.request):
            raise SkipFile
        super().new_file(*args, **more)


def read_past(request: Request) -> None:
    """Read a body nobody will keep, so that its sender hears why; one far too large is cut off."""
    left = 4 * settings.IMPORT_MOST_BYTES
    while left > 0 and (chunk := request._request.read(CHUNK)):
        left -= len(chunk)

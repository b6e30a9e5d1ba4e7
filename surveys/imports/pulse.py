"""A worker's sign of life while it reads a file: progress out, a wish to cancel in."""

import threading
from types import TracebackType
from typing import Self

from django.db import connection
from django.db.models import F
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from surveys.imports.models import AnswerImport
from surveys.imports.storing import Totals

EVERY = 0.5  # seconds


class Cancelled(Exception):
    """Somebody asked that the work be given up."""


class Pulse:
    """Writes how far the work is, on a connection and thread of its own.

    The work itself is one transaction, of which nobody sees anything before it ends.
    """

    def __init__(self, row: AnswerImport) -> None:
        self.progress = 0.0
        self.totals = Totals()
        self._row = row
        self._over = threading.Event()
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; before the work writes the row itself, or each would wait for the other."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def go_on(self) -> None:
        """Let the work go on. Raises Cancelled."""
        if self._cancelled.is_set():
            raise Cancelled

    def _beat(self) -> None:
        try:
            with workspace_scope(self._row.workspace_id):
                self._tell()
                while not self._over.wait(EVERY):
                    self._tell()
        finally:
            connection.close()

    def _tell(self) -> None:
        mine = AnswerImport.objects.filter(pk=self._row.pk)
        mine.update(
            alive_at=timezone.now(),
            progress=self.progress,
            totals=self.totals.as_json(),
            seen=F("seen") + 1,
        )
        if mine.filter(cancel_asked=True).exists():
            self._cancelled.set()

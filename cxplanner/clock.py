"""`python -m cxplanner.clock`: Celery's beat, half as large and of few words."""

import logging
from typing import Any

from celery.apps.beat import Beat
from celery.beat import ScheduleEntry, Scheduler, SchedulingError

from cxplanner.celery import app

log = logging.getLogger(__name__)


class Schedule(Scheduler):
    """Says once that the broker is away and once that it is back, not at each tick."""

    _away = False

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            if not self._away:
                log.error("%s; further ticks are tried in silence", error)  # noqa: TRY400 - the reason is in the words; its traceback is long
            self._away = True
        else:
            if self._away:
                log.warning("the broker takes jobs again")
            self._away = False


class Clock(Beat):
    """Sends the periodic jobs by their names: it needs neither Django's apps nor their tasks."""

    def init_loader(self) -> None:
        app.finalize()


def main() -> None:
    """Tick until asked to stop; the schedule is kept in memory."""
    scheduler: Any = Schedule  # Celery's stubs know only a name
    Clock(app=app, loglevel="WARNING", quiet=True, scheduler_cls=scheduler).run()


if __name__ == "__main__":
    main()

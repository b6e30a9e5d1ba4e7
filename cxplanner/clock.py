"""`python -m cxplanner.clock`: Celery's beat, half as large."""

from celery.apps.beat import Beat

from cxplanner.celery import app


class Clock(Beat):
    """Sends the periodic jobs by their names: it needs neither Django's apps nor their tasks."""

    def init_loader(self) -> None:
        app.finalize()


def main() -> None:
    """Tick until asked to stop; the schedule is kept in memory."""
    Clock(app=app, loglevel="WARNING", quiet=True, scheduler_cls="celery.beat:Scheduler").run()


if __name__ == "__main__":
    main()

"""`python -m cxplanner.worker`: Celery's worker as `up` runs it.

Without Celery's command line, which brings an interactive shell along (10 MB, a second to start).
"""

import logging
import os
import warnings

from celery.exceptions import SecurityWarning

from cxplanner.celery import app


def main() -> None:
    """Work until asked to stop; exits with the worker's code."""
    # The checks import every view; the web server has made them.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "true")
    # What Celery warns root of is pickle, which is not accepted: messages are JSON.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    worker = app.Worker(
        concurrency=2,
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    # The pool has ended; its thread that watches time limits would take another second to see it.
    logging.shutdown()
    os._exit(worker.exitcode or 0)


if __name__ == "__main__":
    main()

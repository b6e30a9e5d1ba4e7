"""The one door for numbers: pending rows become cells, cells become goals' readings."""

import logging
from collections.abc import Callable

from django.db import transaction

from cxplanner.base.tenancy import workspace_scope
from strategy.goals import refresh
from strategy.metrics import recording

log = logging.getLogger(__name__)


def run(workspace_id: int, *, wait: bool = True) -> int | None:
    """Take in what is pending in a workspace, in one transaction.

    Returns how many metrics were read again; None when another runner is at work and `wait` is
    off. One run takes at most `recording.SLICES_A_RUN` recounts.
    """
    with workspace_scope(workspace_id), transaction.atomic(durable=True):
        if not recording.lock(wait=wait):
            return None
        changed = recording.take_in()
        if changed:
            refresh.refresh_metrics(changed)
    return len(changed)


def run_all(*, wait: bool = False) -> int:
    """Run each workspace where something is due; returns how many runs did work.

    A workspace that fails keeps its pending rows and does not hold up the others.
    """
    return _each(recording.workspaces_waiting(), lambda one: bool(run(one, wait=wait)))


def drain(workspace_id: int) -> None:
    """Run a workspace until nothing is due in it."""
    while workspace_id in recording.workspaces_waiting():
        run(workspace_id)


def close_days() -> int:
    """Refresh all goals and write the day's points wherever a day has ended since.

    Catches up missed days; doing it again changes nothing. Returns how many workspaces had any.
    """
    return _each(refresh.workspaces_with_a_new_day(), _close_day)


def _close_day(workspace_id: int) -> bool:
    with workspace_scope(workspace_id), transaction.atomic(durable=True):
        recording.lock(wait=True)
        refresh.begin_day()
    return True


def _each(workspaces: list[int], act: Callable[[int], bool]) -> int:
    done = 0
    for workspace_id in workspaces:
        try:
            done += act(workspace_id)
        except Exception:  # one workspace's trouble is logged, and must not become everybody's
            log.exception("the runner failed in workspace %s", workspace_id)
    return done

"""The one door for numbers: pending rows become cells, cells become goals' readings."""

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from cxplanner.accounts.models import Workspace
from cxplanner.base.tenancy import workspace_scope
from strategy.goals import refresh
from strategy.metrics import recording
from strategy.metrics.pending import ask_recount
from strategy.metrics.recording import SLICES_A_RUN, Difference

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


def check(workspace_id: int, since: date = date.min) -> list[Difference]:
    """Take in what is due, then compare the cells of a workspace with raw, slice by slice.

    Returns what differs, from day `since` on; slices that changed meanwhile are left out.
    """
    drain(workspace_id)
    with workspace_scope(workspace_id):
        every = recording.slices(since)
        batches = (every[i : i + SLICES_A_RUN] for i in range(0, len(every), SLICES_A_RUN))
        return [found for batch in batches for found in recording.differences(batch)]


def rebuild(workspace_id: int, since: date = date.min) -> int:
    """Count all slices of a workspace from raw again; returns how many there were."""
    with workspace_scope(workspace_id):
        every = recording.slices(since)
        by_source: defaultdict[str, list[date]] = defaultdict(list)
        for source, day in every:
            by_source[source].append(day)
        for source, days in by_source.items():
            ask_recount(source, days)
    drain(workspace_id)
    return len(every)


def audit() -> int:
    """Check and rebuild the last two days of every workspace; differences are errors to report."""
    return _each(list(Workspace.objects.values_list("pk", flat=True)), _audited)


def _audited(workspace_id: int) -> bool:
    since = timezone.now().date() - timedelta(days=2)
    found = check(workspace_id, since)
    for difference in found:
        log.error("workspace %s: cells differ from raw rows: %s", workspace_id, difference)
    rebuild(workspace_id, since)
    return bool(found)


def _each(workspaces: list[int], act: Callable[[int], bool]) -> int:
    done = 0
    for workspace_id in workspaces:
        try:
            done += act(workspace_id)
        except Exception:  # one workspace's trouble is logged, and must not become everybody's
            log.exception("the runner failed in workspace %s", workspace_id)
    return done

"""Which combinations of segment values are counted as cells of their own; the runner does it."""

from collections.abc import Iterable, Mapping

from django.db import connection

from cxplanner.base.statements import array
from cxplanner.base.tenancy import current_workspace_id
from strategy.metrics.models import Combination
from strategy.metrics.pending import wake

_LOCK_KEY = 8  # this kind of lock, among all advisory locks of the database

Values = tuple[str, ...]


def hold() -> None:
    """Let nobody else say what is wanted in this workspace until the transaction ends.

    Whoever then looks for what is wanted sees all that the one before has written.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s::int)", [_LOCK_KEY, current_workspace_id()]
        )


def want(combinations: Iterable[Values]) -> None:
    """Say which combinations the workspace wants counted, all of them; call it under `hold`.

    New ones are counted from all answers there are at the runner's next run.
    """
    wanted = {tuple(sorted(one)) for one in combinations}
    standing = {tuple(one.segments): one for one in Combination.objects.all()}
    kept = {values for values, one in standing.items() if one.is_wanted}
    if wanted == kept:
        return
    gone = [standing[values].pk for values in kept - wanted]
    Combination.objects.filter(pk__in=gone).update(is_wanted=False)
    with connection.cursor() as cursor:
        for values in sorted(wanted - kept):
            # The runner may take an unwanted one away meanwhile: then it is made anew.
            cursor.execute(
                """INSERT INTO strategy_combination (workspace_id, segments, is_wanted, is_counted)
                VALUES (%s, %s::varchar[], true, false)
                ON CONFLICT (workspace_id, segments) DO UPDATE SET is_wanted = true""",
                [current_workspace_id(), array(values)],
            )
    wake()


def keys_of(combinations: Iterable[Values]) -> Mapping[Values, str]:
    """Return the segment under which each stands in the cells; one query.

    A combination not counted yet is left out. One value is its own segment, none is all.
    """
    asked = {tuple(sorted(one)) for one in combinations}
    found = {one: one[0] if one else "" for one in asked if len(one) < 2}
    if len(found) < len(asked):
        counted = Combination.objects.filter(is_wanted=True, is_counted=True)
        keys = {tuple(one.segments): one.key for one in counted}
        found |= {one: keys[one] for one in asked if one in keys}
    return found

"""What sources tell of their raw rows beside the cells: how many match, who is unnamed."""

from collections.abc import Sequence
from typing import Any

from django.db import connection

from cxplanner.base.statements import array
from cxplanner.base.tenancy import current_workspace_id
from strategy.metrics.sources import number_sources

# People. Where a survey is anonymous, a score of fewer by segment or persona is hidden from who
# may not see respondents.
SMALL_GROUP = 5


def count_matching(plan_id: int, segments: Sequence[str], source: str = "") -> int:
    """Count a plan's answers that carry all of these segment values, of one source or of all."""
    queries = [one.matching for one in number_sources() if one.matching]
    params: dict[str, Any] = {
        "w": current_workspace_id(),
        "plan": plan_id,
        "segments": array(segments),
        "source": source,
    }
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"({query})" for query in queries), params)
        return sum(n for (n,) in cursor.fetchall())


def anonymous_sources() -> frozenset[str]:
    """Return the sources of the active workspace whose answers nobody may be recognised in."""
    queries = [one.anonymous for one in number_sources() if one.anonymous]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ".join(f"({query})" for query in queries), {"w": current_workspace_id()}
        )
        return frozenset(source for (source,) in cursor.fetchall())

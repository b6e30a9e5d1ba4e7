"""How a metric's history is told, and what follows when metrics are put back."""

from collections.abc import Sequence

from cxplanner.accounts.models import Membership
from cxplanner.events.history.kept import Kept, Returned
from strategy.metrics import definitions
from strategy.metrics.models import Metric, MetricVersion
from strategy.metrics.services import follow_up, refuse_redefinition
from strategy.plans.services import bump_pulse


def settle(returned: Sequence[Returned], by: Membership) -> None:
    """Check metrics that were put back and have their goals read again, as after a change.

    Raises ValidationError, and DefinitionInUse where answers came meanwhile.
    """
    for one in returned:
        metric = one.row
        if metric is None:
            bump_pulse(one.thing.plan_id)
            continue
        definitions.check(metric)
        if one.before is not None and "definition_version" not in one.changes:
            # A redefinition that is taken back takes its own definition along.
            refuse_redefinition(metric, one.changes)
        follow_up(metric, one.changes)


METRIC = Kept(
    Metric,
    path="metrics",
    settle=settle,
    own=frozenset({"definition_version"}),
    goes_with=frozenset({"metricversion"}),
)
DEFINITION = Kept(MetricVersion)

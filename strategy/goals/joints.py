"""How goals are joined: to goals above and below, to metrics and to touchpoints."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from cxplanner.base.refs import Ref
from strategy.goals.models import Goal
from strategy.goals.selectors import Trees, open_goals
from strategy.metrics.selectors import measured_at
from strategy.sections import Links


def links_of(refs: Sequence[Ref]) -> Mapping[Ref, Links]:
    """Return the goals on the thread of goals, metrics, touchpoints and plans."""
    ids = {kind: [int(ref.id) for ref in refs if ref.kind == kind] for kind in _KINDS}
    if not any(ids.values()):
        return {}
    met = measured_at(ids["touchpoint"]) if ids["touchpoint"] else {}
    metrics = {*ids["metric"], *(pk for found in met.values() for pk in found)}
    reading = open_goals().filter(
        Q(metric__in=metrics) | Q(touchpoint__in=ids["touchpoint"]) | Q(cycle__plan__in=ids["plan"])
    )
    asked = list(Goal.objects.filter(pk__in=ids["goal"])) if ids["goal"] else []
    readers = list(reading) if metrics or ids["touchpoint"] or ids["plan"] else []
    trees = Trees([*asked, *readers])
    found = {goal.ref: _of_goal(goal, trees) for goal in asked}
    for ref in refs:
        match ref.kind:
            case "metric":
                mine = [goal for goal in readers if goal.metric_id == ref.id]
                found[ref] = Links(up=climb(mine, trees))
            case "touchpoint":
                found[ref] = Links(up=climb(_at(readers, ref, met), trees))
            case "plan":
                tops = [one for one in readers if one.parent_id is None]
                mine = [one for one in tops if trees.goals[one.pk].cycle.plan_id == ref.id]
                found[ref] = Links(down=tuple(goal.ref for goal in mine))
    return found


_KINDS = ("goal", "metric", "touchpoint", "plan")


def _at(readers: Iterable[Goal], ref: Ref, met: Mapping[int, Sequence[int]]) -> list[Goal]:
    measured = met.get(int(ref.id), ())
    return [
        goal
        for goal in readers
        if goal.touchpoint_id == ref.id
        or (goal.touchpoint_id is None and goal.metric_id in measured)
    ]


def climb(goals: Iterable[Goal], trees: Trees) -> tuple[Ref, ...]:
    """Return goals, and what they serve up to the plan; each once, the plan last."""
    found: dict[Ref, None] = {}
    for goal in goals:
        found |= dict.fromkeys((goal.ref, *trees.above(goal)))
    return tuple(sorted(found, key=lambda ref: ref.kind == "plan"))


def _of_goal(goal: Goal, trees: Trees) -> Links:
    reads = trees.reads(goal)
    down = [kid.ref for kid in trees.kids(goal)]
    down += [Ref("metric", one.metric_id) for one in reads]
    down += [Ref("touchpoint", one.touchpoint_id) for one in reads if one.touchpoint_id]
    return Links(up=tuple(trees.above(goal)), down=tuple(dict.fromkeys(down)))

"""How tactics hang on the golden thread: below the goals they serve, above what they answer."""

from collections import defaultdict
from collections.abc import Sequence

from cxplanner.base.refs import Ref
from strategy.goals.joints import climb
from strategy.goals.models import Goal
from strategy.goals.selectors import Trees
from strategy.sections import Links
from strategy.tactics.models import Tactic, TacticGoal, TacticReason, TacticTouchpoint
from strategy.tactics.selectors import living_tactics

_Ids = list[int | str]
# To send the hundreds of ids of a map's cards takes longer than to read the reasons there are.
_NAMED_AT_MOST = 50


def joined(refs: Sequence[Ref]) -> dict[Ref, Links]:
    """Return the thread of things as far as tactics know it; eight queries at most."""
    mine = _ids(refs, Tactic.ref_kind)
    found = _of_tactics(mine) if mine else {}
    below: defaultdict[Ref, list[Ref]] = defaultdict(list)
    goals, places = _ids(refs, Goal.ref_kind), _ids(refs, "touchpoint")
    living = living_tactics()
    for serving in TacticGoal.objects.filter(goal__in=goals, tactic__in=living) if goals else ():
        below[Ref(Goal.ref_kind, serving.goal_id)].append(_tactic(serving))
    above: defaultdict[Ref, list[Ref]] = defaultdict(list)
    met = TacticTouchpoint.objects.filter(touchpoint__in=places, tactic__in=living)
    for taken in met if places else ():
        above[Ref("touchpoint", taken.touchpoint_id)].append(_tactic(taken))
    for reason in _answering(refs):
        above[reason.about].append(_tactic(reason))
    for ref in {*below, *above}:
        found[ref] = Links(up=tuple(above[ref]), down=tuple(below[ref]))
    return found


def _ids(refs: Sequence[Ref], kind: str) -> _Ids:
    return [ref.id for ref in refs if ref.kind == kind]


def _tactic(row: TacticGoal | TacticTouchpoint | TacticReason) -> Ref:
    return Ref(Tactic.ref_kind, row.tactic_id)


def _answering(refs: Sequence[Ref]) -> Sequence[TacticReason]:
    """Return the reasons that name these things; one query."""
    wanted = {ref for ref in refs if ref.kind not in (Tactic.ref_kind, Goal.ref_kind)}
    if not wanted:
        return ()
    kinds = {ref.kind for ref in wanted}
    rows = TacticReason.objects.filter(about_kind__in=kinds, tactic__in=living_tactics())
    if len(wanted) <= _NAMED_AT_MOST:
        rows = rows.filter(about_id__in={str(ref.id) for ref in wanted})
    return [row for row in rows if row.about in wanted]


def _of_tactics(ids: _Ids) -> dict[Ref, Links]:
    """Put goals up to the plan above tactics, what they answer and where below; five queries."""
    rows = Tactic.objects.filter(pk__in=ids).select_related("cycle")
    tactics = list(rows.prefetch_related("goals", "touchpoint_rows", "reason_rows"))
    trees = Trees([goal for one in tactics for goal in one.goals.all()])
    found = {}
    for one in tactics:
        up = climb([goal for goal in one.goals.all() if goal.archived_at is None], trees)
        why = [row.about for row in one.reason_rows.all()]
        places = [Ref("touchpoint", row.touchpoint_id) for row in one.touchpoint_rows.all()]
        plan = Ref("plan", one.cycle.plan_id)
        found[one.ref] = Links(up=up or (plan,), down=(*why, *places))
    return found

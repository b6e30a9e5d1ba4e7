"""Which events are told, and to whom: the one table of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Beside those an event names itself (`mentions`, `talkers`, `to`) and who follows."""

    # Whoever answers for the thing, and who did before.
    owner: bool = False
    # Whoever may approve a plan.
    approvers: bool = False
    # Whoever asked for what is now decided.
    asker_of: str = ""
    # Whoever follows the thing or its plan. An edited comment is no news to who has read it.
    followers: bool = True
    # The kind and key of `data` of the thing it is part of; who follows that hears of it too.
    part_of: str = ""


_OWNED = Rule(owner=True)
_NEWS = Rule()
_NAMED = Rule(followers=False)
_GRADED = Rule(owner=True, part_of="touchpoint")

RULES: dict[str, Rule] = {
    "comment.written": _OWNED,
    "comment.changed": _NAMED,
    "comment.resolved": _NAMED,
    "comment.reopened": _NAMED,
    "plan.review_asked": Rule(approvers=True),
    "plan.approved": Rule(asker_of="plan.review_asked"),
    "plan.archived": _NEWS,
    "plan.restored": _NEWS,
    "goal.created": _OWNED,
    "goal.changed": _OWNED,
    "goal.moved": _OWNED,
    "goal.archived": _OWNED,
    "goal.restored": _OWNED,
    "goal.checked_in": _OWNED,
    "goal.baseline_taken": _OWNED,
    "goal.status_changed": _OWNED,
    "touchpoint.created": _OWNED,
    "touchpoint.changed": _OWNED,
    "touchpoint.archived": _OWNED,
    "touchpoint.restored": _OWNED,
    "audit.created": _GRADED,
    "audit.changed": _GRADED,
    "audit.archived": _GRADED,
    "audit.restored": _GRADED,
    "swot.added": _NEWS,
    "swot.changed": _NEWS,
    "swot.archived": _NEWS,
    "swot.restored": _NEWS,
    "swot.marked_none": _NEWS,
    "tactic.created": _OWNED,
    "tactic.changed": _OWNED,
    "tactic.moved": _OWNED,
    "tactic.archived": _OWNED,
    "tactic.restored": _OWNED,
    "tactic.step_done": _OWNED,
    "evidence.added": _NEWS,
    "evidence.verified": _NEWS,
    "evidence.archived": _NEWS,
    "metric.redefined": _NEWS,
    "metric.archived": _NEWS,
    "metric.restored": _NEWS,
    "survey.opened": _NEWS,
    "survey.closed": _NEWS,
    "survey.reopened": _NEWS,
}

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


_OWNED = Rule(owner=True)
_NEWS = Rule()
_NAMED = Rule(followers=False)

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

"""Who changed what of a goal, and when: its stored versions, told as sentences."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.base.history import versions_of
from cxplanner.base.tenancy import CurrentWorkspace
from strategy.goals.models import Goal
from strategy.goals.phrases import figure
from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint

_NAMES: dict[str, Promise] = {
    "statement": gettext_lazy("sentence"),
    "metric_id": gettext_lazy("metric"),
    "touchpoint_id": gettext_lazy("touchpoint"),
    "segment": gettext_lazy("segment"),
    "baseline": gettext_lazy("baseline"),
    "target": gettext_lazy("target"),
    "floor": gettext_lazy("floor"),
    "ceiling": gettext_lazy("ceiling"),
    "checkpoints": gettext_lazy("checkpoints"),
    "starts_on": gettext_lazy("start"),
    "due_on": gettext_lazy("due day"),
    "owner_id": gettext_lazy("owner"),
    "owner_name": gettext_lazy("owner"),
    "parent_id": gettext_lazy("goal it serves"),
    "benefit": gettext_lazy("benefit it serves"),
    "achievable": gettext_lazy("why it can be done"),
    "relevant": gettext_lazy("why it matters"),
    "weight": gettext_lazy("weight"),
}
_MOST_VERSIONS = 200


@dataclass(slots=True)
class Change:
    """One act on a goal. `who` is empty where no person did it."""

    at: datetime
    who: str
    words: list[str] = field(default_factory=list)
    after_approval: bool = False


def changes_of(goal: Goal) -> list[Change]:
    """Return what people changed of a goal, the newest first, in a constant number of queries."""
    kept = list(
        versions_of(Goal)
        .filter(pgh_obj_id=goal.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[:_MOST_VERSIONS]
    )[::-1]
    names = _Names(goal, kept)
    found = []
    if kept and kept[0].pgh_label == "insert":
        found.append(Change(kept[0].pgh_created_at, names.who(kept[0]), [_("wrote the goal")]))
    reopening = _reopening(goal)
    for before, after in pairwise(kept):
        words = list(_differences(names, before, after))
        if words:
            change = Change(after.pgh_created_at, names.who(after), words)
            change.after_approval = after.pgh_context_id in reopening
            found.append(change)
    return found[::-1]


def _differences(names: "_Names", before: Any, after: Any) -> Iterator[str]:
    if (before.archived_at is None) != (after.archived_at is None):
        yield _("archived it") if after.archived_at else _("brought it back")
    for name, label in _NAMES.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        named = {"what": label, "before": names.of(name, old), "after": names.of(name, new)}
        if name in {"target", "baseline"} and old is not None and new is not None:
            sentence = _("%(what)s lowered, %(before)s → %(after)s")
            if new > old:
                sentence = _("%(what)s raised, %(before)s → %(after)s")
            yield sentence % named
        elif name in {"checkpoints", "achievable", "relevant"}:
            yield _("%(what)s written anew") % named
        else:
            yield _("%(what)s: %(before)s → %(after)s") % named


def _reopening(goal: Goal) -> set[Any]:
    """Return the acts (context ids) that took the plan's approval back."""
    rows = versions_of(Plan).filter(pgh_obj_id=goal.cycle.plan_id).order_by("pgh_id")
    statuses = list(rows.values_list("status", "pgh_context_id"))
    approved = Plan.Status.APPROVED
    return {
        act
        for (before, _earlier), (after, act) in pairwise(statuses)
        if act is not None and before == approved != after
    }


class _Names:
    """Turns what the versions hold into words, with one query for each kind of row."""

    def __init__(self, goal: Goal, kept: list[Any]) -> None:
        self.goal = goal
        members = Membership.objects.filter(workspace_id=CurrentWorkspace()).select_related("user")
        people = list(members)
        self.users = {one.user_id: str(one) for one in people}
        self.rows: dict[str, dict[int, str]] = {
            "owner_id": {one.pk: str(one) for one in people},
            "metric_id": _named(Metric, "name", {one.metric_id for one in kept}),
            "touchpoint_id": _named(Touchpoint, "name", {one.touchpoint_id for one in kept}),
            "parent_id": _named(Goal, "statement", {one.parent_id for one in kept}),
        }

    def who(self, version: Any) -> str:
        context = version.pgh_context.metadata if version.pgh_context else {}
        return self.users.get(context.get("user") or 0, "")

    def of(self, name: str, value: Any) -> str:
        if value in (None, ""):
            return _("none")
        if name in self.rows:
            return self.rows[name].get(value, _("one that is gone"))
        if name == "weight":
            return f"{value.normalize():f}"
        if isinstance(value, Decimal):
            return figure(self.goal, float(value))
        return date_format(value, "j E Y") if name.endswith("_on") else str(value)


def _named(model: Any, field: str, ids: set[Any]) -> dict[int, str]:
    return dict(model.objects.filter(pk__in=ids - {None}).values_list("pk", field))

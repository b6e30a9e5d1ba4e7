"""Everything a person can do with a goal."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.members.work import Heir, columns_of, with_owner
from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Changes, assign, kept, locked
from cxplanner.events.services import record
from strategy.goals import definition
from strategy.goals.models import CheckIn, Goal
from strategy.goals.refresh import read_again
from strategy.goals.selectors import open_goals
from strategy.metrics.models import Metric
from strategy.metrics.selectors import Offer, baseline_offer
from strategy.plans.models import Cycle, Plan
from strategy.plans.selectors import running_cycle
from strategy.plans.services import bump_pulse, open_cycle, reopen_approval
from strategy.touchpoints.models import Touchpoint

# What approving a plan settles; changing it later asks for a new approval.
SETTLED = frozenset(
    {"metric", "touchpoint", "segment", "baseline", "target", "floor", "ceiling"}
    | {"checkpoints", "starts_on", "due_on"}
)


class NoBaseline(Refused):
    """The metric holds no answers to take a baseline from."""


class ParentArchived(Refused):
    """A goal returns under a parent; that one is archived itself."""


class GoalFields(TypedDict, total=False):
    """What people say of a goal; figures in the metric's unit, days inclusive.

    `target` may be typed relative to the baseline, as "−20 %" or "+5". `owner` is a member, or
    the plain name of somebody without an account. `baseline_from` is an offer to take the
    baseline from, with its n, its error and its definition.
    """

    cycle: Cycle
    parent: Goal | None
    statement: str
    metric: Metric | None
    touchpoint: Touchpoint | None
    segment: str
    baseline: Decimal | None
    baseline_from: Offer
    target: Decimal | str | None
    floor: Decimal | None
    ceiling: Decimal | None
    checkpoints: Iterable[Mapping[str, Any]]
    starts_on: date
    due_on: date
    owner: Heir | None
    owner_name: str
    achievable: str
    benefit: str
    relevant: str
    weight: Decimal


@transaction.atomic
def create_goal(*, by: Membership, plan: Plan | None = None, **fields: Unpack[GoalFields]) -> Goal:
    """Add a goal behind its siblings. Without a cycle it joins its parent's, or the running one.

    Raises ValidationError, CycleClosed.
    """
    given: dict[str, Any] = {**fields}
    cycle = open_cycle(_cycle_for(plan, given))
    tree = list(cycle.goals.all())
    goal = Goal(cycle=cycle)
    for name, value in _settled(goal, {**given, "cycle": cycle}).items():
        setattr(goal, name, value)
    goal.position = sum(one.parent_id == goal.parent_id for one in tree)
    kept(goal)
    definition.check(goal, tree)
    record("goal.created", goal.ref, by=by, statement=goal.statement)
    read_again(goal)
    return goal


def _cycle_for(plan: Plan | None, given: Mapping[str, Any]) -> Cycle:
    cycle: Cycle | None = given.get("cycle")
    parent: Goal | None = given.get("parent")
    if cycle is None and parent is not None:
        cycle = parent.cycle
    if cycle is None and plan is not None:
        cycle = running_cycle(plan, given["starts_on"])
    if cycle is None:
        raise ValidationError({"cycle": _("Name the plan or the cycle the goal belongs to.")})
    if plan is not None and cycle.plan_id != plan.pk:
        raise ValidationError({"cycle": _("That cycle belongs to another plan.")})
    return cycle


@transaction.atomic
def change_goal(
    goal: Goal,
    *,
    by: Membership,
    plan: Plan | None = None,
    expected_version: int | None = None,
    **fields: Unpack[GoalFields],
) -> Goal:
    """Change a goal; a change of what was approved asks for a new approval.

    A goal stays in its plan and cycle. Raises Stale, ValidationError, CycleClosed.
    """
    cycle = open_cycle(goal.cycle)
    goal = locked(goal, expected_version=expected_version)
    given: dict[str, Any] = {**fields}
    if given.pop("cycle", cycle) != cycle or cycle.plan_id != (plan or cycle.plan).pk:
        raise ValidationError({"cycle": _("A goal stays in its cycle.")})
    changes = assign(goal, _settled(goal, given))
    if changes:
        definition.check(goal, list(cycle.goals.all()))
        after = ask_again(cycle.plan, changes, by=by)
        record("goal.changed", goal.ref, by=by, fields=changes, after_approval=after)
        read_again(goal)
    return goal


def ask_again(plan: Plan, changes: Mapping[str, Any], *, by: Membership) -> bool:
    """Ask for a new approval where something settled changed; tell whether it was approved."""
    after_approval = plan.status == Plan.Status.APPROVED and not SETTLED.isdisjoint(changes)
    if after_approval:
        reopen_approval(plan, by=by)
    return after_approval


def _settled(goal: Goal, given: dict[str, Any]) -> dict[str, Any]:
    """Return what is to be stored for what was given. Raises ValidationError."""
    values = {name: value for name, value in with_owner(given).items() if name != "target"}
    taken = _taken(values.pop("baseline_from", None))
    values |= taken
    metric = values.get("metric", goal.metric)
    if metric != goal.metric and "baseline" not in values:
        values["baseline"] = None
    baseline = values.get("baseline", goal.baseline)
    if baseline != goal.baseline and not taken:
        values |= {"baseline_n": None, "baseline_se": None}
        values["baseline_version"] = metric.definition_version if metric and baseline else None
    if "target" in given:
        values["target"], values["target_sentence"] = definition.target_of(
            given["target"], baseline
        )
    if "checkpoints" in values:
        values["checkpoints"] = definition.checkpoints_of(values["checkpoints"])
    if "segment" in values:
        cycle = values.get("cycle", goal.cycle)
        values["segment"] = definition.segment_of(cycle.plan, values["segment"])
    return values


@transaction.atomic
def move_goal(
    goal: Goal,
    *,
    parent: Goal | None,
    position: int,
    by: Membership,
    expected_version: int | None = None,
) -> Goal:
    """Hang a goal with its branch under another parent, at a place (0 = first) among siblings.

    Raises Stale, ValidationError when the parent lies below the goal or in another cycle.
    """
    cycle = open_cycle(goal.cycle)
    goal = locked(goal, expected_version=expected_version)
    before = list(cycle.goals.filter(parent=parent))
    siblings = placed(goal, position, before)
    place = siblings.index(goal)
    # Goals may share a position until they are moved: what counts is whether the order changes.
    if siblings != before:
        assign(goal, {"parent": parent, "position": place})
        definition.check(goal, list(cycle.goals.all()))
        renumber(siblings)
        above = parent.pk if parent else None
        record("goal.moved", goal.ref, by=by, parent=above, position=place)
        read_again(goal)
    return goal


@transaction.atomic
def archive_goal(goal: Goal, *, by: Membership, expected_version: int | None = None) -> Goal:
    """Hide a goal and its branch; past days keep counting. Raises Stale, CycleClosed."""
    cycle = open_cycle(goal.cycle)
    goal = locked(goal, expected_version=expected_version)
    if goal.archived_at is None:
        living = cycle.goals.filter(archived_at=None)
        branch = definition.whole_branch(goal, list(living))
        # One moment for all: restoring takes back exactly what went together.
        _mark([one.pk for one in branch], timezone.now())
        record("goal.archived", goal.ref, by=by, statement=goal.statement)
        bump_pulse(cycle.plan_id)
    return locked(goal)


@transaction.atomic
def restore_goal(goal: Goal, *, by: Membership) -> Goal:
    """Show an archived goal again, with what was archived together. Raises ParentArchived."""
    cycle = open_cycle(goal.cycle)
    goal = locked(goal)
    if goal.archived_at is not None:
        if goal.parent and goal.parent.archived_at is not None:
            raise ParentArchived(_("Its parent is archived too. Restore that one."))
        together = cycle.goals.filter(archived_at=goal.archived_at)
        _mark([one.pk for one in definition.whole_branch(goal, list(together))], None)
        record("goal.restored", goal.ref, by=by, statement=goal.statement)
        read_again(goal)
    return locked(goal)


def _mark(goal_ids: list[int], moment: Any) -> None:
    rows = Goal.objects.filter(pk__in=goal_ids)
    rows.update(archived_at=moment, version=F("version") + 1, updated_at=timezone.now())


@transaction.atomic
def hand_over_goals(goals: Iterable[int], *, to: Heir, by: Membership) -> list[Goal]:
    """Give goals (ids) another owner in one act; those closed or archived keep theirs."""
    columns = columns_of(to)
    member, name = columns["owner"], columns["owner_name"]
    rows = open_goals().filter(pk__in=list(goals)).exclude(**columns)
    handed = list(rows.select_for_update(of=("self",)).select_related("cycle").order_by("pk"))
    Goal.objects.filter(pk__in=[goal.pk for goal in handed]).update(
        **columns, version=F("version") + 1, updated_at=timezone.now()
    )
    for goal in handed:
        fields: Changes = {
            "owner": {"before": goal.owner_id, "after": member.pk if member else None},
            "owner_name": {"before": goal.owner_name, "after": name},
        }
        changed = {field: two for field, two in fields.items() if two["before"] != two["after"]}
        record("goal.changed", goal.ref, by=by, fields=changed, after_approval=False)
    for plan_id in {goal.cycle.plan_id for goal in handed}:
        bump_pulse(plan_id)
    return handed


@transaction.atomic
def check_in(goal: Goal, *, note: str, confidence: int | None = None, by: Membership) -> CheckIn:
    """Say how a goal stands, with a confidence from 1 to 5. Raises ValidationError."""
    said = kept(CheckIn(goal=goal, note=note, confidence=confidence, by=by))
    record("goal.checked_in", goal.ref, by=by, note=note, confidence=confidence)
    bump_pulse(goal.cycle.plan_id)
    return said


@transaction.atomic
def take_baseline(
    goal: Goal, *, by: Membership, days: int = 90, expected_version: int | None = None
) -> Goal:
    """Take the baseline from the metric's last days, with its n, error and definition.

    A target typed relative stays where it is. Raises Stale, NoBaseline, CycleClosed.
    """
    cycle = open_cycle(goal.cycle)
    goal = locked(goal, expected_version=expected_version)
    if goal.metric is None:
        raise NoBaseline(_("The goal has no metric yet. Choose the one that will show it."))
    offer = baseline_offer(
        goal.metric,
        today=by.workspace.today(),
        days=days,
        touchpoint_id=goal.touchpoint_id,
        segment=goal.segment,
    )
    if offer is None:
        raise NoBaseline(_("The metric has no answers in those days."))
    changes = assign(goal, _taken(offer))
    if changes:
        taken = {"value": str(goal.baseline), "n": offer.estimate.n, "version": offer.version}
        record("goal.baseline_taken", goal.ref, by=by, **taken)
        ask_again(cycle.plan, changes, by=by)
        read_again(goal)
    return goal


def _taken(offer: Offer | None) -> dict[str, Any]:
    if offer is None:
        return {}
    return {
        "baseline": offer.amount,
        "baseline_n": offer.estimate.n,
        "baseline_se": offer.estimate.se,
        "baseline_version": offer.version,
    }

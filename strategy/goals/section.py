"""Step 1: done when there is a top goal and a child, and all goals are SMART."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from strategy.goals.criteria import smart_of
from strategy.goals.models import Goal
from strategy.goals.selectors import living_goals
from strategy.plans.models import Cycle, Plan
from strategy.plans.selectors import running_cycle
from strategy.sections import Act, Completeness, Section


class GoalsSection(Section):
    """The tree of goals of the plan's running cycle."""

    slug = "goals"
    step = 1
    title = gettext_lazy("Set your goals")
    help = gettext_lazy(
        "Begin with the one thing that must become true, then ask what it takes. Each goal below "
        "serves the one above it."
    )
    page = "goal-tree"

    def completeness(self, plan: Plan) -> Completeness:
        """Count SMART goals of all goals, a missing top goal or child among them; two queries."""
        cycle = running_cycle(plan, plan.workspace.today())
        goals = [] if cycle is None else _loaded(cycle)
        if cycle is None or not goals:
            acts = (Act(_("Set the first goal"), self.page, plan.pk),)
            return Completeness(0, 2, _("No goal yet. One top goal is enough to begin."), acts)
        rough = _not_smart(goals, cycle)
        by_id = {goal.pk for goal in goals}
        has_child = any(goal.parent_id in by_id for goal in goals)
        return Completeness(
            len(goals) - len(rough),
            len(goals) + (not has_child),
            _words(len(goals), len(rough), has_child=has_child),
            self._acts(plan, rough, has_child=has_child),
        )

    def _acts(self, plan: Plan, rough: Sequence[Goal], *, has_child: bool) -> tuple[Act, ...]:
        acts = [
            Act(_("Make “%(goal)s” SMART") % {"goal": goal.statement}, "goal", goal.pk)
            for goal in rough[:1]
        ]
        if not has_child:
            acts.append(Act(_("Add a goal that serves it"), self.page, plan.pk))
        return tuple(acts)


def _loaded(cycle: Cycle) -> list[Goal]:
    return list(living_goals().filter(cycle=cycle).select_related("owner__user"))


def _not_smart(goals: Sequence[Goal], cycle: Cycle) -> list[Goal]:
    by_id = {goal.pk: goal for goal in goals}
    return [
        goal
        for goal in goals
        if any(
            check.verdict != "met"
            for check in smart_of(
                goal, parent=by_id.get(goal.parent_id or 0), plan_ends=cycle.ends_on
            )
        )
    ]


def _words(count: int, rough: int, *, has_child: bool) -> str:
    goals = ngettext("%(count)s goal", "%(count)s goals", count) % {"count": count}
    if not has_child:
        return _("%(goals)s, and none below it yet.") % {"goals": goals}
    if not rough:
        return _("%(goals)s, all of them SMART.") % {"goals": goals}
    return ngettext(
        "%(goals)s; %(rough)s is not SMART yet.", "%(goals)s; %(rough)s are not SMART yet.", rough
    ) % {"goals": goals, "rough": rough}

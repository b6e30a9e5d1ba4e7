"""Step 1: done when there is a top goal and a child, and all goals are SMART."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from strategy.goals.criteria import smart_of
from strategy.goals.joints import links_of
from strategy.goals.models import Goal
from strategy.goals.phrases import status_of
from strategy.goals.selectors import living_goals, where_they_stand
from strategy.metrics.wording import figure_with_margin
from strategy.plans.models import Cycle, Plan
from strategy.plans.selectors import running_cycle
from strategy.sections import Act, Completeness, Links, Section, Stitch


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

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Return the goals above and below goals, and those that read metrics; few queries.

        A goal on the whole of a metric is above every touchpoint the metric is measured at.
        """
        return links_of(refs)

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show goals by where they stand, in a constant number of queries."""
        wanted = [ref.id for ref in refs if ref.kind == Goal.ref_kind]
        goals = Goal.objects.filter(pk__in=wanted).select_related("metric", "state")
        where = where_they_stand(goals, workspace=member.workspace) if wanted else {}
        slug = member.workspace.slug
        return {
            one.goal.ref: Stitch(
                ref=one.goal.ref,
                name=one.goal.statement,
                url=one.goal.page_in(slug),
                figure=figure_with_margin(one.goal.metric, one.estimate)
                if one.estimate and one.goal.metric
                else "",
                status=status_of(one.standing),
            )
            for one in where.values()
        }


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

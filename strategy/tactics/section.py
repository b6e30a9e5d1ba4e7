"""Step 6: done when every goal at the leaves has a tactic with owner, steps and dates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from strategy.goals.models import Goal
from strategy.plans.models import Plan
from strategy.plans.selectors import running_cycle
from strategy.sections import Act, AgendaItem, Completeness, Links, Section, Stitch
from strategy.tactics.carrying import dumped, loaded
from strategy.tactics.joints import joined
from strategy.tactics.models import OPEN, State, Tactic
from strategy.tactics.phrases import late, needs
from strategy.tactics.selectors import counts_at, leaves_of, readiest


class TacticsSection(Section):
    """What the team does so that its goals are reached."""

    slug = "tactics"
    step = 6
    title = gettext_lazy("Plan the tactics")
    help = gettext_lazy(
        "Each tactic answers something that hurts and serves a goal. Give it somebody, its steps "
        "and its dates, and it is ready."
    )
    page = "tactics"
    covers = gettext_lazy("Tactic")
    begins = gettext_lazy("Plan a tactic")

    def completeness(self, plan: Plan) -> Completeness:
        """Count leaf goals that a ready tactic serves, of all leaf goals; five queries at most."""
        cycle = running_cycle(plan, plan.workspace.today())
        goals = [] if cycle is None else leaves_of(cycle)
        if not goals:
            words = _("Tactics serve goals. Set a goal first.")
            return Completeness(0, 1, words, (Act(_("Set the first goal"), "goal-tree", plan.pk),))
        waiting = [goal for goal, has_ready in goals if not has_ready]
        done = len(goals) - len(waiting)
        acts = tuple(_act(goal) for goal in waiting[:1])
        return Completeness(done, len(goals), _words(len(goals), done), acts)

    def freshness(self, plan: Plan) -> date | None:
        """Return the newest day on which a tactic or a step of one changed."""
        rows = Tactic.objects.filter(cycle__plan=plan, archived_at=None)
        newest = rows.aggregate(tactic=Max("updated_at"), step=Max("steps__updated_at"))
        days = [at.astimezone(plan.workspace.zone).date() for at in newest.values() if at]
        return max(days, default=None)

    def coverage(self, touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
        """Count the tactics at each touchpoint; one query."""
        return counts_at(touchpoint_ids)

    def filling(self, plan: Plan, touchpoint_id: int, name: str, slug: str) -> str:
        """Begin a tactic at the touchpoint."""
        return address("tactic-new", slug, plan.pk, touchpoint=touchpoint_id)

    def agenda(self, plan: Plan, since: date) -> Sequence[AgendaItem]:
        """Return tactics done since a day (inclusive) and those late now, the newest first."""
        today = plan.workspace.today()
        rows = Tactic.objects.filter(
            cycle__plan=plan, cycle__closed_at=None, archived_at=None
        ).select_related("cycle")
        items = []
        for row in rows:
            if row.state == State.DONE and row.done_on is not None and row.done_on >= since:
                words = _("“%(tactic)s” is done. Did it move its goal?") % {"tactic": row}
                items.append(AgendaItem(row.ref, words, row.done_on, {"what": "done"}))
            elif row.state in OPEN and row.due_on is not None and (days := row.days_late(today)):
                said = {"tactic": row, "late": late(days)}
                words = _("“%(tactic)s” is %(late)s.") % said
                first_late = row.due_on + timedelta(days=1)
                items.append(AgendaItem(row.ref, words, first_late, {"what": "late", "days": days}))
        return sorted(items, key=lambda item: item.since, reverse=True)

    def dump(self, plan: Plan) -> Mapping[str, Any]:
        """Return the living tactics of the running cycle with their steps."""
        return {"tactics": dumped(plan)}

    def load(self, plan: Plan, data: Mapping[str, Any]) -> None:
        """Add the tactics of another plan to this one's running cycle."""
        loaded(plan, data.get("tactics", ()))

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Join tactics to goals above, and to what they answer and their touchpoints below."""
        return joined(refs)

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show tactics by name, state, and how late; one query."""
        slug, today = member.workspace.slug, member.workspace.today()
        asked = [ref.id for ref in refs if ref.kind == Tactic.ref_kind]
        found: dict[Ref, Stitch] = {}
        for row in Tactic.objects.filter(pk__in=asked) if asked else ():
            words = " · ".join(filter(None, (row.get_state_display(), late(row.days_late(today)))))
            found[row.ref] = Stitch(ref=row.ref, name=row.name, url=row.page_in(slug), words=words)
        return found


def _act(goal: Goal) -> Act:
    nearest = readiest(goal)
    if nearest is None:
        return Act(_("Plan a tactic for “%(goal)s”") % {"goal": goal}, "goal-tactic", goal.pk)
    words = _("“%(tactic)s” %(needs)s") % {"tactic": nearest.tactic, "needs": needs(nearest)}
    return Act(words, Tactic.ref_page, nearest.tactic.pk)


def _words(count: int, done: int) -> str:
    if done == count:
        return ngettext(
            "The goal has a tactic with owner, steps and dates.",
            "All %(count)s goals at the leaves have a tactic with owner, steps and dates.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(done)s of %(count)s goal at the leaves has a tactic that is ready.",
        "%(done)s of %(count)s goals at the leaves have a tactic that is ready.",
        count,
    ) % {"count": count, "done": done}

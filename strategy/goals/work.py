"""Open goals, as work that somebody answers for."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from cxplanner.accounts.members.work import Heir, Held, OpenWork
from cxplanner.accounts.models import Membership
from strategy.goals.models import Goal
from strategy.goals.selectors import open_goals
from strategy.goals.services import hand_over_goals


class OpenGoals(OpenWork):
    """Goals of running plans that are neither archived nor in a closed cycle."""

    kind = "goal"
    title = gettext_lazy("Goals")

    def of(self, members: Iterable[int]) -> Sequence[Held]:
        return _held(_worked_on().filter(owner__in=list(members)))

    def astray(self) -> Sequence[Held]:
        return _held(_worked_on().filter(Q(owner=None) | Q(owner__left_at__isnull=False)))

    def names(self) -> Iterable[str]:
        rows = Goal.objects.filter(owner=None).exclude(owner_name="").order_by("owner_name")
        return rows.values_list("owner_name", flat=True).distinct()

    def hand_over(self, ids: Sequence[int], *, to: Heir, by: Membership) -> int:
        return len(hand_over_goals(ids, to=to, by=by))


def _worked_on() -> QuerySet[Goal]:
    return open_goals().filter(cycle__plan__archived_at=None)


def _held(goals: QuerySet[Goal]) -> list[Held]:
    rows = goals.select_related("cycle__plan__workspace", "owner__user").order_by("due_on", "pk")
    return [
        Held(
            about=goal.ref,
            title=goal.statement,
            place=goal.cycle.plan.name,
            page=goal.page_in(goal.cycle.plan.workspace.slug),
            due_on=goal.due_on,
            member=goal.owner,
            name=goal.owner_name,
        )
        for goal in rows
    ]

"""Open tactics and their steps, as work that somebody answers for."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from cxplanner.accounts.members.work import Heir, Held, OpenWork
from cxplanner.accounts.models import Membership
from strategy.tactics.models import OPEN, Tactic, TacticStep
from strategy.tactics.services import hand_over_tactics
from strategy.tactics.steps import hand_over_steps

# What no member answers for although somebody once did.
_ASTRAY = (Q(owner=None) & ~Q(owner_name="")) | Q(owner__left_at__isnull=False)


class OpenTactics(OpenWork):
    """Tactics of running plans that are planned or under way."""

    kind = "tactic"
    title = gettext_lazy("Tactics")

    def of(self, members: Iterable[int]) -> Sequence[Held]:
        return _held(_tactics().filter(owner__in=list(members)))

    def astray(self) -> Sequence[Held]:
        return _held(_tactics().filter(_ASTRAY))

    def names(self) -> Iterable[str]:
        return _names(Tactic.objects.all())

    def hand_over(self, ids: Sequence[int], *, to: Heir, by: Membership) -> int:
        return len(hand_over_tactics(ids, to=to, by=by))


class OpenSteps(OpenWork):
    """Steps of such tactics that are not done."""

    kind = "tacticstep"
    title = gettext_lazy("Steps of tactics")

    def of(self, members: Iterable[int]) -> Sequence[Held]:
        return _held(_steps().filter(owner__in=list(members)))

    def astray(self) -> Sequence[Held]:
        return _held(_steps().filter(_ASTRAY))

    def names(self) -> Iterable[str]:
        return _names(TacticStep.objects.all())

    def hand_over(self, ids: Sequence[int], *, to: Heir, by: Membership) -> int:
        return len(hand_over_steps(ids, to=to, by=by))


def _tactics() -> QuerySet[Tactic]:
    rows = Tactic.objects.filter(archived_at=None, state__in=OPEN, cycle__closed_at=None)
    rows = rows.filter(cycle__plan__archived_at=None)
    return rows.select_related("cycle__plan__workspace", "owner__user").order_by("due_on", "pk")


def _steps() -> QuerySet[TacticStep]:
    rows = TacticStep.objects.filter(archived_at=None, done_on=None, tactic__in=_tactics())
    related = ("tactic__cycle__plan__workspace", "owner__user")
    return rows.select_related(*related).order_by("due_on", "pk")


def _names(rows: QuerySet[Tactic] | QuerySet[TacticStep]) -> Iterable[str]:
    named = rows.filter(owner=None).exclude(owner_name="").order_by("owner_name")
    return named.values_list("owner_name", flat=True).distinct()


def _held(rows: QuerySet[Tactic] | QuerySet[TacticStep]) -> list[Held]:
    found = []
    for row in rows:
        tactic = row if isinstance(row, Tactic) else row.tactic
        plan = tactic.cycle.plan
        place = plan.name if row is tactic else f"{plan.name} · {tactic}"
        found.append(
            Held(
                about=row.ref,
                title=str(row),
                place=place,
                page=row.page_in(plan.workspace.slug),
                due_on=row.due_on,
                member=row.owner,
                name=row.owner_name,
            )
        )
    return found

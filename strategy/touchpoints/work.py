"""Touchpoints as work that somebody answers for."""

from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from cxplanner.accounts.members.work import Heir, Held, OpenWork
from cxplanner.accounts.models import Membership
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.services import hand_over_touchpoints


class OwnedTouchpoints(OpenWork):
    """Touchpoints of living plans that are not archived. Nobody need answer for one."""

    kind = "touchpoint"
    title = gettext_lazy("Touchpoints")

    def of(self, members: Iterable[int]) -> Sequence[Held]:
        return _held(_living().filter(owner__in=list(members)))

    def astray(self) -> Sequence[Held]:
        named = Q(owner=None) & ~Q(owner_name="")
        return _held(_living().filter(named | Q(owner__left_at__isnull=False)))

    def names(self) -> Iterable[str]:
        rows = Touchpoint.objects.filter(owner=None).exclude(owner_name="").order_by("owner_name")
        return rows.values_list("owner_name", flat=True).distinct()

    def hand_over(self, ids: Sequence[int], *, to: Heir, by: Membership) -> int:
        return len(hand_over_touchpoints(ids, to=to, by=by))


def _living() -> QuerySet[Touchpoint]:
    return Touchpoint.objects.filter(archived_at=None, plan__archived_at=None)


def _held(touchpoints: QuerySet[Touchpoint]) -> list[Held]:
    rows = touchpoints.select_related("plan__workspace", "owner__user").order_by("position", "pk")
    return [
        Held(
            about=row.ref,
            title=row.name,
            place=row.plan.name,
            page=row.page_in(row.plan.workspace.slug),
            member=row.owner,
            name=row.owner_name,
        )
        for row in rows
    ]

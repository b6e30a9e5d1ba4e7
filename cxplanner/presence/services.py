"""Being at a thing, and seeing who else is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from cxplanner.presence.models import Presence

# Two beats of a page may get lost before somebody is taken for gone.
LASTS = timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class Other:
    """Another member who has the thing before them."""

    member: Membership
    is_writing: bool

    def __str__(self) -> str:
        return f"{self.member.pk}{'w' if self.is_writing else 'r'}"


def be_at(about: Ref, *, by: Membership, writing: bool) -> None:
    """Note that a member has a thing before them, and forget where they were earlier."""
    now = timezone.now()
    row = Presence(about_kind=about.kind, about_id=str(about.id), member=by, seen_at=now)
    row.wrote_at = now if writing else None
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["workspace", "about_kind", "about_id", "member"],
        update_fields=["seen_at", "wrote_at"] if writing else ["seen_at"],
    )
    Presence.objects.filter(member=by, seen_at__lt=now - LASTS).delete()


def others_at(about: Ref, *, but: Membership) -> list[Other]:
    """Return the other members who have a thing before them: who writes first, then by name."""
    since = timezone.now() - LASTS
    rows = (
        Presence.objects.filter(about_kind=about.kind, about_id=str(about.id), seen_at__gte=since)
        .exclude(member=but)
        .select_related("member__user")
        .order_by("member__user__name", "member_id")
    )
    others = [Other(row.member, _is_fresh(row.wrote_at, since)) for row in rows]
    return sorted(others, key=lambda other: not other.is_writing)


def _is_fresh(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment >= since

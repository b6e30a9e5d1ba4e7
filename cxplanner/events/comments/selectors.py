"""Reads of comments worth a name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from cxplanner.accounts import selectors
from cxplanner.base.refs import Ref
from cxplanner.events.comments.mentions import Part, Person, parts_of
from cxplanner.events.comments.models import Comment

MOST_OFFERED = 8


def comments_about(about: Ref) -> QuerySet[Comment]:
    """Return all comments on a thing, deleted ones too, the oldest first."""
    rows = Comment.objects.filter(about_kind=about.kind, about_id=str(about.id))
    return rows.select_related("by__user", "resolved_by__user").order_by("pk")


def last_change(about: Ref) -> datetime | None:
    """Return when something was last said, edited, resolved or deleted: one indexed read."""
    changed: datetime | None = comments_about(about).aggregate(at=Max("updated_at"))["at"]
    return changed


def counts_on(kind: str, ids: Iterable[int]) -> Mapping[int, int]:
    """Count what is said about things of one kind; one query, without an entry nothing."""
    rows = Comment.objects.filter(about_kind=kind, about_id__in=map(str, ids), deleted_at=None)
    counted = rows.order_by().values_list("about_id").annotate(n=Count("pk"))
    return {int(identity): n for identity, n in counted}


@dataclass(slots=True)
class Said:
    """A comment as it is shown, with the answers to it."""

    row: Comment
    parts: Sequence[Part]
    answers: "list[Said]" = field(default_factory=list)
    # The forms a page offers under it, and whether it may be deleted.
    answer: Any = None
    edit: Any = None
    may_delete: bool = False


def threads(roots: Iterable[Comment], answers: Iterable[Comment]) -> list[Said]:
    """Hang answers on the comments they answer; a deleted one stays only above living answers."""
    found = {row.pk: _said(row) for row in roots}
    for row in answers:
        if row.deleted_at is None and row.reply_to_id in found:
            found[row.reply_to_id].answers.append(_said(row))
    return [said for said in found.values() if said.row.deleted_at is None or said.answers]


def _said(row: Comment) -> Said:
    return Said(row, parts_of(row.text, row.mentions))


def shown_roots(about: Ref) -> QuerySet[Comment]:
    """Return the comments that begin a talk, the newest first."""
    rows = comments_about(about).filter(reply_to=None)
    alive = Q(deleted_at=None) | Q(replies__deleted_at=None, replies__isnull=False)
    return rows.filter(alive).distinct().order_by("-pk")


def people() -> list[Person]:
    """Return who may be mentioned: everybody with access to the workspace."""
    return [Person(m.pk, str(m.user), m.user.email) for m in selectors.members()]


def people_like(begun: str) -> list[dict[str, Any]]:
    """Offer a few members whose name or address begins so, with the words that name each alone."""
    wanted = begun.strip().lower()
    everybody = people()
    names = [person.name.lower() for person in everybody]
    return [
        {"name": one.name, "email": one.email}
        | {"words": one.name if names.count(one.name.lower()) == 1 else one.email}
        for one in everybody
        if one.email.lower().startswith(wanted)
        or any(part.startswith(wanted) for part in (one.name.lower(), *one.name.lower().split()))
    ][:MOST_OFFERED]

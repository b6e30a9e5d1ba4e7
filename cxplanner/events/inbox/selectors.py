"""The rows of an inbox as they are shown, and how many are unread."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.text import Truncator

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import targets
from cxplanner.events.comments.models import Comment
from cxplanner.events.inbox.wording import icon, sentence
from cxplanner.events.telling.models import Notification, Reason
from cxplanner.events.telling.services import inbox_of

MOST_COUNTED = 100
_QUOTED = 240  # characters


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the inbox in words. `url` is empty when the thing is gone."""

    row: Notification
    words: str
    title: str
    url: str
    quote: str
    icon: str


def wanted(member: Membership, *, only: str = "") -> QuerySet[Notification]:
    """Return a member's rows, the newest first; `only` is "unread", "mentions" or empty."""
    rows = inbox_of(member).select_related("event__by__user")
    if only == "unread":
        rows = rows.filter(read_at=None)
    elif only == "mentions":
        rows = rows.filter(reason=Reason.MENTION)
    return rows


def unread(member: Membership) -> int:
    """Count what is unread, to a hundred: one read of an index that holds nothing else."""
    return inbox_of(member).filter(read_at=None).order_by()[:MOST_COUNTED].count()


def told(rows: Sequence[Notification], workspace_slug: str) -> list[Told]:
    """Put rows into words, with one query for their comments and one for each kind of thing."""
    events = [row.event for row in rows]
    things = targets(event.about for event in events)
    said = {event.data["comment"] for event in events if "comment" in event.data}
    quotes = dict(Comment.objects.filter(pk__in=said).values_list("pk", "text")) if said else {}
    found = []
    for row in rows:
        event = row.event
        thing = things.get(event.about)
        quote = quotes.get(event.data.get("comment"), "") or str(event.data.get("note", ""))
        found.append(
            Told(
                row,
                sentence(event, row.reason),
                str(thing or event.data.get("name") or event.data.get("statement") or ""),
                thing.page_in(workspace_slug) if thing else "",
                Truncator(quote).chars(_QUOTED),
                icon(event),
            )
        )
    return found

"""`notifications/`: the caller's own inbox."""

from typing import Any

from cxplanner.accounts.api import READ
from cxplanner.accounts.narrowing import flag
from cxplanner.accounts.resources import Reads
from cxplanner.accounts.tokens import caller_of
from cxplanner.events.inbox.serializers import NotificationSerializer
from cxplanner.events.telling.models import Notification, Reason


def _unread(rows: Any, is_asked: bool) -> Any:  # noqa: FBT001  # read out of the address
    return rows.filter(read_at=None) if is_asked else rows


def _mentions(rows: Any, is_asked: bool) -> Any:  # noqa: FBT001  # read out of the address
    return rows.filter(reason=Reason.MENTION) if is_asked else rows


class Notifications(Reads):
    """What the caller was told, the newest first."""

    queryset = Notification.objects.select_related("event")
    serializer_class = NotificationSerializer
    actions_by_method = READ
    filters = {"plan": "event__plan_id"}
    narrows = {
        "unread": flag(_unread, "Only what is not read yet."),
        "mentions": flag(_mentions, "Only mentions of the caller."),
    }
    ordering = "-id"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.filter(member=caller_of(self.request).membership_id)

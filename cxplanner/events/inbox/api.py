"""`notifications/`: the caller's own inbox."""

from typing import Any

from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from cxplanner.accounts.api import READ
from cxplanner.accounts.resources import YES, Declared, Reads
from cxplanner.accounts.tokens import caller_of
from cxplanner.events.inbox.serializers import NotificationSerializer
from cxplanner.events.telling.models import Notification, Reason


class Narrowed(BaseFilterBackend):
    """`?unread=true` and `?mentions=true`."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        if request.query_params.get("unread") in YES:
            queryset = queryset.filter(read_at=None)
        if request.query_params.get("mentions") in YES:
            queryset = queryset.filter(reason=Reason.MENTION)
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        known = {"unread": "Only what is not read yet.", "mentions": "Only mentions of the caller."}
        return [
            {"name": name, "in": "query", "schema": {"type": "boolean"}, "description": words}
            for name, words in known.items()
        ]


class Notifications(Reads):
    """What the caller was told, the newest first."""

    queryset = Notification.objects.select_related("event")
    serializer_class = NotificationSerializer
    actions_by_method = READ
    filter_backends = [Declared, Narrowed]
    filters = {"plan": "event__plan_id"}
    ordering = "-id"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.filter(member=caller_of(self.request).membership_id)

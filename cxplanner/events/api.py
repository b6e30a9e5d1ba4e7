"""`events/`: what happened in the workspace."""

from datetime import datetime
from typing import Any

from cxplanner.accounts.api import READ, member_of
from cxplanner.accounts.narrowing import Narrowing, about, moment, one_of
from cxplanner.accounts.resources import Reads
from cxplanner.accounts.roles import Action
from cxplanner.events.catalog import NAMES, OF_OWNERS
from cxplanner.events.facts import Event
from cxplanner.events.serializers import EventSerializer


def _since(rows: Any, at: datetime) -> Any:
    return rows.filter(at__gte=at)


class Events(Reads):
    """What happened, the newest first.

    What the data of each name holds stands in `cxplanner/events/catalog.py`.
    """

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    actions_by_method = READ
    filters = {"plan": "plan_id", "by": "by"}
    narrows = {
        "about": about("Only what is about this thing: its kind and id, as goal:12."),
        "name": one_of(sorted(NAMES), "Only events of this name.", "name"),
        "since": Narrowing(
            {"type": "string", "format": "date-time"},
            "Only events from this moment on, given with its offset.",
            _since,
            moment,
        ),
    }
    ordering = "-id"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if member_of(self.request).can(Action.MANAGE):
            return rows
        for start in OF_OWNERS:
            rows = rows.exclude(name__startswith=start)
        return rows

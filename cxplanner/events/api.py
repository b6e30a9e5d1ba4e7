"""`events/`: what happened in the workspace."""

from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from cxplanner.accounts.api import READ, member_of
from cxplanner.accounts.resources import Declared, Reads
from cxplanner.accounts.roles import Action
from cxplanner.base.problems import Problem
from cxplanner.events.catalog import NAMES, OF_OWNERS
from cxplanner.events.facts import Event
from cxplanner.events.filters import About
from cxplanner.events.serializers import EventSerializer


class NamedSince(BaseFilterBackend):
    """`?name=goal.changed` and `?since=` a moment with its offset."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        name, since = (request.query_params.get(one) for one in ("name", "since"))
        if name is not None:
            if name not in NAMES:
                raise Problem(400, "name is the name of an event, as goal.changed.")
            queryset = queryset.filter(name=name)
        if since is not None:
            queryset = queryset.filter(at__gte=_moment(since))
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        names = {"type": "string", "enum": sorted(NAMES)}
        moment = {"type": "string", "format": "date-time"}
        return [
            {"name": name, "in": "query", "schema": schema, "description": words}
            for name, schema, words in (
                ("name", names, "Only events of this name."),
                ("since", moment, "Only events from this moment on, given with its offset."),
            )
        ]


def _moment(given: str) -> Any:
    try:
        found = parse_datetime(given.replace(" ", "+"))  # a plus sign that was not escaped
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Problem(400, "since is a moment with its offset, as 2026-06-01T12:00:00+02:00.")
    return found


class Events(Reads):
    """What happened, the newest first.

    What the data of each name holds stands in `cxplanner/events/catalog.py`.
    """

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    actions_by_method = READ
    filter_backends = [Declared, About, NamedSince]
    filters = {"plan": "plan_id", "by": "by"}
    ordering = "-id"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if member_of(self.request).can(Action.MANAGE):
            return rows
        for start in OF_OWNERS:
            rows = rows.exclude(name__startswith=start)
        return rows

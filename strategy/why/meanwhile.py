"""What the team did while a goal ran: check-ins, and changes of what it is read from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.base.refs import Ref
from cxplanner.events.models import Event
from strategy.goals.models import CheckIn, Goal

MOST = 30
_WORDS: dict[str, Promise] = {
    "goal.created": gettext_lazy("wrote the goal"),
    "goal.changed": gettext_lazy("changed the goal"),
    "goal.baseline_taken": gettext_lazy("took the baseline from the last days"),
    "metric.changed": gettext_lazy("changed the metric"),
    "metric.redefined": gettext_lazy("redefined the metric"),
    "survey.opened": gettext_lazy("opened a survey that asks for it"),
    "survey.closed": gettext_lazy("closed a survey that asks for it"),
    "survey.reopened": gettext_lazy("opened a survey that asks for it again"),
    "survey.changed": gettext_lazy("changed a survey that asks for it"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """Something somebody did; `said` are a check-in's own words."""

    at: datetime
    who: str
    words: str
    said: str = ""


def meanwhile(goal: Goal, things: Iterable[Ref], since: date) -> list[Happening]:
    """Return what was done about a goal and these things since a day, newest first; two queries."""
    about = Q(about_kind="goal", about_id=str(goal.pk))
    for ref in things:
        about |= Q(about_kind=ref.kind, about_id=str(ref.id))
    events = Event.objects.filter(about, name__in=_WORDS, at__date__gte=since)
    checkins = CheckIn.objects.filter(goal=goal, at__date__gte=since)
    found = [
        Happening(one.at, str(one.by or ""), str(_WORDS[one.name]))
        for one in events.select_related("by__user").order_by("-id")[:MOST]
    ]
    found += [
        Happening(one.at, str(one.by or ""), _checked_in(one), one.note)
        for one in checkins.select_related("by__user").order_by("-id")[:MOST]
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _checked_in(one: CheckIn) -> str:
    if one.confidence is None:
        return _("checked in")
    return _("checked in, confidence %(confidence)s of 5") % {"confidence": one.confidence}

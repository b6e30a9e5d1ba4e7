"""The one door for facts: everything that happened leaves through here."""

from typing import Any

from cxplanner.accounts.models import Membership
from cxplanner.base.history import current_act
from cxplanner.base.refs import Ref, targets
from cxplanner.events.catalog import NAMES
from cxplanner.events.facts import Event
from cxplanner.events.telling.services import tell


class UnknownEvent(Exception):
    """The catalogue does not list this name."""


def record(name: str, about: Ref, /, *, by: Membership | None, **data: Any) -> Event:
    """Write what happened, and tell it to whom it concerns, in the transaction of the change.

    Some words of `data` say who is concerned: `mentions` and `talkers` are ids of members, `to`
    is the id of the one something was handed to.
    """
    if name not in NAMES:
        raise UnknownEvent(name)
    thing = targets([about]).get(about)
    event = Event(
        name=name,
        about_kind=about.kind,
        about_id=str(about.id),
        plan_id=getattr(thing, "ref_plan_id", None),
        data=data,
        by=by,
        act=current_act(),
    )
    event.save()
    tell(event, thing)
    return event

"""The one door for facts: everything that happened leaves through here."""

from typing import Any

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from cxplanner.events.catalog import NAMES
from cxplanner.events.models import Event


class UnknownEvent(Exception):
    """The catalogue does not list this name."""


def record(name: str, about: Ref, /, *, by: Membership | None, **data: Any) -> Event:
    """Write what happened, in the transaction of the change itself."""
    if name not in NAMES:
        raise UnknownEvent(name)
    event = Event(name=name, about_kind=about.kind, about_id=str(about.id), data=data, by=by)
    event.save()
    return event

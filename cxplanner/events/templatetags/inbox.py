"""How much is unread, for the rail that stands on every page."""

from typing import Any

from django import template

from cxplanner.accounts.models import Membership
from cxplanner.events.inbox import selectors

register = template.Library()


@register.simple_tag
def unread_of(member: Any) -> int:
    """Count a member's unread rows; a page drawn outside a workspace has none."""
    return selectors.unread(member) if isinstance(member, Membership) else 0

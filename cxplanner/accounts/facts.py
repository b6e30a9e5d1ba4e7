"""What happened to people, workspaces and tokens, told to the one door for facts.

That door (cxplanner.events) stands above, because it names members; so settings say where it is.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from cxplanner.base.tenancy import workspace_scope


def tell(
    name: str, about: Ref, /, *, workspace_id: int, by: Membership | None, **data: Any
) -> None:
    """Say what happened in a workspace, in the transaction of the change itself."""
    with workspace_scope(workspace_id):
        _door()(name, about, by=by, **data)


@cache
def _door() -> Callable[..., Any]:
    found: Callable[..., Any] = import_string(settings.FACTS_GO_TO)
    return found

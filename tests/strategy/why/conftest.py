"""The airline of the thread, with answers from before its goal began and from now."""

import pytest

from cxplanner.base.tenancy import workspace_scope
from tests.strategy.thread.conftest import Scene, airline


@pytest.fixture
def scene(workspace) -> Scene:
    """Before: 20 of 40 in the cabin, 18 of 20 in the lounge. Now 36 of 40, and 9 of 10."""
    with workspace_scope(workspace.pk):
        made = airline(workspace)
        made.answer(made.cabin, [5] * 20 + [1] * 20, days_ago=70, segment="Business")
        made.answer(made.lounge, [5] * 18 + [1] * 2, days_ago=65, segment="Personal")
        made.answer(made.cabin, [4] * 36 + [2] * 4, days_ago=3, segment="Business")
        made.answer(made.lounge, [4] * 9 + [2], days_ago=2, words="Quiet, and a socket.")
    return made


@pytest.fixture
def inside(cast, scene):
    with workspace_scope(cast.owner.workspace_id):
        yield scene

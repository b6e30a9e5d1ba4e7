"""Who answers for a touchpoint stays named when they leave, and it can be handed over."""

import pytest

from cxplanner.accounts.members.services import end_membership
from strategy.touchpoints.work import OwnedTouchpoints
from tests import factories


@pytest.fixture
def work(scope):
    return OwnedTouchpoints()


def test_what_somebody_answers_for_is_listed_and_handed_over(cast, work):
    desk = factories.touchpoint(owner=cast.editor)
    [held] = work.of([cast.editor.pk])
    assert (held.about, held.member) == (desk.ref, cast.editor)
    assert work.hand_over([desk.pk], to="Night shift", by=cast.owner) == 1
    desk.refresh_from_db()
    assert (desk.owner, desk.owner_name, desk.version) == (None, "Night shift", 2)
    assert list(work.names()) == ["Night shift"]
    assert work.hand_over([desk.pk], to=cast.owner, by=cast.owner) == 1
    assert work.hand_over([desk.pk], to=cast.owner, by=cast.owner) == 0


def test_archived_touchpoints_keep_their_owner(cast, work):
    desk = factories.touchpoint(owner=cast.editor, archived_at="2026-01-01T00:00Z")
    assert work.of([cast.editor.pk]) == []
    assert work.hand_over([desk.pk], to=cast.owner, by=cast.owner) == 0


def test_what_nobody_here_answers_for_is_astray_but_not_what_never_had_an_owner(cast, work):
    factories.touchpoint()
    left = factories.touchpoint(owner=cast.reviewer)
    plain = factories.touchpoint(owner_name="Night shift")
    end_membership(cast.reviewer, by=cast.owner)
    assert {held.about for held in work.astray()} == {left.ref, plain.ref}

"""Who has a thing before them: seen by the team, for some seconds, and by nobody else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from cxplanner.presence.models import Presence
from cxplanner.presence.services import LASTS
from tests import factories

CAST = ["owner", "editor", "reviewer", "viewer", "stranger"]


@pytest.fixture
def goal(workspace):
    with workspace_scope(workspace.pk):
        return factories.goal()


@pytest.fixture
def beat(cast, workspace):
    """Let somebody's page say that they are at a thing."""
    address = reverse("here", args=[workspace.slug])
    return lambda who, about, **more: cast.client(who).post(
        address, {"about": str(about), **more}, HTTP_HX_REQUEST="true"
    )


@pytest.mark.parametrize("who", CAST)
def test_members_say_where_they_are_and_a_stranger_finds_nothing(beat, goal, who):
    assert beat(who, goal.ref).status_code == (404 if who == "stranger" else 204)


def test_who_else_is_here_is_told_by_name_and_what_they_do(cast, beat, goal):
    beat("editor", goal.ref, writing="1")
    beat("viewer", goal.ref)
    told = beat("owner", goal.ref).text
    assert "Also here:" in told
    assert str(cast.editor.user) in told
    assert told.index("is writing") < told.index(str(cast.viewer.user)) < told.index("is reading")
    assert str(cast.owner.user) not in told


def test_what_the_page_shows_already_is_not_sent_again(cast, beat, goal):
    beat("editor", goal.ref)
    assert beat("owner", goal.ref, seen=f"{cast.editor.pk}r").status_code == 204
    beat("editor", goal.ref, writing="1")
    assert "is writing" in beat("owner", goal.ref, seen=f"{cast.editor.pk}r").text


def test_somebody_who_left_is_gone_after_a_few_seconds(workspace, beat, goal):
    beat("editor", goal.ref)
    with workspace_scope(workspace.pk):
        earlier = Presence.objects.get().seen_at - LASTS
        Presence.objects.update(seen_at=earlier)
    told = beat("owner", goal.ref, seen="1r")
    assert told.status_code == 200
    assert "Also here" not in told.text


def test_only_the_places_somebody_is_at_are_remembered(workspace, beat, goal):
    with workspace_scope(workspace.pk):
        places = [goal, *(factories.goal(cycle=goal.cycle) for _ in range(3))]
        for one in places:
            beat("editor", one.ref)
        Presence.objects.update(seen_at=timezone.now() - LASTS)
        beat("editor", goal.ref)
        assert [row.about_id for row in Presence.objects.all()] == [str(goal.pk)]


@pytest.mark.parametrize("about", ["", "goal", "goal:0", "goal:x", "nothing:1", "goal:" + "9" * 40])
def test_nobody_can_be_at_what_is_not_there(beat, goal, about):
    assert beat("editor", about).status_code == 404


def test_things_of_other_workspaces_are_not_there(cast, beat):
    with workspace_scope(cast.stranger.workspace_id):
        theirs = factories.goal()
    assert beat("editor", theirs.ref).status_code == 404


def test_looking_at_pages_notes_nothing_and_is_no_history(cast, workspace, goal):
    page = cast.client("editor").get(reverse("goal", args=[workspace.slug, goal.pk]))
    assert f'"about": "goal:{goal.pk}"' in page.text
    with workspace_scope(workspace.pk):
        assert not Presence.objects.exists()
    assert not hasattr(Presence, "pgh_event_model")


def test_a_beat_asks_as_much_for_thirty_others_as_for_three(workspace, cast, beat, goal):
    counts = []
    for people in (3, 27):
        for _ in range(people):
            with workspace_scope(workspace.pk):
                factories.presence(goal.ref, member=factories.member(workspace, Role.VIEWER))
        with CaptureQueriesContext(connection) as asked:
            beat("editor", goal.ref)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_it_lasts_longer_than_two_beats():
    assert timedelta(seconds=20) < LASTS < timedelta(seconds=30)

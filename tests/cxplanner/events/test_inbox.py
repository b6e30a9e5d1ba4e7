"""The inbox: what reached one, how much is unread, and nothing recorded by looking."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.comments.services import delete_comment, write_comment
from cxplanner.events.models import Notification
from strategy.goals.services import change_goal
from tests import factories

CAST = ["owner", "editor", "reviewer", "viewer", "stranger"]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def goal(scope, cast):
    return factories.goal(statement="Passengers recommend us", owner=cast.editor)


@pytest.fixture
def inbox(workspace):
    return reverse("inbox", args=[workspace.slug])


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_has_an_inbox_of_their_own(cast, scope, inbox, who):
    for name in CAST[:4]:
        event = factories.event(name="plan.approved", data={"name": f"Plan of {name}"})
        factories.notification(member=getattr(cast, name), event=event)
    page = cast.client(who).get(inbox)
    assert page.status_code == (404 if who == "stranger" else 200)
    for name in CAST[:4]:
        assert (f"Plan of {name}" in page.content.decode()) == (name == who)


def test_a_row_says_who_did_what_and_leads_there(cast, workspace, goal, inbox):
    words = f"@{cast.editor.user.email} why did it fall?"
    row = write_comment(about=goal.ref, text=words, by=cast.owner)
    change_goal(goal, by=cast.owner, statement="Passengers praise us", weight=Decimal(2))
    page = cast.client("editor").get(inbox).content.decode()
    assert f"{cast.owner} mentioned you" in page
    assert "why did it fall?" in page
    assert f'href="{reverse("goal", args=[workspace.slug, goal.pk])}"' in page
    assert f"{cast.owner} changed:" in page
    delete_comment(row, by=cast.owner)
    assert "why did it fall?" not in cast.client("editor").get(inbox).content.decode()


@pytest.mark.parametrize(
    ("close", "said"),
    [
        (False, "Was “At risk”, is now “On track”"),
        (True, "Was “At risk”, leans now to “On track”: too close to call"),
    ],
)
def test_a_status_that_is_too_close_to_call_is_told_as_no_more_than_that(
    cast, goal, inbox, close, said
):
    data = {"before": "at_risk", "after": "on_track", "too_close_to_call": close}
    factories.notification(
        member=cast.viewer, event=factories.event(name="goal.status_changed", data=data)
    )
    assert said in cast.client("viewer").get(inbox).content.decode()


def test_what_is_gone_is_told_without_a_link(cast, scope, inbox):
    event = factories.event(name="plan.archived", data={"name": "Old plan"})
    factories.notification(member=cast.viewer, event=event)
    page = cast.client("viewer").get(inbox).content.decode()
    assert "Old plan" in page
    assert "it is gone" in page


def test_looking_records_nothing_and_marking_does(cast, workspace, goal, inbox):
    write_comment(about=goal.ref, text="Why?", by=cast.owner)
    write_comment(about=goal.ref, text="Why now?", by=cast.owner)
    editor = cast.client("editor")
    assert "2 things are new" in editor.get(inbox).content.decode()
    assert "2 things are new" in editor.get(inbox).content.decode()
    row = Notification.objects.all()[0]
    read = reverse("notification-read", args=[workspace.slug, row.pk])
    assert cast.client("owner").post(read).status_code == 404
    part = editor.post(read, **HTMX).content.decode()
    assert "inbox-count" in part
    assert "1 thing is new" in editor.get(inbox).content.decode()
    editor.post(read, {"as": "unread"})
    assert "2 things are new" in editor.get(inbox).content.decode()
    newest = Notification.objects.order_by("-pk")[0]
    late = write_comment(about=goal.ref, text="Later", by=cast.owner)
    editor.post(reverse("inbox-read", args=[workspace.slug]), {"newest": newest.pk})
    unread = Notification.objects.filter(read_at=None)
    assert [one.event.data["comment"] for one in unread] == [late.pk]


def test_the_rail_counts_live_and_costs_nothing_while_it_stands(cast, workspace, goal):
    count = reverse("inbox-count", args=[workspace.slug])
    editor = cast.client("editor")
    assert editor.get(count, {"seen": "0"}).status_code == 204
    write_comment(about=goal.ref, text="Why?", by=cast.owner)
    fresh = editor.get(count, {"seen": "0"})
    assert ">1</b>" in fresh.content.decode()
    assert editor.get(count, {"seen": "1"}).status_code == 204
    plans = editor.get(reverse("plans", args=[workspace.slug])).content.decode()
    assert "inbox-count" in plans


def test_mentions_and_unread_can_be_seen_alone(cast, scope, inbox):
    for reason in ("mention", "follow"):
        event = factories.event(name="plan.approved", data={"name": f"By {reason}"})
        factories.notification(member=cast.viewer, event=event, reason=reason)
    client = cast.client("viewer")
    only = client.get(inbox, {"only": "mentions"}).content.decode()
    assert "By mention" in only
    assert "By follow" not in only
    Notification.objects.filter(reason="mention").update(read_at="2026-01-01T00:00Z")
    only = client.get(inbox, {"only": "unread"}).content.decode()
    assert "By mention" not in only
    assert "By follow" in only
    empty = cast.client("owner").get(inbox, {"only": "unread"}).content.decode()
    assert "Nothing is unread" in empty


def test_many_rows_cost_as_many_queries_as_few(cast, workspace, inbox):
    client = cast.client("viewer")
    counts = []
    for more in (3, 27):
        with workspace_scope(workspace.pk):
            for _ in range(more):
                goal = factories.goal(owner=cast.viewer)
                write_comment(about=goal.ref, text="Why?", by=cast.owner)
                change_goal(goal, by=cast.owner, statement="Changed")
        with CaptureQueriesContext(connection) as ran:
            assert client.get(inbox).status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_a_thing_is_followed_and_muted_from_its_talk(cast, workspace, goal):
    client = cast.client("viewer")
    ref = ("goal", goal.pk)
    follow = reverse("follow", args=[workspace.slug, *ref])
    talk = reverse("comments", args=[workspace.slug, *ref])
    client.post(follow, {"mode": "follow"})
    assert "You follow this" in client.get(talk).content.decode()
    wishes = client.get(reverse("inbox-settings", args=[workspace.slug])).content.decode()
    assert "Passengers recommend us" in wishes
    client.post(follow, {"mode": "mute"})
    assert "only mentions reach you" in client.get(talk).content.decode()
    client.post(follow, {"mode": ""})
    assert "Mute" in client.get(talk).content.decode()
    assert client.post(follow, {"mode": "shout"}).status_code == 404

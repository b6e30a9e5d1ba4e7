"""Comments, events and the inbox over REST: who may do what, and what each filter leaves."""

import pytest

from cxplanner.accounts.roles import Scope
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Comment, Event
from strategy.goals.services import change_goal
from tests import factories
from tests.api import Api

SPEAKERS = ["owner", "editor", "reviewer"]


@pytest.fixture
def goal(cast):
    with workspace_scope(cast.owner.workspace_id):
        return factories.goal(owner=cast.editor)


@pytest.mark.parametrize("who", ["owner", "editor", "reviewer", "viewer", "stranger"])
def test_a_comment_is_written_by_those_who_may(cast, goal, who):
    caller = Api(factories.token(getattr(cast, who)))
    body = {"about": str(goal.ref), "text": f"@{cast.owner.user.email} why?"}
    written = caller.post("comments/", body)
    if who in SPEAKERS:
        assert written.status_code == 201
        found = written.json()
        assert (found["about"], found["mentions"]) == (str(goal.ref), [cast.owner.pk])
        assert found["by"] == getattr(cast, who).pk
    else:
        assert written.status_code == (403 if who == "viewer" else 400)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"about": "goal:0", "text": "x"}, "/about"),
        ({"about": "nonsense", "text": "x"}, "/about"),
        ({"about": "token:1", "text": "x"}, "/about"),
        ({"about": "goal", "text": "x"}, "/about"),
        ({"about": None, "text": "@nobody knows"}, "/text"),
        ({"about": None, "text": "   "}, "/text"),
        ({"about": None, "text": "x", "reply_to": 0}, "/reply_to"),
    ],
)
def test_what_cannot_be_said_is_pointed_at(api, goal, body, pointer):
    refused = api.post("comments/", {**body, "about": body["about"] or str(goal.ref)})
    assert refused.status_code == 400
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


def test_a_comment_is_edited_settled_and_deleted_over_rest(api, cast, goal):
    made = api.post("comments/", {"about": str(goal.ref), "text": "Why?"})
    path = f"comments/{made.json()['id']}/"
    changed = api.patch(path, {"text": "Why now?"}, If_Match=made["ETag"])
    assert changed.json()["text"] == "Why now?"
    assert api.patch(path, {"text": "Late"}, If_Match=made["ETag"]).status_code == 412
    other = Api(factories.token(cast.editor))
    assert other.patch(path, {"text": "Not mine"}).status_code == 403
    assert other.delete(path).status_code == 403
    assert other.post(f"{path}resolve/", None).json()["resolved_by"] == cast.editor.pk
    assert api.post(f"{path}reopen/", None).json()["resolved_at"] is None
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.get(f"comments/?about={goal.ref}").json()["results"] == []


def test_comments_are_listed_by_what_they_are_about(api, cast, goal):
    with workspace_scope(cast.owner.workspace_id):
        first = factories.comment(goal.ref)
        factories.comment(reply_to=None)
    found = api.get(f"comments/?about={goal.ref}").json()["results"]
    assert [one["id"] for one in found] == [first.pk]
    assert len(api.get("comments/").json()["results"]) == 2
    assert api.get("comments/?about=nonsense").status_code == 400


def test_events_are_read_newest_first_and_narrowed(api, cast, goal):
    with workspace_scope(cast.owner.workspace_id):
        change_goal(goal, by=cast.owner, statement="One")
        change_goal(goal, by=cast.owner, statement="Two")
        plan = goal.cycle.plan_id
        factories.event(name="plan.created")
        cut = Event.objects.order_by("pk")[1].at.isoformat()
    found = api.get(f"events/?about={goal.ref}&name=goal.changed").json()["results"]
    assert [one["data"]["fields"]["statement"]["after"] for one in found] == ["Two", "One"]
    assert {one["plan"] for one in found} == {plan}
    assert len(api.get(f"events/?plan={plan}").json()["results"]) == 2
    assert (
        len(
            api.get(
                "events/",
            ).json()["results"]
        )
        == 3
    )
    assert len(api.get(f"events/?since={cut.replace('+', '%2B')}").json()["results"]) == 2
    assert api.get("events/?since=2026-06-01T00:00:00").status_code == 400
    assert api.get("events/?name=goal.eaten").status_code == 400
    assert api.post("events/", {}).status_code == 405


def test_keys_and_invitations_are_told_to_owners_alone(api, cast):
    with workspace_scope(cast.owner.workspace_id):
        for name in ("token.created", "plan.created"):
            factories.event(name=name)
    assert len(api.get("events/").json()["results"]) == 2
    viewer = Api(factories.token(cast.viewer, Scope.READ))
    assert [one["name"] for one in viewer.get("events/").json()["results"]] == ["plan.created"]


def test_the_inbox_is_ones_own(api, cast, goal):
    api.post("comments/", {"about": str(goal.ref), "text": f"@{cast.viewer.user.email}"})
    viewer = Api(factories.token(cast.viewer))
    [row] = viewer.get("notifications/?unread=true&mentions=true").json()["results"]
    assert (row["reason"], row["event"]["name"]) == ("mention", "comment.written")
    assert viewer.get(f"notifications/{row['id']}/").status_code == 200
    assert api.get(f"notifications/{row['id']}/").status_code == 404
    assert api.get("notifications/").json()["results"] == []


def test_many_comments_and_events_cost_as_many_queries_as_few(
    api, cast, goal, django_assert_max_num_queries
):
    counts = []
    for more in (3, 27):
        for number in range(more):
            api.post("comments/", {"about": str(goal.ref), "text": f"No. {number}"})
        for path in ("comments/", "events/"):
            with django_assert_max_num_queries(30) as ran:
                assert api.get(path).status_code == 200
            counts.append(len(ran))
    assert counts[:2] == counts[2:]
    with workspace_scope(cast.owner.workspace_id):
        assert Comment.objects.count() == 30

"""Who is told of what: once each, never of their own acts, and as they wished."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxplanner.accounts.members.services import end_membership
from cxplanner.accounts.models import Workspace
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.catalog import NAMES
from cxplanner.events.comments.services import write_comment
from cxplanner.events.mail.delivery import deliver_all
from cxplanner.events.models import Comment, Event, Notification, Watch
from cxplanner.events.services import record
from cxplanner.events.telling.rules import RULES
from cxplanner.events.telling.services import choose_mail, next_digest, tell, watch
from strategy.goals.services import archive_goal, change_goal
from strategy.plans.services import approve_plan, ask_review
from tests import factories


@pytest.fixture
def goal(scope, cast):
    return factories.goal(statement="Passengers recommend us", owner=cast.editor)


def told():
    rows = Notification.objects.order_by("pk").values_list("member", "event__name", "reason")
    return sorted(rows)


def test_every_rule_is_of_an_event_of_the_catalogue():
    assert set(RULES) <= set(NAMES)


def test_whoever_answers_for_a_goal_hears_of_changes_by_others(cast, goal):
    change_goal(goal, by=cast.editor, statement="Mine to change")
    assert told() == []
    change_goal(goal, by=cast.owner, statement="Changed")
    archive_goal(goal, by=cast.owner)
    record("goal.status_changed", goal.ref, by=None, before="on_track", after="at_risk")
    names = ("goal.archived", "goal.changed", "goal.status_changed")
    assert told() == [(cast.editor.pk, name, "owner") for name in names]


def test_work_handed_over_is_told_to_both_ends(cast, goal):
    change_goal(goal, by=cast.owner, owner=cast.reviewer)
    assert told() == sorted(
        [
            (cast.editor.pk, "goal.changed", "owner"),
            (cast.reviewer.pk, "goal.changed", "handed"),
        ]
    )


def test_approval_is_asked_of_those_who_may_and_answered_to_who_asked(cast, goal):
    plan = ask_review(goal.cycle.plan, by=cast.editor)
    asked = [(one.pk, "plan.review_asked", "asked") for one in (cast.owner, cast.reviewer)]
    assert told() == sorted(asked)
    approve_plan(plan, by=cast.reviewer)
    assert told() == sorted([*asked, (cast.editor.pk, "plan.approved", "owner")])


def test_who_follows_a_plan_hears_of_everything_in_it(cast, goal):
    other = factories.goal()
    watch(cast.viewer, goal.cycle.plan.ref, mode=Watch.Mode.FOLLOW)
    change_goal(other, by=cast.owner, statement="In another plan")
    change_goal(goal, by=cast.editor, statement="In this plan")
    write_comment(about=goal.ref, text="Why?", by=cast.editor)
    names = ("comment.written", "goal.changed")
    assert told() == [(cast.viewer.pk, name, "follow") for name in names]


def test_what_is_muted_reaches_one_only_by_mention(cast, goal):
    watch(cast.editor, goal.cycle.plan.ref, mode=Watch.Mode.MUTE)
    change_goal(goal, by=cast.owner, statement="Changed")
    assert told() == []
    write_comment(about=goal.ref, text=f"@{cast.editor.user.email} look", by=cast.owner)
    assert told() == [(cast.editor.pk, "comment.written", "mention")]
    # What is said of the thing itself outweighs its plan.
    watch(cast.editor, goal.ref, mode=Watch.Mode.FOLLOW)
    change_goal(goal, by=cast.owner, statement="Changed again")
    assert (cast.editor.pk, "goal.changed", "owner") in told()
    watch(cast.editor, goal.ref, mode="")
    assert not Watch.objects.filter(about_kind="goal").exists()


def test_an_event_told_again_adds_nothing(cast, goal):
    event = record("goal.archived", goal.ref, by=cast.owner, statement="x")
    tell(event, goal)
    assert len(told()) == 1


def test_nobody_of_another_workspace_is_told(cast, goal):
    record("comment.written", goal.ref, by=None, mentions=[cast.stranger.pk, 10**9], talkers=[])
    assert told() == [(cast.editor.pk, "comment.written", "owner")]


def test_who_has_left_is_not_told_and_keeps_their_name(cast, workspace, goal):
    row = write_comment(about=goal.ref, text="Mine", by=cast.reviewer)
    watch(cast.reviewer, goal.ref, mode=Watch.Mode.FOLLOW)
    write_comment(about=goal.ref, text=f"@{cast.reviewer.user.email}", by=cast.owner)
    waiting = Notification.objects.get(member=cast.reviewer)
    end_membership(cast.reviewer, by=cast.owner)
    deliver_all()
    waiting.refresh_from_db()
    assert waiting.mail is None
    write_comment(about=goal.ref, text="So?", by=cast.owner, reply_to=row)
    assert Notification.objects.filter(member=cast.reviewer).count() == 1
    with pytest.raises(ValidationError):
        write_comment(about=goal.ref, text=f"@{cast.reviewer.user.email}", by=cast.owner)
    talk = reverse("comments", args=[workspace.slug, "goal", goal.pk])
    assert str(cast.reviewer) in cast.client("viewer").get(talk).content.decode()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["write", "answer", "change", "ask", "status", "follow", "mute", "plain"]),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS)
def test_nobody_is_told_twice_or_of_themselves_whatever_happens(cast, acts):
    people = [cast.owner, cast.editor, cast.reviewer, cast.viewer]
    workspace = Workspace.objects.get(pk=cast.owner.workspace_id)
    with workspace_scope(workspace.pk):
        for model in (Notification, Watch, Comment, Event):  # what the example before left
            model.objects.all().delete()
        goal = factories.goal(owner=cast.editor)
        before = None
        for act, one, two in acts:
            before = Event.objects.order_by("-pk").first()
            _play(act, people[one], people[two], goal)
        rows = list(Notification.objects.select_related("event"))
        assert len({(row.member_id, row.event_id) for row in rows}) == len(rows)
        assert all(row.member_id != row.event.by_id for row in rows)
        muted = set(Watch.objects.filter(mode="mute").values_list("member", flat=True))
        newest = Event.objects.order_by("-pk").first()
        # The last act told something of the goal, under the mutes that stand now.
        if newest and newest != before and newest.about_kind == "goal":
            last = [row for row in rows if row.event_id == newest.pk and row.member_id in muted]
            assert all(row.reason == "mention" for row in last)


def _play(act, one, two, goal):
    match act:
        case "write":
            text = f"@{two.user.email} and @{one.user.email}, @{two.user.email}"
            write_comment(about=goal.ref, text=text, by=one)
        case "answer":
            root = Comment.objects.filter(reply_to=None).first()
            write_comment(about=goal.ref, text="so", by=one, reply_to=root)
        case "change":
            change_goal(goal, by=one, statement=f"Changed by {one} for {two}", owner=two)
        case "ask":
            ask_review(goal.cycle.plan, by=one)
        case "status":
            record("goal.status_changed", goal.ref, by=None, before="on_track", after="missed")
        case _:
            watch(one, goal.ref, mode="" if act == "plain" else act)


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Europe/Vilnius", "2026-03-28T05:59+00:00", "2026-03-28T06:00+00:00"),
        # The clock goes forward in the night between.
        ("Europe/Vilnius", "2026-03-28T06:00+00:00", "2026-03-29T05:00+00:00"),
        ("America/Los_Angeles", "2026-06-01T00:00+00:00", "2026-06-01T15:00+00:00"),
    ],
)
def test_the_digest_is_due_at_eight_on_the_workspaces_clock(zone, now, due):
    found = next_digest(Workspace(time_zone=zone), datetime.fromisoformat(now))
    assert found.astimezone(UTC) == datetime.fromisoformat(due)


def test_a_new_choice_holds_for_what_still_waits(cast, goal):
    change_goal(goal, by=cast.owner, statement="Changed")
    row = Notification.objects.get()
    assert row.mail_due_at is not None
    assert row.mail_due_at > row.at
    choose_mail(cast.editor, in_person="now", news="off")
    row.refresh_from_db()
    assert row.mail_due_at is None

"""Comments on any thing: who may say what, mentions, and words that are never lost or run."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.deletion import delete_for_good
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.comments.services import write_comment
from cxplanner.events.models import Comment, Notification
from tests import factories

CAST = ["owner", "editor", "reviewer", "viewer", "stranger"]
SPEAKERS = ["owner", "editor", "reviewer"]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def goal(scope):
    return factories.goal(statement="Passengers recommend us")


@pytest.fixture
def talk(workspace, goal):
    """The address of the talk about the goal."""
    return reverse("comments", args=[workspace.slug, "goal", goal.pk])


@pytest.mark.parametrize("who", CAST)
def test_each_of_the_cast_reads_and_only_speakers_write(cast, goal, talk, who):
    factories.comment(goal.ref, text="Why did it fall?")
    client = cast.client(who)
    page = client.get(talk)
    assert page.status_code == (404 if who == "stranger" else 200)
    if who != "stranger":
        assert "Why did it fall?" in page.content.decode()
        assert ("<textarea" in page.content.decode()) == (who in SPEAKERS)
    written = client.post(talk, {"text": "I know"})
    assert written.status_code == (302 if who in SPEAKERS else 404 if who == "stranger" else 403)
    assert Comment.objects.filter(text="I know").exists() == (who in SPEAKERS)


@pytest.mark.parametrize("kind", ["goal", "plan", "metric", "touchpoint", "survey", "response"])
def test_any_thing_can_be_talked_about(cast, scope, workspace, kind):
    if kind == "response":
        question = factories.question()
        thing = factories.response(question.survey, {question.pk: 9})
    else:
        thing = getattr(factories, kind)()
    client = cast.client("editor")
    talk = reverse("comments", args=[workspace.slug, kind, str(thing.pk)])
    client.post(talk, {"text": f"About a {kind}"})
    assert f"About a {kind}" in client.get(talk).content.decode()
    part = client.get(talk, **HTMX).content.decode()
    assert part.lstrip().startswith("<section")
    delete_for_good(thing)
    assert not Comment.objects.exists()
    assert client.get(talk).status_code == 404


def test_the_page_of_each_thing_leads_to_its_talk(cast, scope, workspace):
    question = factories.question()
    answer = factories.response(question.survey, {question.pk: 9})
    goal, metric = factories.goal(), factories.metric()
    pages = {
        reverse("goal", args=[workspace.slug, goal.pk]): goal.ref,
        reverse("plan", args=[workspace.slug, goal.cycle.plan_id]): goal.cycle.plan.ref,
        reverse("metric", args=[workspace.slug, metric.pk]): metric.ref,
        reverse("survey", args=[workspace.slug, question.survey_id]): question.survey.ref,
        reverse("voice", args=[workspace.slug, answer.pk]): answer.ref,
    }
    touchpoint = factories.touchpoint(plan=metric.plan)
    pages[reverse("touchpoint-change", args=[workspace.slug, touchpoint.pk])] = touchpoint.ref
    client = cast.client("viewer")
    for page, ref in pages.items():
        talk = reverse("comments", args=[workspace.slug, ref.kind, str(ref.id)])
        assert talk in client.get(page).content.decode(), page


def test_a_mention_reaches_the_person_by_name_or_address(cast, goal, talk):
    client = cast.client("editor")
    client.post(talk, {"text": f"@{cast.owner.user.name}, and @{cast.viewer.user.email}: look"})
    told = Notification.objects.values_list("member", "reason")
    assert sorted(told) == sorted([(cast.owner.pk, "mention"), (cast.viewer.pk, "mention")])


@pytest.mark.parametrize("name", ["Nobody Here", "stranger's"])
def test_a_mention_of_somebody_without_access_is_refused_and_the_words_stay(cast, goal, talk, name):
    words = f"Ask @{cast.stranger.user.email if name != 'Nobody Here' else name} about it"
    refused = cast.client("editor").post(talk, {"text": words})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "names nobody with access" in page
    assert words in page
    assert not Comment.objects.exists()


def test_two_of_one_name_are_told_apart_by_address(cast, workspace, goal, talk):
    for _ in range(2):
        last = factories.member(workspace, name="Ana Duarte")
    client = cast.client("editor")
    refused = client.post(talk, {"text": "@Ana Duarte knows"}).content.decode()
    assert "Several people" in refused
    client.post(talk, {"text": f"@{last.user.email} knows"})
    assert Notification.objects.get().member == last
    offered = client.get(reverse("comment-people", args=[workspace.slug]), {"q": "ana"})
    assert last.user.email in offered.content.decode()


def test_markup_is_shown_as_text_and_only_web_addresses_are_links(cast, goal, talk):
    bad = (
        '<script>alert(1)</script> <img src=x onerror=y> javascript:alert(2) https://x.example/a"b'
    )
    client = cast.client("editor")
    client.post(talk, {"text": bad})
    page = client.get(talk).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<a href="https://x.example/a" rel="nofollow noopener noreferrer">' in page
    assert 'href="javascript' not in page


def test_answers_hang_one_level_deep(cast, goal):
    root = write_comment(about=goal.ref, text="Why?", by=cast.owner)
    answer = write_comment(about=goal.ref, text="Staff", by=cast.editor, reply_to=root)
    deeper = write_comment(about=goal.ref, text="Since?", by=cast.owner, reply_to=answer)
    assert deeper.reply_to == root
    told = Notification.objects.values_list("member", "event__data__comment", "reason")
    assert list(told.order_by("pk")) == [
        (cast.owner.pk, answer.pk, "talk"),
        (cast.editor.pk, deeper.pk, "talk"),
    ]


def test_own_words_are_edited_and_who_is_new_in_them_is_told(cast, workspace, goal, talk):
    row = write_comment(about=goal.ref, text=f"@{cast.owner.user.email} look", by=cast.editor)
    change = reverse("comment-change", args=[workspace.slug, row.pk])
    both = f"@{cast.owner.user.email} and @{cast.reviewer.user.email} look"
    assert cast.client("owner").post(change, {"text": "Mine now"}).status_code == 403
    assert cast.client("editor").post(change, {"text": both, "version": 1}).status_code == 302
    row.refresh_from_db()
    assert (row.text, row.edited_at is not None) == (both, True)
    told = Notification.objects.filter(reason="mention").values_list("member", flat=True)
    assert sorted(told) == sorted([cast.owner.pk, cast.reviewer.pk])
    stale = cast.client("editor").post(change, {"text": "Other words", "version": 1})
    assert stale.status_code == 422
    assert "Other words" in stale.content.decode()
    assert "changed elsewhere" in stale.content.decode()


@pytest.mark.parametrize("who", CAST)
def test_who_wrote_it_or_an_owner_deletes_it_and_answers_stay(cast, workspace, goal, talk, who):
    root = write_comment(about=goal.ref, text="Why so low?", by=cast.editor)
    write_comment(about=goal.ref, text="Staff were ill", by=cast.reviewer, reply_to=root)
    settle = reverse("comment-settle", args=[workspace.slug, root.pk])
    done = cast.client(who).post(settle, {"act": "delete"}).status_code
    may = who in ("owner", "editor")
    assert done == (302 if may else 404 if who == "stranger" else 403)
    page = cast.client("viewer").get(talk).content.decode()
    assert ("Why so low?" in page) != may
    assert "Staff were ill" in page
    assert ("This comment was deleted" in page) == may


def test_words_for_a_comment_deleted_meanwhile_are_kept(cast, workspace, goal, talk):
    root = write_comment(about=goal.ref, text="Why?", by=cast.editor)
    cast.client("editor").post(
        reverse("comment-settle", args=[workspace.slug, root.pk]), {"act": "delete"}
    )
    late = cast.client("owner").post(talk, {"text": "My long answer", "reply_to": root.pk})
    assert late.status_code == 422
    assert "My long answer" in late.content.decode()
    assert "deleted meanwhile" in late.content.decode()


def test_a_talk_is_settled_and_taken_up_again(cast, workspace, goal, talk):
    root = write_comment(about=goal.ref, text="Why?", by=cast.editor)
    settle = reverse("comment-settle", args=[workspace.slug, root.pk])
    reviewer = cast.client("reviewer")
    assert cast.client("viewer").post(settle, {"act": "resolve"}).status_code == 403
    reviewer.post(settle, {"act": "resolve"})
    assert "Settled by" in reviewer.get(talk).content.decode()
    assert [n.member for n in Notification.objects.all()] == [cast.editor]
    reviewer.post(settle, {"act": "reopen"})
    assert "Settled by" not in reviewer.get(talk).content.decode()


def test_news_are_told_once_something_changed(cast, workspace, goal, talk):
    client = cast.client("viewer")
    news = reverse("comments-news", args=[workspace.slug, "goal", goal.pk])
    assert client.get(news, {"seen": ""}).status_code == 204
    row = factories.comment(goal.ref)
    assert client.get(news, {"seen": ""}).status_code == 200
    assert client.get(news, {"seen": row.updated_at.isoformat()}).status_code == 204


def test_many_comments_cost_as_many_queries_as_few(cast, goal, talk):
    client = cast.client("editor")
    counts = []
    for more in (3, 17):
        for number in range(more):
            root = factories.comment(goal.ref, by=cast.owner, text=f"No. {number}")
            for by in (cast.editor, cast.reviewer):
                factories.comment(goal.ref, by=by, reply_to=root)
        with CaptureQueriesContext(
            connection,
        ) as ran:
            assert client.get(talk).status_code == 200
        counts.append(len(ran))
    assert counts[0] == counts[1]


def test_another_workspace_has_no_such_talk(cast, goal):
    slug = cast.stranger.workspace.slug
    client = cast.client("stranger")
    assert client.get(reverse("comments", args=[slug, "goal", goal.pk])).status_code == 404
    row = factories.comment(goal.ref)
    change = reverse("comment-change", args=[slug, row.pk])
    assert client.post(change, {"text": "Mine"}).status_code == 404
    with workspace_scope(cast.stranger.workspace_id):
        assert not Comment.objects.exists()

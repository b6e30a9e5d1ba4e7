"""The page on which a survey is built: by whom, without a script, and losing no word."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Metric
from surveys.design.models import Question, Survey
from surveys.design.services import add_question, change_question, change_survey, create_survey
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def plan(workspace):
    with workspace_scope(workspace.pk):
        return factories.plan(brand="Skylark Air", customers_are="passengers")


@pytest.fixture
def draft(plan):
    with workspace_scope(plan.workspace_id):
        questions = [
            {"kind": "csat", "text": "How was your seat?"},
            {"kind": "open", "text": "What would you change?"},
        ]
        return create_survey(plan, name="After the flight", by=None, questions=questions)


@pytest.fixture
def editor(cast):
    return cast.client("editor")


def at(row, *rest) -> str:
    """Return an address of the workspace a row belongs to."""
    return "/".join(str(part) for part in ("", "w", row.workspace.slug, *rest, ""))


def now(survey: Survey) -> Survey:
    with workspace_scope(survey.workspace_id):
        return Survey.objects.get(pk=survey.pk)


def asked(survey: Survey) -> list[Question]:
    with workspace_scope(survey.workspace_id):
        return list(survey.questions.filter(archived_at=None).select_related("metric"))


def words(page) -> str:
    return str(page.content.decode())


# --- who ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "reads", "edits"),
    [
        ("owner", 200, 200),
        ("editor", 200, 200),
        ("reviewer", 200, 403),
        ("viewer", 200, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_read_surveys_and_who_may_build_them(cast, draft, who, reads, edits):
    client, first = cast.client(who), asked(draft)[0]
    here = at(draft, "surveys", draft.pk)
    for address in (at(draft, "plans", draft.plan_id, "surveys"), here, f"{here}preview/"):
        assert client.get(address).status_code == reads
    forms = [
        at(draft, "plans", draft.plan_id, "surveys", "new"),
        f"{here}questions/new/?kind=open",
        at(draft, "questions", first.pk),
    ]
    assert {client.get(address).status_code for address in forms} == {edits}
    acts = [f"{here}{act}/" for act in ("words", "turn", "archive", "restore", "questions/new")]
    acts += [at(draft, "questions", first.pk, act) for act in ("move", "archive", "restore")]
    for act in acts:
        assert (client.post(act).status_code in (302, 422)) == (edits == 200), act
    if reads == 200 and edits != 200:
        assert 'method="post"' not in words(client.get(here)).split("<main")[1].split("</main")[0]


# --- a new one ------------------------------------------------------------------------------


def test_a_starter_fills_in_the_score_and_the_why(editor, plan):
    with workspace_scope(plan.workspace_id):
        metric = factories.metric(plan=plan)
    form = {"name": "After the flight", "starter": "nps", "language": "en"}
    reply = editor.post(at(plan, "plans", plan.pk, "surveys", "new"), form)
    with workspace_scope(plan.workspace_id):
        made = Survey.objects.get()
    assert (reply.status_code, reply["Location"]) == (302, at(plan, "surveys", made.pk))
    score, why = asked(made)
    assert (made.status, score.kind, score.metric, why.kind) == ("draft", "nps", metric, "open")
    assert score.low_label == "not at all likely"


def test_a_starter_asks_about_its_touchpoint(editor, plan):
    with workspace_scope(plan.workspace_id):
        lounge = factories.touchpoint(plan=plan, name="the lounge")
    form = {"name": "Lounge", "starter": "csat", "language": "en", "touchpoint": lounge.pk}
    editor.post(at(plan, "plans", plan.pk, "surveys", "new"), form)
    with workspace_scope(plan.workspace_id):
        score, why = asked(Survey.objects.get())
    assert score.text == "How satisfied were you with the lounge?"
    assert {score.touchpoint_id, why.touchpoint_id} == {lounge.pk}


def test_a_survey_without_a_name_is_asked_for_one(editor, plan):
    page = editor.post(at(plan, "plans", plan.pk, "surveys", "new"), {"starter": "ces"})
    assert page.status_code == 422
    assert re.search(r'value="ces"[^>]*checked', words(page))


def test_an_empty_plan_is_shown_where_to_begin(cast, plan):
    page = words(cast.client("viewer").get(at(plan, "plans", plan.pk, "surveys")))
    assert "Nobody has been asked yet" in page
    assert "NPS and why" in page


# --- questions ------------------------------------------------------------------------------


def test_a_question_is_added_with_a_metric_of_its_own(editor, draft):
    here = at(draft, "surveys", draft.pk, "questions", "new") + "?kind=ces"
    assert "It was easy to get what I needed." in words(editor.get(here))
    form = {"text": "It was easy.", "scale": "1-7", "metric": "new", "new_metric": "Ease"}
    assert editor.post(here, form).status_code == 302
    made = asked(draft)[-1]
    assert made.metric is not None
    assert (made.metric.name, made.metric.kind) == ("Ease", "ces")
    assert (made.metric.scale_min, made.metric.scale_max) == (1, 7)
    assert (made.scale_min, made.scale_max) == (1, 7)


def test_a_new_metric_needs_a_name_and_is_not_made_without(editor, draft):
    here = at(draft, "surveys", draft.pk, "questions", "new") + "?kind=nps"
    page = editor.post(here, {"text": "Would you?", "metric": "new"})
    assert page.status_code == 422
    assert "Give the new metric a name" in words(page)
    with workspace_scope(draft.workspace_id):
        assert not Metric.objects.exists()


def test_a_metric_of_another_kind_is_not_offered(editor, draft):
    with workspace_scope(draft.workspace_id):
        factories.metric(plan=draft.plan, name="Recommendation")
        factories.metric(plan=draft.plan, kind="csat", name="Comfort")
    page = words(editor.get(at(draft, "questions", asked(draft)[0].pk)))
    assert "Comfort (1–5)" in page
    assert "Recommendation" not in page


def test_a_metric_on_another_scale_is_refused_and_the_words_stay(editor, draft):
    with workspace_scope(draft.workspace_id):
        metric = factories.metric(plan=draft.plan, kind="csat", name="Comfort")
    first = asked(draft)[0]
    form = {"text": "Mine", "scale": "1-7", "metric": metric.pk, "version": first.version}
    page = editor.post(at(draft, "questions", first.pk), form)
    assert page.status_code == 422
    assert "another scale" in words(page)
    assert "Mine</textarea>" in words(page)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["whole page", "in place"])
def test_a_question_is_changed_and_the_page_shows_it(editor, draft, headers):
    first = asked(draft)[0]
    form = {"text": "Did you sit well?", "scale": "1-5", "version": first.version}
    reply = editor.post(at(draft, "questions", first.pk), form, headers=headers, follow=True)
    assert reply.status_code == 200
    assert "Did you sit well?" in words(reply)
    assert ("<html" in words(reply)) is (headers == {})


def test_a_question_with_answers_says_what_a_change_does_and_is_replaced(editor, draft):
    first = asked(draft)[0]
    with workspace_scope(draft.workspace_id):
        factories.response(draft, {first.pk: 4})
    here = at(draft, "questions", first.pk)
    assert "1 answer was given to this question" in words(editor.get(here))
    form = {"text": first.text, "scale": "1-7", "version": first.version}
    page = editor.post(here, form, follow=True)
    assert "A new version is asked from now on" in words(page)
    assert asked(draft)[0].replaces_id == first.pk


def test_two_people_changing_a_question_lose_no_word(editor, draft):
    first = asked(draft)[0]
    with workspace_scope(draft.workspace_id):
        change_question(first, by=None, text="Theirs?")
    here = at(draft, "questions", first.pk)
    page = editor.post(here, {"text": "Mine?", "scale": "1-5", "version": first.version})
    assert page.status_code == 409
    assert "Theirs?" in words(page)
    assert "Mine?</textarea>" in words(page)
    [version] = re.findall(r'name="version" value="(\d+)"', words(page))
    assert (
        editor.post(here, {"text": "Mine?", "scale": "1-5", "version": version}).status_code == 302
    )
    assert asked(draft)[0].text == "Mine?"


@pytest.mark.parametrize(
    ("place", "to", "order"),
    [(1, "up", [1, 0]), (0, "down", [1, 0]), (0, "up", [0, 1]), (1, "down", [0, 1])],
)
def test_a_question_moves_one_place(editor, draft, place, to, order):
    before = asked(draft)
    editor.post(at(draft, "questions", before[place].pk, "move"), {"to": to})
    assert asked(draft) == [before[index] for index in order]


def test_a_question_asked_no_more_comes_back_in_one_act(editor, draft):
    first = asked(draft)[0]
    reply = editor.post(at(draft, "questions", first.pk, "archive"), headers=HTMX)
    assert first not in asked(draft)
    [undo] = re.findall(r'action="([^"]+/undo/[^"]+)"', words(reply).split('id="toasts"')[1])
    editor.post(undo)
    assert asked(draft)[0] == first


def test_the_last_question_of_an_open_survey_stays(editor, draft):
    with workspace_scope(draft.workspace_id):
        change_survey(draft, by=None, status="open")
    first, second = asked(draft)
    editor.post(at(draft, "questions", first.pk, "archive"))
    page = editor.post(at(draft, "questions", second.pk, "archive"), follow=True)
    assert "nothing to ask" in words(page)
    assert asked(draft) == [second]


# --- the survey -----------------------------------------------------------------------------


def test_a_survey_opens_closes_and_opens_again(editor, draft):
    here = at(draft, "surveys", draft.pk)
    public = f"/s/{draft.token}/"
    assert public not in words(editor.get(here))
    for to, act in (("open", "Close the survey"), ("closed", "Open it again"), ("open", "Close")):
        page = editor.post(f"{here}turn/", {"to": to}, follow=True)
        assert now(draft).status == to
        assert act in words(page)
        assert f'value="http://testserver{public}"' in words(page)


def test_a_survey_without_questions_says_why_it_cannot_open(editor, plan):
    with workspace_scope(plan.workspace_id):
        empty = create_survey(plan, name="Empty", by=None)
    page = editor.post(at(plan, "surveys", empty.pk, "turn"), {"to": "open"}, follow=True)
    assert "nothing to ask" in words(page)
    assert now(empty).status == "draft"


WORDS = {"name": "After the flight", "language": "en", "introduction": "Mine"}


def test_the_words_around_are_kept(editor, draft):
    form = WORDS | {"is_anonymous": "on", "version": draft.version}
    assert editor.post(at(draft, "surveys", draft.pk, "words"), form).status_code == 302
    kept = now(draft)
    assert (kept.introduction, kept.is_anonymous, kept.many_per_browser) == ("Mine", True, False)


def test_two_people_changing_the_words_lose_none(editor, draft):
    with workspace_scope(draft.workspace_id):
        change_survey(draft, by=None, introduction="Theirs")
    form = WORDS | {"version": draft.version}
    page = editor.post(at(draft, "surveys", draft.pk, "words"), form)
    assert page.status_code == 409
    assert "Theirs" in words(page)
    assert "Mine</textarea>" in words(page)
    assert now(draft).introduction == "Theirs"


def test_an_archived_survey_is_found_below_the_others_and_comes_back(editor, draft):
    here = at(draft, "surveys", draft.pk)
    assert "Bring it back" in words(editor.post(f"{here}archive/", follow=True))
    assert "1 archived survey" in words(editor.get(at(draft, "plans", draft.plan_id, "surveys")))
    editor.post(f"{here}restore/")
    assert now(draft).archived_at is None


def test_a_draft_is_tried_out_and_cannot_be_sent(cast, draft):
    here = at(draft, "surveys", draft.pk, "preview")
    page = cast.client("viewer").get(here)
    assert "How was your seat?" in words(page)
    assert 'type="submit"' not in words(page)
    assert cast.client("owner").post(here).status_code == 405


# --- constant -------------------------------------------------------------------------------


def statements(client, address) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_more_surveys_need_no_more_statements(editor, draft):
    here = at(draft, "plans", draft.plan_id, "surveys")
    editor.get(here)
    few = statements(editor, here)
    with workspace_scope(draft.workspace_id):
        metric = factories.metric(plan=draft.plan)
        for place in range(10):
            made = factories.survey(plan=draft.plan, name=f"Survey {place}")
            question = factories.question(survey=made, metric=metric)
            factories.response(made, {question.pk: 9})
    assert statements(editor, here) == few


def test_more_questions_need_no_more_statements(editor, draft):
    here = at(draft, "surveys", draft.pk)
    editor.get(here)
    few = statements(editor, here)
    with workspace_scope(draft.workspace_id):
        for place in range(10):
            add_question(draft, by=None, kind="nps", text=f"And {place}?")
    assert statements(editor, here) == few

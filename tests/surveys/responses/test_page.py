"""The public page: only a POST records, and nothing anybody typed is lost."""

import re
from uuid import UUID, uuid4

import psycopg
import pytest
from django.core import signing
from django.test import Client

from cxplanner.accounts import throttles
from cxplanner.accounts.models import Workspace
from cxplanner.base.limits import MinuteCounter
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Pending
from surveys.design.models import Survey
from surveys.design.services import change_question, change_survey, close_survey
from surveys.responses.models import Response
from tests import factories


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch):
    monkeypatch.setattr(throttles, "by_address", MinuteCounter())


@pytest.fixture
def browser():
    return Client()


def rows(asked):
    with workspace_scope(asked.survey.workspace_id):
        return list(Response.objects.order_by("id"))


def added(asked):
    with workspace_scope(asked.survey.workspace_id):
        return sum(row.n for row in Pending.objects.filter(metric_id__isnull=False))


def submission(page):
    [found] = re.findall(r'name="id" value="([^"]+)"', page.content.decode())
    return UUID(found)


def filled(asked, score="9", **more):
    return {f"q{asked.score.pk}": score, **more}


def test_the_page_is_small_and_has_no_script(browser, asked):
    page = browser.get(asked.page)
    assert page.status_code == 200
    assert len(page.content) < 30_000
    assert b"<script" not in page.content
    assert page.content.count(b'type="radio"') == 11


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_page_records_nothing(browser, asked, method):
    for _ in range(2):
        getattr(browser, method)(f"{asked.page}?q{asked.score.pk}=9&id={uuid4()}")
    assert rows(asked) == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_do_nothing(browser, asked, method):
    assert getattr(browser, method)(asked.page).status_code == 405


def test_an_answer_is_kept_and_thanked_for(browser, asked):
    form = filled(asked, **{f"q{asked.why.pk}": ["Staff", "Price"], f"q{asked.words.pk}": " Fine "})
    reply = browser.post(asked.page, form)
    assert (reply.status_code, reply["Location"]) == (303, f"{asked.page}thanks/")
    assert b"Thank you" in browser.get(reply["Location"]).content
    [row] = rows(asked)
    assert row.answers == {
        str(asked.score.pk): 9,
        str(asked.why.pk): ["Staff", "Price"],
        str(asked.words.pk): "Fine",
    }
    assert (row.via, added(asked)) == ("page", 1)


def test_sending_the_page_twice_counts_once(asked):
    form = filled(asked, id=str(submission(Client().get(asked.page))))
    replies = [Client().post(asked.page, form) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [303, 303]
    assert ([str(row.pk) for row in rows(asked)], added(asked)) == ([form["id"]], 1)


def test_an_answer_changed_and_sent_again_is_not_dropped(asked):
    form = filled(asked, id=str(submission(Client().get(asked.page))))
    Client().post(asked.page, form)
    Client().post(asked.page, {**form, f"q{asked.score.pk}": "2"})
    assert [row.answers[str(asked.score.pk)] for row in rows(asked)] == [9, 2]


@pytest.mark.parametrize("made_up", ["", "x", "0" * 400])
def test_a_made_up_submission_is_an_ordinary_answer(browser, asked, made_up):
    form = {**filled(asked), f"q{asked.words.pk}": "kept"}
    reply = browser.post(asked.page, {**form, "id": made_up})
    assert reply.status_code == 303
    assert len(rows(asked)) == 1


def test_one_browser_answers_once_and_says_so(browser, asked):
    browser.post(asked.page, filled(asked))
    assert b"answered already" in browser.get(asked.page).content
    assert b"answered already" in browser.post(asked.page, filled(asked, "1")).content
    assert len(rows(asked)) == 1


def test_a_browser_may_answer_again_where_the_survey_allows(browser, asked):
    with workspace_scope(asked.survey.workspace_id):
        change_survey(asked.survey, by=None, many_per_browser=True)
    for score in ("9", "1"):
        browser.post(asked.page, filled(asked, score))
    assert len(rows(asked)) == 2


def test_a_lost_or_expired_cookie_never_eats_an_answer(browser, asked):
    browser.post(asked.page, filled(asked))
    browser.cookies.clear()
    assert browser.post(asked.page, filled(asked, "2")).status_code == 303
    browser.cookies.clear()
    browser.cookies["sessionid"] = signing.dumps("a session that ended")
    browser.cookies["csrftoken"] = "expired"
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(asked.page, filled(asked, "3")).status_code == 303
    assert len(rows(asked)) == 3


@pytest.mark.parametrize("score", ["11", "-1", "nine", "9.5", "٩٩٩", "9" * 5000])
def test_a_wrong_score_is_told_beside_its_question_and_words_stay(browser, asked, score):
    reply = browser.post(asked.page, filled(asked, score, **{f"q{asked.words.pk}": "<b>Dear</b>"}))
    page = reply.content.decode()
    assert reply.status_code == 422
    assert f'id="q{asked.score.pk}-error"' in page
    assert "&lt;b&gt;Dear&lt;/b&gt;</textarea>" in page
    assert rows(asked) == []


def test_what_was_picked_stays_picked(browser, asked):
    form = filled(asked, "7", **{f"q{asked.why.pk}": "Staff", f"q{asked.words.pk}": "x" * 20_001})
    page = browser.post(asked.page, form).content.decode()
    assert 'value="7" checked' in page
    assert 'value="Staff" checked' in page
    assert page.count(" checked") == 2


def test_a_made_up_choice_is_refused(browser, asked):
    assert browser.post(asked.page, {f"q{asked.why.pk}": "Food"}).status_code == 422


def test_an_empty_answer_is_asked_for_again(browser, asked):
    reply = browser.post(asked.page, {})
    assert reply.status_code == 422
    assert b"Nothing was answered" in reply.content


def test_a_required_question_must_be_answered(browser, asked):
    with workspace_scope(asked.survey.workspace_id):
        change_question(asked.score, by=None, is_required=True)
    reply = browser.post(asked.page, {f"q{asked.words.pk}": "Fine"})
    assert reply.status_code == 422
    assert b"Please answer this question" in reply.content


def test_a_changed_question_is_on_the_page_at_once(browser, asked):
    browser.get(asked.page)
    with workspace_scope(asked.survey.workspace_id):
        change_question(asked.score, by=None, text="Another wording?")
    assert b"Another wording?" in browser.get(asked.page).content


def test_a_closed_survey_says_so_without_a_form(browser, asked):
    with workspace_scope(asked.survey.workspace_id):
        close_survey(asked.survey, by=None)
    page = browser.get(asked.page)
    assert (page.status_code, b"<form" in page.content) == (200, False)
    assert b"closed" in page.content
    assert browser.post(asked.page, filled(asked)).status_code == 410
    assert rows(asked) == []


def test_a_survey_closed_after_an_answer_takes_no_other(asked):
    Client().post(asked.page, filled(asked))
    with workspace_scope(asked.survey.workspace_id):
        close_survey(asked.survey, by=None)
    assert Client().post(asked.page, filled(asked)).status_code == 410
    assert len(rows(asked)) == 1


@pytest.mark.parametrize("token", ["unknown", "x" * 500, "%00", "%FF"])
def test_an_unknown_address_is_not_found(browser, db, token):
    assert browser.get(f"/s/{token}/").status_code == 404


def test_a_draft_is_not_found(browser, asked):
    with workspace_scope(asked.survey.workspace_id):
        draft = factories.survey(plan=asked.survey.plan, status=Survey.Status.DRAFT)
    assert browser.get(f"/s/{draft.token}/").status_code == 404
    assert browser.post(f"/s/{draft.token}/", {}).status_code == 404


def test_half_characters_and_nul_do_no_harm(browser, asked):
    body = f"q{asked.words.pk}=a%00b%ED%A0%80c"
    form = "application/x-www-form-urlencoded"
    assert browser.generic("POST", asked.page, body, content_type=form).status_code == 303
    [row] = rows(asked)
    assert row.answers[str(asked.words.pk)].startswith("ab")


def test_a_body_of_17_mb_is_refused(browser, asked):
    form = "application/x-www-form-urlencoded"
    body = b"a=" + b"x" * (17 * 1024 * 1024)
    assert browser.generic("POST", asked.page, body, content_type=form).status_code in (400, 413)


def test_an_address_that_sends_too_much_is_told_to_wait(browser, asked, settings):
    settings.PUBLIC_REQUESTS_PER_MINUTE = 2
    replies = [browser.get(asked.page) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert int(replies[2]["Retry-After"]) > 0


def test_the_page_speaks_the_surveys_language_from_right_to_left(browser, asked):
    with workspace_scope(asked.survey.workspace_id):
        change_survey(asked.survey, by=None, language="fa")
    page = browser.get(asked.page, headers={"Accept-Language": "lt"}).content.decode()
    assert '<html lang="fa" dir="rtl">' in page


def test_the_clock_of_the_workspace_decides_the_day(browser, asked, workspace):
    Workspace.objects.filter(pk=workspace.pk).update(time_zone="Pacific/Kiritimati")
    browser.post(asked.page, filled(asked))
    [row] = rows(asked)
    assert row.day == row.answered_at.astimezone(Workspace.objects.get(pk=workspace.pk).zone).date()


def test_a_post_takes_one_statement(asked, statements):
    Client().post(asked.page, filled(asked))
    with statements() as seen:
        assert Client().post(asked.page, filled(asked)).status_code == 303
    assert len(seen) == 1


def test_an_answer_is_handed_back_when_the_database_is_away(browser, asked, monkeypatch):
    def lost(*_args, **_more):
        raise psycopg.OperationalError("server closed the connection")

    monkeypatch.setattr(psycopg.Cursor, "execute", lost)
    reply = browser.post(asked.page, filled(asked, **{f"q{asked.words.pk}": "Hours of work"}))
    assert (reply.status_code, reply["Retry-After"]) == (503, "10")
    page = reply.content.decode()
    assert 'value="Hours of work"' in page
    assert f'name="q{asked.score.pk}" value="9"' in page

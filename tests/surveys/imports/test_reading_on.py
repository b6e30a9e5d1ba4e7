"""What a file's page says of its end, and where it leads on to."""

import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics.models import Metric
from surveys.design.models import Survey
from surveys.imports import running, services
from surveys.imports.mapping import Meaning
from surveys.imports.models import AnswerImport
from surveys.responses.models import Response
from tests import factories

NEW = {
    "columns": {"Food": {"to": "new", "name": "Food"}},
    "time": {"date": "2025-06-30"},
    "survey_name": "Passengers",
}
FOOD = "Food\n" + "5\n4\n1\n" * 40


def asked():
    metric = factories.metric()
    survey = factories.survey(plan=metric.plan, status="open")
    return factories.question(survey=survey, metric=metric)


def days(question):
    return {
        "columns": {
            "score": {"to": "question", "question": question.pk},
            "day": {"to": "time"},
        },
        "time": {"order": "ymd"},
    }


@pytest.fixture
def page(client, by):
    """Return what shows an import's page to an editor."""
    client.force_login(by.user)

    def page(row):
        return client.get(reverse("import", args=[by.workspace.slug, row.pk]))

    return page


def read(client, shown):
    """Follow the link to the answers; returns how many stand there."""
    found = client.get(shown.context["read_url"])
    assert found.status_code == 200
    return found.context["tally"].answers, found.content.decode()


def test_a_file_leads_to_the_answers_it_brought(bring, page, client):
    question = asked()
    factories.response(question.survey, {question.pk: 9}, day="2025-03-02")
    row = bring("score,day\n9,2025-03-01\n8,2025-03-04\n", days(question), question.survey)
    shown = page(row)
    assert "Read the answers it brought" in shown.content.decode()
    n, text = read(client, shown)
    assert n == 2
    assert "How they came: from a file" in text


def test_where_two_files_share_days_the_link_says_so(bring, page, client):
    question = asked()
    bring("score,day\n9,2025-03-01\n8,2025-03-04\n", days(question), question.survey)
    row = bring("score,day\n7,2025-03-03\n6,2025-03-09\n", days(question), question.survey)
    shown = page(row)
    assert "Read what files brought of 3 Mar 2025 to 9 Mar 2025" in shown.content.decode()
    assert "Another file brought answers of the same days" in shown.content.decode()
    assert read(client, shown)[0] == 3
    apart = bring("score,day\n7,2025-05-03\n", days(question), question.survey)
    assert "Read the answers it brought" in page(apart).content.decode()


def test_a_file_that_brought_nothing_new_says_so(bring, page, client):
    question = asked()
    told, file = days(question), "score,day\n9,2025-03-01\n"
    bring(file, told, question.survey)
    shown = page(bring(file, told, question.survey))
    assert "Nothing new: the survey knew every answer" in shown.content.decode()
    assert "Read the survey’s answers" in shown.content.decode()
    assert read(client, shown)[0] == 1


def test_only_a_check_or_an_end_is_reported(bring, page):
    question = asked()
    row = bring("score,day\n9,2025-03-01\n11,2025-03-01\n", days(question), question.survey)
    assert "Nothing was brought in: some rows have faults" in page(row).content.decode()
    services.say(row, Meaning.of(row.mapping))  # kept for later
    assert "rows with faults" not in page(row).content.decode()
    AnswerImport.objects.update(status="failed", trouble="The packed file is damaged.")
    shown = page(row).content.decode()
    assert "The packed file is damaged." in shown
    assert "It is done" not in shown


def test_a_file_no_longer_kept_can_only_be_sent_again(received, page):
    row = received("a,b\n1,2\n")
    AnswerImport.objects.update(file_gone_at=timezone.now())
    shown = page(row).content.decode()
    assert "The file is no longer kept" in shown
    assert "Check the whole file" not in shown


def test_a_file_sent_twice_before_it_came_in_makes_one_survey(received, bring, by):
    plan = factories.plan()
    second = services.say(received(FOOD, plan=plan), Meaning.of(NEW))
    assert bring(FOOD, NEW, plan=plan).status == "done"
    second = services.start(second, by=by)
    assert second.status == "failed"
    assert "Meanwhile a file with these columns was brought in" in second.trouble
    assert services.check_file(second).status == "failed"
    assert (Survey.objects.count(), Metric.objects.count(), Response.objects.count()) == (1, 1, 120)

    # Sent again it goes into that survey; under another name it is another survey.
    again = received(FOOD, plan=plan)
    assert again.survey == Survey.objects.get()
    services.start(again, by=by)
    assert Response.objects.count() == 120
    services.say(second, Meaning.of({**NEW, "survey_name": "Others"}))
    assert services.start(second, by=by).status == "done"
    assert intake.check(by.workspace_id) == []


def test_two_people_who_make_the_same_survey_at_once_make_one(received, by):
    plan = factories.plan()
    rows = [services.say(received(FOOD, plan=plan), Meaning.of(NEW)) for _ in range(2)]
    AnswerImport.objects.update(status="running", alive_at=timezone.now())

    def go(row):
        try:
            with workspace_scope(by.workspace_id):
                running.work(row.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(AnswerImport.objects.values_list("status", flat=True)) == ["done", "failed"]
    loser = AnswerImport.objects.get(status="failed")
    assert "Send this file again" in loser.trouble or "send this file again" in loser.trouble
    assert (Survey.objects.count(), Response.objects.count()) == (1, 120)
    assert intake.check(by.workspace_id) == []

"""Files sent to a plan are listed, searched and paged, at the same cost however many they are."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from surveys.imports.models import ImportFault
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(workspace):
    with workspace_scope(workspace.pk):
        return factories.survey(name="After the flight")


def send(survey, n, **over):
    """Keep `n` files, each by somebody else and with faults."""
    with workspace_scope(survey.workspace_id):
        for number in range(n):
            by = factories.member(survey.workspace)
            fields: dict[str, Any] = {"file_name": f"answers {number}.csv", "status": "refused"}
            fields |= {"totals": {"flawed": 3}, **over}
            row = factories.answerimport(survey=survey, by=by, **fields)
    return row


def queries(act):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert act().status_code == 200
    return len(seen)


def listed(page):
    return re.findall(r'class="survey-row import-row"', page.content.decode())


def test_the_page_asks_as_often_for_thirty_files_as_for_three(cast, survey):
    url = reverse("imports", args=[survey.workspace.slug, survey.plan_id])
    client = cast.client("editor")
    send(survey, 3)
    few = queries(lambda: client.get(url))
    send(survey, 27)
    assert queries(lambda: client.get(url)) == few
    first, second = client.get(url), client.get(url, {"page": 2})
    assert (len(listed(first)), len(listed(second))) == (20, 10)
    assert "1 to 20 of 30" in first.content.decode()


def test_rest_asks_as_often_for_thirty_files_as_for_three(api, survey):
    def ask():
        return api.get(f"surveys/{survey.pk}/imports/")

    send(survey, 3)
    ask()  # the first use of a token is noted
    few = queries(ask)
    send(survey, 27)
    assert queries(ask) == few
    assert len(ask().json()["results"]) == 30


def test_a_file_s_page_asks_as_often_for_thirty_faults_and_columns_as_for_three(cast, survey):
    def page_of(n):
        columns = [
            {"name": f"c{i}", "letter": f"A{i}", "distinct": 1, "values": [["5", 1]]}
            for i in range(n)
        ]
        row = send(
            survey, 1, columns=columns, totals={"flawed": n, "cells": n}, dialect={"kind": "csv"}
        )
        with workspace_scope(survey.workspace_id):
            for number in range(n):
                fault = {"row": number, "column": "c", "value": "x", "reason": "No."}
                ImportFault(of=row, **fault).save(force_insert=True)
                factories.question(survey=survey, metric=factories.metric(plan=survey.plan))
        url = reverse("import", args=[survey.workspace.slug, row.pk])
        return queries(lambda: cast.client("editor").get(url))

    assert page_of(3) == page_of(30)


def test_files_are_found_by_name_survey_and_state(cast, survey):
    send(survey, 1, file_name="May.csv")
    send(survey, 1, file_name="June.csv", status="done")
    url = reverse("imports", args=[survey.workspace.slug, survey.plan_id])
    client = cast.client("viewer")
    for asked, names in {
        "q=may": ["May.csv"],
        "q=after+the": ["June.csv", "May.csv"],
        "status=done": ["June.csv"],
        "status=nonsense": ["June.csv", "May.csv"],
    }.items():
        page = client.get(f"{url}?{asked}").content.decode()
        assert re.findall(r'dir="auto">(\w+\.csv)<', page) == names, asked
    nothing = client.get(f"{url}?q=July").content.decode()
    assert "No file is like that" in nothing
    assert 'value="July"' in nothing

"""A file comes in whole, once, and what it brings is counted."""

from datetime import datetime
from typing import Any

from openpyxl import Workbook

from strategy import intake
from strategy.metrics.models import Tally
from surveys.responses.models import Response
from tests import factories

FILE = (
    "id,answered,score,why\n"
    "r1,2025-03-01 10:00,9,Quick\nr2,2025-03-01 23:30,3,\nr3,2025-03-02,10,Kind\n"
)


def meaning(question, words=None, **more):
    columns = {
        "id": {"to": "external_id"},
        "answered": {"to": "time"},
        "score": {"to": "question", "question": question.pk},
    }
    if words:
        columns["why"] = {"to": "question", "question": words.pk}
    return {"columns": columns, "time": {"order": "ymd"}, **more}


def asked():
    metric = factories.metric()
    survey = factories.survey(plan=metric.plan)
    return factories.question(survey=survey, metric=metric), factories.question(
        survey=survey, kind="open", position=1
    )


def totals(row):
    return {name: n for name, n in row.totals.items() if n}


def test_rows_become_answers_and_cells(bring):
    score, words = asked()
    row = bring(FILE, meaning(score, words), score.survey)
    assert (row.status, totals(row)) == ("done", {"rows": 3, "taken": 3})
    kept = Response.objects.order_by("external_id")
    assert [(r.external_id, r.answers, str(r.day)) for r in kept] == [
        ("r1", {str(score.pk): 9, str(words.pk): "Quick"}, "2025-03-01"),
        ("r2", {str(score.pk): 3}, "2025-03-01"),
        ("r3", {str(score.pk): 10, str(words.pk): "Kind"}, "2025-03-02"),
    ]
    cells = Tally.objects.filter(metric=score.metric).order_by("day", "bucket")
    assert [(str(c.day), c.bucket, c.n) for c in cells] == [
        ("2025-03-01", 3, 1),
        ("2025-03-01", 9, 1),
        ("2025-03-02", 10, 1),
    ]
    assert intake.check(score.workspace_id) == []


def test_a_second_run_adds_nothing(bring):
    score, words = asked()
    bring(FILE, meaning(score, words), score.survey)
    again = bring(FILE, meaning(score, words), score.survey)
    assert (again.status, totals(again)) == ("done", {"rows": 3, "known": 3})
    assert Response.objects.count() == 3
    assert intake.check(score.workspace_id) == []


def test_rows_without_an_id_are_told_apart_by_content_and_count(bring):
    score, _words = asked()
    told = {
        "columns": {"score": {"to": "question", "question": score.pk}},
        "time": {"date": "2025-03-01"},
    }
    first = bring("score\n9\n9\n3\n9\n", told, score.survey)
    assert totals(first) == {"rows": 4, "taken": 4}
    more = bring("score\n9\n9\n9\n9\n3\n", told, score.survey)
    assert totals(more) == {"rows": 5, "known": 4, "taken": 1}
    assert intake.check(score.workspace_id) == []


def test_one_bad_row_keeps_all_out_unless_told_otherwise(bring):
    score, words = asked()
    bad = FILE + "r4,2025-03-03,11,Too much\nr5,soon,5,\n"
    refused = bring(bad, meaning(score, words), score.survey)
    assert refused.status == "refused"
    assert totals(refused) == {"rows": 5, "taken": 3, "flawed": 2, "cells": 2}
    assert Response.objects.count() == 0
    assert [(f.row, f.column, f.value, f.reason) for f in refused.faults.order_by("row")] == [
        (5, "score", "11", "A whole number from 0 to 10, please."),
        (6, "answered", "soon", "This is no date or time."),
    ]
    kept = bring(bad, meaning(score, words, keep_good=True), score.survey)
    assert (kept.status, totals(kept)["taken"]) == ("done", 3)
    assert Response.objects.count() == 3
    assert kept.faults.count() == 2


def test_columns_become_metrics_touchpoints_and_questions_in_one_act(bring, by):
    file = "Food,Seat\n" + "5,1\n4,0\n0,3\n" * 3
    told = {
        "columns": {
            name: {"to": "new", "name": name, "no_answer": ["0"]} for name in ("Food", "Seat")
        },
        "time": {"date": "2025-01-31"},
        "survey_name": "Passengers 2025",
    }
    plan = factories.plan()
    row = bring(file, told, plan=plan)
    assert (row.status, row.trouble, totals(row)) == ("done", "", {"rows": 9, "taken": 9})
    assert row.survey.name == "Passengers 2025"
    food, seat = row.survey.questions.all()
    assert (food.metric.name, food.metric.kind, food.touchpoint.name) == ("Food", "csat", "Food")
    assert (seat.scale_min, seat.scale_max) == (1, 3)
    again = bring(file, {**row.mapping}, row.survey)
    assert totals(again) == {"rows": 9, "known": 9}
    assert plan.metrics.count() == 2
    assert intake.check(by.workspace_id) == []


def test_a_workbook_named_csv_says_the_same_as_its_csv(bring, tmp_path):
    score, _words = asked()
    told = meaning(score)
    bring(
        "id,answered,score\nr1,2025-03-01T10:00:00,9\nr2,2025-03-02T00:00:00,4\n",
        told,
        score.survey,
    )
    book: Any = Workbook()
    for row in (
        ["id", "answered", "score"],
        ["r1", datetime.fromisoformat("2025-03-01T10:00"), 9],
        ["r2", datetime.fromisoformat("2025-03-02T00:00"), 4.0],
    ):
        book.active.append(row)
    book.save(tmp_path / "book")
    row = bring((tmp_path / "book").read_bytes(), told, score.survey, name="book.csv")
    assert (row.dialect["kind"], totals(row)) == ("xlsx", {"rows": 2, "known": 2})


def test_ids_twice_in_a_file_are_one_answer_or_a_fault(bring):
    score, _words = asked()
    twice = bring(
        "id,answered,score\nr1,2025-03-01,9\nr1,2025-03-01,9\n", meaning(score), score.survey
    )
    assert totals(twice) == {"rows": 2, "taken": 1, "twice": 1}
    other = bring(
        "id,answered,score\nr1,2025-03-01,9\nr2,2025-03-01,9\nr2,2025-03-01,8\n",
        meaning(score),
        score.survey,
    )
    assert other.status == "refused"
    assert other.faults.get().reason == "This id stands in an earlier row, with other answers."


def test_three_hundred_columns_are_no_trouble(bring):
    score, _words = asked()
    head = ",".join(["score", *(f"c{n}" for n in range(299))])
    row = ",".join(["9", *("=cmd|x" for _ in range(299))])
    columns = {"score": {"to": "question", "question": score.pk}}
    told = {"columns": columns, "time": {"date": "2025-03-01"}}
    assert bring(f"{head}\n{row}\n", told, score.survey).status == "done"


def test_a_closed_survey_takes_only_what_was_answered_before(bring, by):
    score, _words = asked()
    survey = score.survey
    survey.status, survey.closed_at = "closed", datetime.fromisoformat("2025-03-01T22:00:00+00:00")
    survey.save()
    row = bring(FILE, meaning(score, keep_good=True), survey)
    assert totals(row) == {"rows": 3, "taken": 2, "flawed": 1, "cells": 1}
    assert row.faults.get().reason == "The survey was closed before this was answered."

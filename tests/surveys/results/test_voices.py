"""Voices: what is counted elsewhere can be read here, and by whom."""

import csv
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics.estimates import Estimate
from strategy.metrics.selectors import by_segment, by_touchpoint, reading_over
from surveys.design.services import change_survey
from surveys.responses.models import Response
from tests import factories


def count(page) -> int:
    return int(page.context["tally"].answers)


def n_of(estimate: Estimate | None) -> int:
    return estimate.n if estimate else 0


def shown(page) -> list[str]:
    return re.findall(r'class="voice-row"', page.content.decode())


@pytest.mark.parametrize(
    ("asked", "n"),
    [
        ({}, 7),
        ({"metric": "nps"}, 5),
        ({"metric": "seat"}, 6),
        ({"metric": "seat", "survey": "later"}, 2),
        ({"metric": "nps", "group": "promoter"}, 2),
        ({"metric": "nps", "group": "passive"}, 1),
        ({"metric": "nps", "group": "detractor"}, 2),
        ({"metric": "seat", "group": "top"}, 3),
        ({"metric": "seat", "group": "rest"}, 3),
        ({"metric": "seat", "score": "5"}, 2),
        ({"metric": "seat", "group": "rest", "score": "5"}, 0),
        ({"metric": "nps", "segment": "Travel=Business"}, 2),
        ({"touchpoint": "cabin"}, 6),
        ({"metric": "nps", "touchpoint": "cabin"}, 0),
        ({"from": "2026-06-02", "to": "2026-06-04"}, 3),
        ({"q": "the OLD seat"}, 1),
        ({"q": "nobody said this"}, 0),
    ],
)
def test_answers_are_narrowed_as_the_address_says(cast, june, asked, n):
    names = {key: getattr(june, value).pk if hasattr(june, value) else value
             for key, value in asked.items()}  # fmt: skip
    page = cast.client("viewer").get(june.page, names)
    assert (page.status_code, count(page), len(shown(page))) == (200, n, n)


@pytest.mark.parametrize(
    "asked",
    [
        {"metric": "4711"},
        {"group": "promoter"},
        {"score": "9"},
        {"from": "2026-06-09", "to": "2026-06-01"},
        {"from": "yesterday"},
    ],
)
def test_an_address_that_means_nothing_says_so_and_shows_no_answer(cast, june, asked):
    page = cast.client("viewer").get(june.page, asked)
    assert (page.status_code, shown(page)) == (422, [])
    assert "Show all answers" in page.content.decode()


def test_n_of_a_metric_fed_by_two_surveys_is_the_count_of_its_rows(cast, june):
    first, last = date(2026, 6, 2), date(2026, 6, 6)
    with workspace_scope(june.plan.workspace_id):
        n = n_of(reading_over(june.seat, first, last))
        split = by_touchpoint(june.seat, first, last)[june.cabin.pk].n
        segments = {name: part.n for name, part in by_segment(june.seat, first, last).items()}
    window = {"metric": june.seat.pk, "from": first, "to": last}
    client = cast.client("viewer")
    assert n == 4
    assert count(client.get(june.page, window)) == n
    assert count(client.get(june.page, {**window, "touchpoint": june.cabin.pk})) == split
    for name, part in segments.items():
        assert count(client.get(june.page, {**window, "segment": name})) == part


def test_the_groups_of_a_metric_add_up_to_all_its_answers(cast, june):
    page = cast.client("viewer").get(june.page, {"metric": june.nps.pk, "group": "promoter"})
    assert [group["n"] for group in page.context["groups"]] == [2, 1, 2]


def test_a_filter_is_taken_away_by_its_chip(cast, june):
    asked = {"metric": june.nps.pk, "group": "promoter", "segment": "Travel=Business"}
    page = cast.client("viewer").get(june.page, asked)
    without = {chip.words: chip.without for chip in page.context["chips"]}
    assert set(without) == {"Metric: Recommendation", "Promoters", "Segment: Travel: Business"}
    assert without["Metric: Recommendation"] == "?segment=Travel%3DBusiness"


def test_pages_follow_one_another_without_a_gap(cast, airline):
    airline.answer(airline.later, *((1, {"csat": 5}, "") for _ in range(65)))
    client, seen, address = cast.client("viewer"), [], ""
    for _ in range(3):
        page = client.get(airline.page + address)
        seen += re.findall(r'href="[^"]*/voices/([0-9a-f-]{36})/"', page.content.decode())
        [address] = re.findall(r'rel="next" href="([^"]+)"', page.content.decode()) or [""]
    assert (len(seen), len(set(seen)), address) == (65, 65, "")


def test_a_cursor_of_somewhere_else_is_no_page(cast, june):
    assert cast.client("viewer").get(june.page, {"cursor": "abc"}).status_code == 404


def test_more_answers_need_no_more_statements(cast, airline):
    client = cast.client("viewer")

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(airline.page, {"metric": airline.seat.pk})
        return len(seen)

    airline.answer(airline.later, *((1, {"csat": 5}, "") for _ in range(3)))
    client.get(airline.page)  # sessions and templates are warm from here on
    few = statements()
    airline.answer(airline.flight, *((2, {"csat": 4, "open": "Well"}, "") for _ in range(27)))
    assert statements() == few


def test_an_empty_plan_teaches_how_voices_begin(cast, airline):
    page = cast.client("viewer").get(airline.page)
    assert "Nobody has spoken yet" in page.content.decode()


# --- small groups ---------------------------------------------------------------------------


@pytest.fixture
def anonymous(june):
    with workspace_scope(june.plan.workspace_id):
        change_survey(june.flight, by=None, is_anonymous=True)
    return june


@pytest.mark.parametrize(
    ("who", "n"), [("viewer", 0), ("reviewer", 0), ("editor", 2), ("owner", 2)]
)
def test_few_people_of_a_segment_stay_unknown_in_an_anonymous_survey(cast, anonymous, who, n):
    asked = {"metric": anonymous.nps.pk, "segment": "Travel=Business"}
    page = cast.client(who).get(anonymous.page, asked)
    assert (count(page), len(shown(page))) == (n, n)
    assert ("fewer than five" in page.content.decode()) == (n == 0)


def test_five_people_of_a_segment_are_a_group(cast, anonymous):
    anonymous.answer(anonymous.flight, *((8, {"nps": 8}, "Business") for _ in range(3)))
    asked = {"metric": anonymous.nps.pk, "segment": "Travel=Business"}
    assert count(cast.client("viewer").get(anonymous.page, asked)) == 5


@pytest.mark.parametrize(("who", "sees"), [("viewer", False), ("editor", True)])
def test_one_answer_to_an_anonymous_survey_hides_its_segment(cast, anonymous, who, sees):
    page = cast.client(who).get(one(anonymous))
    assert page.status_code == 200
    assert ("Travel: Personal" in page.content.decode()) is sees


# --- one answer -----------------------------------------------------------------------------


def one(airline, **narrower) -> str:
    with workspace_scope(airline.plan.workspace_id):
        row = Response.objects.get(**narrower or {"day": date(2026, 6, 4)})
    return f"/w/{airline.slug}/voices/{row.pk}/"


def test_an_answer_leads_up_to_the_goals_it_moves(cast, june):
    with workspace_scope(june.plan.workspace_id):
        cycle = factories.cycle(plan=june.plan)
        top = factories.goal(cycle=cycle, statement="Loved again")
        factories.goal(cycle=cycle, parent=top, metric=june.seat, statement="Sit well")
        factories.goal(cycle=cycle, metric=june.seat, segment="Travel=Business", statement="Suits")
    page = cast.client("viewer").get(one(june)).content.decode()
    for words in ("No socket, and the old seat again.", "Cabin", "Seat comfort", "Sit well"):
        assert words in page
    assert "Loved again" in page
    assert "Suits" not in page


@pytest.mark.parametrize(
    ("who", "reads", "deletes"),
    [
        ("owner", 200, 200),
        ("editor", 200, 200),
        ("reviewer", 200, 403),
        ("viewer", 200, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_read_and_who_may_delete(cast, june, who, reads, deletes):
    client = cast.client(who)
    assert client.get(june.page).status_code == reads
    page = client.get(one(june))
    assert page.status_code == reads
    assert (b"Delete the answer" in page.content) == (deletes == 200)
    assert client.get(f"{one(june)}delete/").status_code == deletes
    assert client.get(f"{june.page}export/").status_code == deletes
    assert client.post(f"{one(june)}delete/").status_code == (302 if deletes == 200 else deletes)


def test_deleting_says_what_goes_and_takes_it_from_the_figure(cast, june):
    client, there = cast.client("editor"), one(june)
    asked = client.get(f"{there}delete/").content.decode()
    assert "1 answer leaves Recommendation, Seat comfort." in asked
    assert client.post(f"{there}delete/", follow=True).redirect_chain == [(june.page, 302)]
    assert client.get(there).status_code == 404
    with workspace_scope(june.plan.workspace_id):
        intake.drain(june.plan.workspace_id)
        window = (date(2026, 6, 1), date(2026, 6, 30))
        assert n_of(reading_over(june.nps, *window)) == 4


def test_words_are_shown_as_words(cast, june):
    june.answer(june.flight, (9, {"nps": 1, "open": "<script>alert(1)</script>"}, ""))
    page = cast.client("viewer").get(june.page).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


# --- the sheet ------------------------------------------------------------------------------


def test_the_sheet_has_the_rows_of_the_page(cast, june):
    asked = {"metric": june.seat.pk, "group": "top"}
    sent = cast.client("editor").get(f"{june.page}export/", asked)
    text = b"".join(sent.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert sent["Content-Disposition"] == 'attachment; filename="answers.csv"'
    assert [row["After the flight: How was your seat?"] for row in rows] == ["", "4", "5"]
    assert [row["survey"] for row in rows] == ["A week later", *["After the flight"] * 2]

"""The list of metrics and the page of one: figures with their doubt, never a number alone."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from strategy.metrics.services import archive_metric, redefine_metric
from tests import factories

pytestmark = pytest.mark.django_db


def open_list(client, metric, query=""):
    slug = metric.workspace.slug
    return client.get(reverse("metrics", args=[slug, metric.plan_id]) + query)


def open_metric(client, metric, query=""):
    return client.get(reverse("metric", args=[metric.workspace.slug, metric.pk]) + query)


def text_of(response):
    return " ".join(response.content.decode().replace("\xa0", " ").replace("&nbsp;", " ").split())


@pytest.mark.parametrize("who", ["owner", "editor", "reviewer", "viewer", "stranger"])
def test_members_read_metrics_and_strangers_find_nothing(cast, seat, who):
    status = 404 if who == "stranger" else 200
    client = cast.client(who)
    assert open_list(client, seat).status_code == status
    assert open_metric(client, seat).status_code == status


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("owner", {"edit", "redefine", "archive", "delete"}),
        ("editor", {"edit", "archive"}),
        ("reviewer", set()),
        ("viewer", set()),
    ],
)
def test_only_acts_the_role_allows_are_offered(cast, seat, who, sees):
    page = open_metric(cast.client(who), seat).content.decode()
    acts = ("edit", "redefine", "archive", "delete")
    assert {act for act in acts if f"/metrics/{seat.pk}/{act}/" in page} == sees


def test_a_value_stands_with_its_margin_its_n_and_its_window(cast, seat, send):
    send(seat, {5: 60, 4: 20, 1: 20})
    page = text_of(open_metric(cast.client("viewer"), seat))
    assert '<p class="big">80<small>%</small></p>' in page
    assert "±7.8, so 71.1 to 86.7" in page
    assert "n = 100" in page
    assert "last 28 days" in page
    assert "there is nothing before to compare it with" in page


def test_a_rise_beyond_chance_is_the_headline(cast, seat, send):
    send(seat, {5: 100, 1: 100}, days_ago=40)
    send(seat, {5: 180, 1: 20}, days_ago=2)
    page = text_of(open_metric(cast.client("viewer"), seat))
    assert "Seat comfort is rising, now at 90 %" in page
    assert "more than chance would do" in page


def test_a_small_move_is_called_steady(cast, seat, send):
    send(seat, {5: 10, 1: 10}, days_ago=40)
    send(seat, {5: 11, 1: 9}, days_ago=2)
    page = text_of(open_metric(cast.client("viewer"), seat))
    assert "Seat comfort holds steady at 55 %" in page
    assert "no more than chance would do" in page


def test_without_answers_words_stand_where_a_figure_would(cast, seat):
    page = text_of(open_metric(cast.client("viewer"), seat))
    assert "Seat comfort has no answers yet" in page
    assert 'class="big"' not in page


def test_answers_older_than_the_window_are_shown_as_old(cast, seat, send):
    send(seat, {5: 3, 1: 1}, days_ago=100)
    page = text_of(open_metric(cast.client("viewer"), seat))
    assert "Seat comfort has had no answers since" in page
    assert "so today there is no figure" in page


def test_windows_of_two_definitions_are_not_compared(cast, seat, send):
    send(seat, {5: 100, 4: 100}, days_ago=40)
    send(seat, {5: 100, 4: 100}, days_ago=2)
    day = cast.owner.workspace.today() - timedelta(days=20)
    redefine_metric(seat, by=cast.owner, from_day=day, top_box_from=5)
    page = text_of(open_metric(cast.client("viewer"), seat))
    assert "stands at 50 %; there is nothing before to compare it with" in page
    assert 'class="cut"' in page
    assert "now counts 5" in page


def test_goals_stand_with_their_status_and_their_target_is_drawn(cast, seat, send):
    today = cast.owner.workspace.today()
    cycle = factories.cycle(plan=seat.plan, starts_on=today.replace(month=1, day=1), name="now")
    factories.goal(
        cycle=cycle,
        metric=seat,
        statement="Seats please",
        baseline=Decimal(10),
        target=Decimal(77),
        starts_on=today - timedelta(days=60),
        due_on=today + timedelta(days=60),
    )
    send(seat, {5: 80, 1: 20})
    for page in (text_of(open_metric(cast.client("viewer"), seat)),
                 text_of(open_list(cast.client("viewer"), seat))):  # fmt: skip
        assert "On track" in page
        assert "Seats please" in page
    assert "target 77" in text_of(open_metric(cast.client("viewer"), seat))


def test_where_it_differs_names_touchpoints_and_segments_the_worst_first(cast, seat, send):
    good = factories.touchpoint(plan=seat.plan, name="Row 1")
    bad = factories.touchpoint(plan=seat.plan, name="Row 40")
    send(seat, {5: 9, 1: 1}, touchpoint_id=good.pk, segments=("Travel=Business",))
    send(seat, {5: 2, 1: 8}, touchpoint_id=bad.pk, segments=("Travel=Personal",))
    page = text_of(open_metric(cast.client("viewer"), seat))
    assert page.index("Row 40") < page.index("Row 1<")
    assert page.index("Travel: Personal") < page.index("Travel: Business")
    narrowed = text_of(open_metric(cast.client("viewer"), seat, f"?touchpoint={bad.pk}"))
    assert '<p class="big">20<small>%</small></p>' in narrowed
    assert "only Row 40" in narrowed


def test_another_plans_touchpoint_narrows_nothing(cast, seat):
    foreign = factories.touchpoint()
    assert open_metric(cast.client("viewer"), seat, f"?touchpoint={foreign.pk}").status_code == 404


@pytest.mark.parametrize(
    ("who", "sees"), [("editor", True), ("viewer", False), ("reviewer", False)]
)
def test_groups_under_five_of_an_anonymous_survey_are_hidden(cast, seat, send, who, sees):
    survey = factories.survey(plan=seat.plan, is_anonymous=True)
    factories.question(survey=survey, kind="csat", metric=seat)
    send(seat, {5: 3, 1: 1}, segments=("Travel=Business",))
    client = cast.client(who)
    whole = text_of(open_metric(client, seat))
    assert ("fewer than 5 answers" not in whole) is sees
    narrowed = text_of(open_metric(client, seat, "?segment=Travel%3DBusiness"))
    above = narrowed.partition("What this number is")[0]
    assert (re.search(r"\b75\s?%", above) is not None) is sees


def test_durations_show_median_and_ninetieth_percentile_in_the_unit_people_read(cast, inside, send):
    wait = factories.metric(kind="duration", name="Wait", plan=factories.plan())
    row = {"source": "observations"}
    # Bucket 269 holds 500,000 to 526,000 ms.
    send(wait, {269: 10}, **row)
    page = text_of(open_metric(cast.client("viewer"), wait))
    assert "half took at most" in page
    assert "nine of ten at most" in page
    assert "How long it took" in page


def test_the_chart_takes_days_and_periods_and_survives_nonsense(cast, seat, send):
    send(seat, {5: 9, 1: 1}, days_ago=3)
    client = cast.client("viewer")
    today = cast.owner.workspace.today()
    by_day = open_metric(client, seat, f"?from={today - timedelta(days=9)}&to={today}&by=day")
    assert by_day.content.decode().count("no data") == 9
    wrong = open_metric(client, seat, f"?from={today}&to={today - timedelta(days=9)}&by=age")
    assert wrong.status_code == 200
    assert "The last day lies before the first" in wrong.content.decode()


def test_a_wish_that_could_not_be_drawn_is_drawn_more_coarsely(cast, seat):
    response = open_metric(cast.client("viewer"), seat, "?from=2001-01-01&by=day")
    assert response.status_code == 200


def test_htmx_gets_only_the_history(cast, seat):
    url = reverse("metric", args=[seat.workspace.slug, seat.pk])
    part = cast.client("viewer").get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div id="history"')
    assert "<html" not in part


# --- the list -------------------------------------------------------------------------------


def test_the_headline_counts_metrics_with_answers(cast, seat, send):
    factories.metric(plan=seat.plan, name="Silent")
    send(seat, {5: 9, 1: 1})
    page = text_of(open_list(cast.client("viewer"), seat))
    assert "1 of 2 metrics have answers in their window" in page
    assert "90.0 %" in page
    assert "No answers yet" in page


def test_metrics_are_found_by_name_and_put_in_order(cast, seat, send):
    lounge = factories.metric(plan=seat.plan, name="Lounge")
    send(lounge, {9: 50})
    send(seat, {5: 5})
    client = cast.client("viewer")
    assert "Lounge" not in text_of(open_list(client, seat, "?q=seat"))
    by_n = text_of(open_list(client, seat, "?sort=n"))
    assert by_n.index("Lounge") < by_n.index("Seat comfort")
    newest = text_of(open_list(client, seat, "?sort=new"))
    assert newest.index("Lounge") < newest.index("Seat comfort")


def test_archived_metrics_are_hidden_and_one_link_away(cast, seat):
    factories.metric(plan=seat.plan, name="Kept")
    archive_metric(seat, by=cast.owner)
    client = cast.client("viewer")
    page = text_of(open_list(client, seat))
    assert "Seat comfort" not in page
    assert "1 archived" in page
    assert "Seat comfort" in text_of(open_list(client, seat, "?archived=1"))


def test_an_empty_plan_teaches_the_kinds(cast, inside):
    plan = factories.plan()
    url = reverse("metrics", args=[inside.slug, plan.pk])
    page = text_of(cast.client("editor").get(url))
    assert "Net Promoter Score (NPS)" in page
    assert "?kind=ces" in page
    assert "?kind=ces" not in text_of(cast.client("viewer").get(url))


def test_surveys_that_ask_are_named(cast, seat):
    factories.question(survey=factories.survey(plan=seat.plan), kind="csat", metric=seat)
    assert "After the visit" in text_of(open_list(cast.client("viewer"), seat))
    assert "How likely are you" in text_of(open_metric(cast.client("viewer"), seat))


def add_metrics(plan, count):
    cycle = plan.cycles.first() or factories.cycle(plan=plan)
    for n in range(count):
        metric = factories.metric(plan=plan, kind="csat", name=f"Metric {n}")
        factories.goal(cycle=cycle, metric=metric, baseline=Decimal(1), target=Decimal(2))
        factories.question(survey=factories.survey(plan=plan), kind="csat", metric=metric)


def test_thirty_metrics_take_as_many_queries_as_three(
    cast, seat, send, django_assert_num_queries, django_assert_max_num_queries
):
    client = cast.client("viewer")
    add_metrics(seat.plan, 2)
    send(seat, {5: 5})
    open_list(client, seat)  # a first visit also writes the session
    with django_assert_max_num_queries(30) as few:
        open_list(client, seat)
    add_metrics(seat.plan, 27)
    with django_assert_num_queries(len(few)):
        open_list(client, seat)


def test_thirty_touchpoints_take_as_many_queries_as_three(
    cast, seat, send, django_assert_num_queries, django_assert_max_num_queries
):
    client = cast.client("viewer")

    def answer(count):
        for _ in range(count):
            place = factories.touchpoint(plan=seat.plan)
            send(seat, {5: 5, 2: 1}, touchpoint_id=place.pk, segments=(f"Row={place.pk}",))

    answer(3)
    open_metric(client, seat)
    with django_assert_max_num_queries(30) as few:
        open_metric(client, seat)
    answer(27)
    with django_assert_num_queries(len(few)):
        open_metric(client, seat)

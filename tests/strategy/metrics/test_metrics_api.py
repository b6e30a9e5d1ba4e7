"""Metrics, values and observations over REST."""

from datetime import UTC, datetime, timedelta

import pytest

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from tests import factories
from tests.api import Api

NOON = "2026-06-01T12:00:00+00:00"


@pytest.fixture
def plan(scope):
    return factories.plan(segments={"country": ["LT", "LV"]})


def make(api, plan, **body):
    return api.post("metrics/", {"plan": plan.pk, "name": "NPS", "kind": "nps", **body})


def test_a_metric_gets_what_is_usual_of_its_kind(api, plan):
    made = make(api, plan)
    assert made.status_code == 201, made.content
    assert made.headers["ETag"] == f'"metric-{made.json()["id"]}-1"'
    said = made.json()
    assert (said["scale_min"], said["scale_max"], said["method"]) == (0, 10, "net")
    assert (said["top_box_from"], said["bottom_box_to"]) == (9, 6)
    assert said["current"] is None


@pytest.mark.parametrize(
    ("body", "top_box"),
    [
        ({"kind": "csat"}, 4),
        ({"kind": "csat", "scale_max": 3}, 3),
        ({"kind": "ces"}, 4),
        ({"kind": "ces", "scale_max": 7}, 5),
        ({"kind": "csat", "method": "mean"}, None),
    ],
)
def test_a_score_counts_the_usual_top_box_of_its_scale(api, plan, body, top_box):
    assert make(api, plan, **body).json()["top_box_from"] == top_box


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "nps", "scale_min": 1}, "/scale_min"),
        ({"kind": "csat", "scale_min": 5, "scale_max": 1}, "/scale_max"),
        ({"kind": "csat", "top_box_from": 9}, "/top_box_from"),
        ({"kind": "duration", "scale_max": 5}, "/scale_max"),
        ({"kind": "duration", "method": "top_box"}, "/method"),
        ({"kind": "nps", "combine": "sum"}, "/combine"),
    ],
)
def test_a_metric_that_could_not_be_read_is_refused(api, plan, body, pointer):
    refused = make(api, plan, **body)
    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


def test_lower_is_better_for_durations_unless_said(api, plan):
    assert make(api, plan, kind="duration").json()["higher_is_better"] is False
    assert make(api, plan, kind="ratio").json()["higher_is_better"] is True


def test_an_observation_counts_once_however_often_it_is_sent(api, plan, scope):
    metric = make(api, plan, kind="duration").json()["id"]
    body = {"observed_at": NOON, "seconds": 90.5, "external_id": "a", "segment": "LT"}
    first = api.post(f"metrics/{metric}/observations/", body)
    again = api.post(f"metrics/{metric}/observations/", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["segment"] == "country=LT"
    other = api.post(f"metrics/{metric}/observations/", {**body, "seconds": 91})
    assert other.status_code == 409
    intake.run(scope.pk)
    values = api.get(f"metrics/{metric}/values/?from=2026-05-31&to=2026-06-02").json()
    assert [(one["period"], one["value"], one["n"]) for one in values["results"]] == [
        ("2026-05-31", None, 0),
        ("2026-06-01", 90.5, 1),
        ("2026-06-02", None, 0),
    ]
    assert values["unit"] == "s"


@pytest.mark.parametrize(
    ("kind", "body", "pointer"),
    [
        ("duration", {"value": 1}, "/value"),
        ("duration", {"seconds": -1}, "/seconds"),
        ("ratio", {"numerator": 1}, "/denominator"),
        ("ratio", {"numerator": 1, "denominator": 0}, "/denominator"),
        ("nps", {"value": 11}, "/value"),
        ("nps", {"value": 7.5}, "/value"),
        ("value", {}, "/value"),
        ("value", {"value": 1, "observed_at": "2026-06-01T12:00:00"}, "/observed_at"),
        ("value", {"value": 1, "observed_at": "1999-12-31T23:59:59Z"}, "/observed_at"),
        ("value", {"value": 1, "touchpoint": 10**9}, "/touchpoint"),
        ("value", {"value": 1, "colour": "red"}, "/colour"),
    ],
)
def test_an_unsound_observation_is_refused_at_its_field(api, plan, kind, body, pointer):
    metric = make(api, plan, kind=kind).json()["id"]
    refused = api.post(f"metrics/{metric}/observations/", {"observed_at": NOON, **body})
    assert refused.status_code == 400, refused.content
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]


def test_the_future_is_refused_beyond_five_minutes(api, plan):
    metric = make(api, plan, kind="value").json()["id"]
    for minutes, code in ((4, 201), (6, 400)):
        at = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        answer = api.post(f"metrics/{metric}/observations/", {"observed_at": at, "value": 1})
        assert answer.status_code == code


def test_a_changed_and_a_deleted_observation_are_counted_again(api, plan, scope):
    metric = make(api, plan).json()["id"]
    path = f"metrics/{metric}/observations/"
    row = api.post(path, {"observed_at": NOON, "value": 10}).json()["id"]
    values = f"metrics/{metric}/values/?from=2026-06-01&to=2026-06-30&by=month"
    figures = []
    for call in (
        lambda: None,
        lambda: api.put(f"{path}{row}/", {"observed_at": NOON, "value": 0}),
        lambda: api.delete(f"{path}{row}/"),
    ):
        call()
        intake.run(scope.pk)
        [month] = api.get(values).json()["results"]
        figures.append((month["value"], month["n"]))
    assert figures == [(100.0, 1), (-100.0, 1), (None, 0)]


def test_a_metric_with_answers_is_redefined_from_a_day_on_by_its_owner_alone(api, plan, scope):
    metric = make(api, plan, kind="csat").json()["id"]
    for day, value in (("01", 4), ("20", 4)):
        at = f"2026-06-{day}T12:00:00Z"
        api.post(f"metrics/{metric}/observations/", {"observed_at": at, "value": value})
    intake.run(scope.pk)
    assert api.patch(f"metrics/{metric}/", {"top_box_from": 5}).status_code == 409
    body = {"from_day": "2026-06-10", "top_box_from": 5}
    editor = Api(factories.token(factories.member(scope, Role.EDITOR)))
    assert editor.post(f"metrics/{metric}/redefine/", body).status_code == 403
    assert api.post(f"metrics/{metric}/redefine/", body).json()["definition_version"] == 2
    days = api.get(f"metrics/{metric}/values/?from=2026-06-01&to=2026-06-20").json()["results"]
    assert [(one["value"], one["version"]) for one in days if one["n"]] == [(100, 1), (0, 2)]
    [month] = api.get(f"metrics/{metric}/values/?from=2026-06-01&to=2026-06-30&by=month").json()[
        "results"
    ]
    assert (month["n"], month["version"]) == (1, 2)


def test_a_metric_in_use_is_not_deleted(api, plan, scope):
    metric = factories.metric(plan=plan)
    factories.goal(metric=metric, cycle=factories.cycle(plan=plan))
    assert api.post(f"metrics/{metric.pk}/delete-for-good/", {}).status_code == 409
    free = make(api, plan).json()["id"]
    api.post(f"metrics/{free}/observations/", {"observed_at": NOON, "value": 9})
    gone = api.post(f"metrics/{free}/delete-for-good/", {}).json()["gone"]
    assert gone["observation"] == 1
    intake.run(scope.pk)
    assert api.get(f"metrics/{free}/").status_code == 404
    assert intake.check(scope.pk) == []


def test_values_of_too_many_or_backward_days_are_refused(api, plan):
    metric = make(api, plan).json()["id"]
    for query in ("from=2010-01-01&to=2026-01-01", "from=2026-02-01&to=2026-01-01", "by=year"):
        assert api.get(f"metrics/{metric}/values/?{query}").status_code == 400


def test_observations_of_another_workspace_are_out_of_reach(api, db):
    with workspace_scope(factories.workspace().pk):
        theirs = factories.metric()
    assert api.get(f"metrics/{theirs.pk}/observations/").status_code == 404
    body = {"observed_at": NOON, "value": 9}
    assert api.post(f"metrics/{theirs.pk}/observations/", body).status_code == 404

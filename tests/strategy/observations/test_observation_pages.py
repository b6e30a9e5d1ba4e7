"""Numbers typed in by hand: kept as typed when wrong, counted when right."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Observation, Pending
from strategy.metrics.observing import Observed, record_observation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield cast.owner.workspace


def url_of(metric):
    return reverse("observations", args=[metric.workspace.slug, metric.pk])


def now():
    return timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")


def seen(cast, metric, **figures):
    at = timezone.now() - timedelta(hours=1)
    return record_observation(metric, Observed(at, **figures), by=cast.owner)[0]


@pytest.mark.parametrize(
    ("who", "opens", "adds"),
    [
        ("owner", 200, 302),
        ("editor", 200, 302),
        ("reviewer", 200, 403),
        ("viewer", 200, 403),
        ("stranger", 404, 404),
    ],
)
def test_everybody_reads_and_editors_add(cast, inside, who, opens, adds):
    metric = factories.metric(kind="value", name="Lifetime value")
    client = cast.client(who)
    assert client.get(url_of(metric)).status_code == opens
    sent = client.post(url_of(metric), {"value": "12.5", "observed_at": now()})
    assert sent.status_code == adds
    assert Observation.objects.count() == (adds == 302)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("duration", {"hours": "1", "minutes": "5", "seconds": "0.5"}, {"milliseconds": 3_900_500}),
        ("ratio", {"numerator": "12", "denominator": "480"}, {"denominator": 480}),
        ("value", {"value": "12.5"}, {"value": Decimal("12.5")}),
        ("nps", {"value": "9"}, {"value": Decimal(9)}),
    ],
)
def test_each_kind_is_typed_its_own_way(cast, inside, kind, typed, kept):
    metric = factories.metric(kind=kind)
    sent = cast.client("editor").post(url_of(metric), {**typed, "observed_at": now()})
    assert sent.status_code == 302
    row = Observation.objects.get()
    assert {name: getattr(row, name) for name in kept} == kept
    assert Pending.objects.exists()


@pytest.mark.parametrize(
    ("kind", "typed", "says"),
    [
        ("nps", {"value": "11"}, "less than or equal to 10"),
        ("ratio", {"numerator": "7", "denominator": "0"}, "greater than or equal to 1"),
        ("duration", {"hours": ""}, "Enter hours, minutes or seconds."),
        ("value", {"value": "many"}, "Enter a number"),
    ],
)
def test_what_was_typed_stays_with_what_is_wrong(cast, inside, kind, typed, says):
    metric = factories.metric(kind=kind)
    sent = cast.client("editor").post(url_of(metric), {**typed, "observed_at": now()})
    page = sent.content.decode()
    assert sent.status_code == 422
    assert says in page
    assert all(f'value="{value}"' in page for value in typed.values() if value)
    assert not Observation.objects.exists()


def test_a_time_to_come_is_refused_by_the_service_at_its_field(cast, inside):
    metric = factories.metric(kind="value")
    later = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    sent = cast.client("editor").post(url_of(metric), {"value": "1", "observed_at": later})
    assert sent.status_code == 422
    assert "From the year 2000 to now" in sent.content.decode()


def test_the_newest_observation_stands_first(cast, inside):
    metric = factories.metric(kind="duration")
    seen(cast, metric, seconds=Decimal(65))
    old = Observed(timezone.now() - timedelta(days=9), seconds=Decimal(3700))
    record_observation(metric, old, by=cast.owner)
    page = cast.client("viewer").get(url_of(metric)).content.decode()
    assert page.index("1\xa0min 5\xa0s") < page.index("1\xa0h 1\xa0min 40\xa0s")


def test_an_observation_is_put_right_and_its_days_are_counted_again(cast, inside):
    metric = factories.metric(kind="ratio")
    row = seen(cast, metric, numerator=Decimal(3), denominator=10)
    url = reverse("observation-edit", args=[inside.slug, row.pk])
    client = cast.client("editor")
    assert 'value="3"' in client.get(url).content.decode()
    typed = {"numerator": "4", "denominator": "10", "observed_at": now()}
    assert client.post(url, typed).status_code == 302
    row.refresh_from_db()
    assert row.numerator == 4
    assert Pending.objects.filter(metric_id=None, day=row.day).exists()


def test_deleting_asks_first(cast, inside):
    row = seen(cast, factories.metric(kind="value"), value=Decimal(5))
    url = reverse("observation-delete", args=[inside.slug, row.pk])
    client = cast.client("editor")
    assert "This cannot be undone" in client.get(url).content.decode()
    assert Observation.objects.exists()
    assert client.post(url).status_code == 302
    assert not Observation.objects.exists()


@pytest.mark.parametrize("who", ["reviewer", "viewer"])
def test_readers_change_no_observation(cast, inside, who):
    row = seen(cast, factories.metric(kind="value"), value=Decimal(5))
    for name in ("observation-edit", "observation-delete"):
        assert cast.client(who).get(reverse(name, args=[inside.slug, row.pk])).status_code == 403


def test_thirty_observations_take_as_many_queries_as_three(
    cast, inside, django_assert_num_queries, django_assert_max_num_queries
):
    metric = factories.metric(kind="value")
    client = cast.client("editor")
    for n in range(3):
        seen(cast, metric, value=Decimal(n))
    client.get(url_of(metric))
    with django_assert_max_num_queries(12) as few:
        client.get(url_of(metric))
    for n in range(27):
        seen(cast, metric, value=Decimal(n))
    with django_assert_num_queries(len(few)):
        client.get(url_of(metric))

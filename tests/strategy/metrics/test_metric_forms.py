"""Making, changing, redefining, hiding and deleting a metric in the browser."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Metric
from strategy.metrics.observing import Observed, record_observation
from strategy.metrics.services import change_metric
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.metric(kind="csat", name="Seat comfort")


def new_url(metric, query=""):
    return reverse("metric-new", args=[metric.workspace.slug, metric.plan_id]) + query


def act(name, metric):
    return reverse(f"metric-{name}", args=[metric.workspace.slug, metric.pk])


def in_use(cast, metric):
    at = timezone.now() - timedelta(days=3)
    record_observation(metric, Observed(at, value=Decimal(4)), by=cast.owner)


@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("editor", 200), ("reviewer", 403), ("viewer", 403), ("stranger", 404)],
)
def test_editors_make_and_change_metrics(cast, seat, who, status):
    client = cast.client(who)
    assert client.get(new_url(seat)).status_code == status
    assert client.get(act("edit", seat)).status_code == status


@pytest.mark.parametrize("act_name", ["redefine", "delete"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("owner", 200), ("editor", 403), ("reviewer", 403), ("viewer", 403), ("stranger", 404)],
)
def test_only_owners_redefine_and_delete(cast, seat, act_name, who, status):
    assert cast.client(who).get(act(act_name, seat)).status_code == status


def test_a_kind_is_chosen_before_anything_is_typed(cast, seat):
    page = cast.client("editor").get(new_url(seat)).content.decode()
    assert "What do you want to measure?" in page
    assert "?kind=ces" in page
    assert "?starter=churn" in page


def test_the_usual_of_a_kind_is_filled_in(cast, seat):
    client = cast.client("editor")
    page = client.get(new_url(seat, "?kind=csat")).content.decode()
    assert "1 to 3" in page
    sent = client.post(
        new_url(seat, "?kind=csat"),
        {
            "name": "Food",
            "scale": "1-3",
            "method": "top_box",
            "window_days": "28",
            "higher_is_better": "True",
        },
    )
    food = Metric.objects.get(name="Food")
    assert sent.status_code == 302
    assert (food.scale_min, food.scale_max, food.top_box_from, food.unit) == (1, 3, 3, "%")


def test_a_starter_brings_its_name_and_its_way_of_combining(cast, seat):
    client = cast.client("editor")
    page = client.get(new_url(seat, "?starter=churn")).content.decode()
    assert 'value="Churn rate"' in page
    sent = client.post(
        new_url(seat, "?starter=churn"),
        {
            "name": "Churn",
            "window_days": "28",
            "higher_is_better": "False",
            "combine": "period",
            "unit": "%",
        },
    )
    assert sent.status_code == 302
    churn = Metric.objects.get(name="Churn")
    assert (churn.combine, churn.higher_is_better) == ("period", False)


def test_a_wrong_form_keeps_what_was_typed(cast, seat):
    sent = cast.client("editor").post(
        new_url(seat, "?kind=csat"),
        {
            "name": "Food",
            "scale": "1-5",
            "method": "top_box",
            "window_days": "900",
            "higher_is_better": "True",
            "top_box_from": "9",
        },
    )
    page = sent.content.decode()
    assert sent.status_code == 422
    assert 'value="Food"' in page
    assert 'value="900"' in page
    assert not Metric.objects.filter(name="Food").exists()


def test_a_box_off_the_scale_is_refused_at_its_field(cast, seat):
    sent = cast.client("editor").post(
        new_url(seat, "?kind=csat"),
        {
            "name": "Food",
            "scale": "1-5",
            "method": "top_box",
            "window_days": "28",
            "higher_is_better": "True",
            "top_box_from": "9",
        },
    )
    assert sent.status_code == 422
    assert "A box begins on the scale." in sent.content.decode()


def changed(metric, **over):
    return {
        "name": metric.name,
        "window_days": str(metric.window_days),
        "version": str(metric.version),
        **over,
    }


def test_plain_fields_change_at_once(cast, seat):
    in_use(cast, seat)
    sent = cast.client("editor").post(
        act("edit", seat), changed(seat, name="Seats", window_days="90", benchmark_value="61")
    )
    assert sent.status_code == 302
    seat.refresh_from_db()
    assert (seat.name, seat.window_days, seat.benchmark_value) == ("Seats", 90, 61)


def test_two_who_change_at_once_see_both_versions(cast, seat):
    seen = changed(seat, name="Mine")
    change_metric(seat, by=cast.owner, name="Theirs")
    client = cast.client("editor")
    sent = client.post(act("edit", seat), seen)
    page = sent.content.decode()
    assert sent.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    seat.refresh_from_db()
    assert client.post(act("edit", seat), changed(seat, name="Mine")).status_code == 302


def redefinition(metric, **over):
    return {
        "from_day": str(metric.workspace.today()),
        "scale": "1-5",
        "method": "top_box",
        "top_box_from": "5",
        "version": str(metric.version),
        **over,
    }


def test_redefining_first_says_what_it_does(cast, seat):
    in_use(cast, seat)
    cycle = factories.cycle(plan=seat.plan)
    factories.goal(cycle=cycle, metric=seat, baseline=Decimal(50), statement="Better seats")
    page = cast.client("owner").post(act("redefine", seat), redefinition(seat)).content.decode()
    assert "This goal has no data until its baseline is taken again" in page
    assert "Better seats" in page
    seat.refresh_from_db()
    assert seat.definition_version == 1


def test_redefining_holds_from_a_day_on(cast, seat):
    in_use(cast, seat)
    typed = redefinition(seat, confirmed="1")
    assert cast.client("owner").post(act("redefine", seat), typed).status_code == 302
    seat.refresh_from_db()
    assert (seat.definition_version, seat.top_box_from) == (2, 5)
    newest = seat.versions.get(number=2)
    assert newest.from_day == seat.workspace.today()
    page = cast.client("viewer").get(reverse("metric", args=[seat.workspace.slug, seat.pk]))
    assert "before: 1–5, 4 or 5" in page.content.decode()


def test_a_second_redefinition_before_the_first_is_refused_at_its_day(cast, seat):
    in_use(cast, seat)
    client = cast.client("owner")
    client.post(act("redefine", seat), redefinition(seat, confirmed="1"))
    seat.refresh_from_db()
    sent = client.post(act("redefine", seat), redefinition(seat, top_box_from="4", confirmed="1"))
    assert sent.status_code == 422
    assert "Choose a later day" in sent.content.decode()


def test_archiving_and_restoring(cast, seat):
    client = cast.client("editor")
    client.post(act("archive", seat))
    seat.refresh_from_db()
    assert seat.archived_at is not None
    client.post(act("restore", seat))
    seat.refresh_from_db()
    assert seat.archived_at is None


@pytest.mark.parametrize("who", ["reviewer", "viewer"])
@pytest.mark.parametrize("name", ["edit", "archive", "restore"])
def test_readers_change_nothing(cast, seat, who, name):
    assert cast.client(who).post(act(name, seat), {}).status_code == 403


def test_a_metric_in_use_is_not_deleted_and_says_by_what(cast, seat):
    factories.goal(cycle=factories.cycle(plan=seat.plan), metric=seat, statement="Better seats")
    client = cast.client("owner")
    assert "Better seats" in client.get(act("delete", seat)).content.decode()
    sent = client.post(act("delete", seat))
    assert sent.status_code == 409
    assert "is still used" in sent.content.decode()
    assert Metric.objects.filter(pk=seat.pk).exists()


def test_deleting_says_what_goes_and_then_goes(cast, seat):
    in_use(cast, seat)
    client = cast.client("owner")
    assert "1 observation goes with it" in client.get(act("delete", seat)).content.decode()
    assert client.post(act("delete", seat)).status_code == 302
    assert not Metric.objects.filter(pk=seat.pk).exists()

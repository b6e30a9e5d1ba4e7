"""Plans are begun, changed, approved and archived in the browser."""

from datetime import date

import pytest
from django.urls import reverse

from strategy.models import Cycle, Plan
from strategy.plans.forms import usual_days
from tests import factories
from tests.airline import running_cycle

NEW = {
    "name": "Customer experience 2026",
    "brand": "Skylark Air",
    "customers_are": "passengers",
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
}
ROLES = ("owner", "editor", "reviewer", "viewer", "stranger")


@pytest.fixture
def plan(scope):
    return running_cycle(scope).plan


def page(name, workspace, *ids):
    return reverse(name, args=[workspace.slug, *ids])


def test_a_new_plan_begins_with_its_cycle_and_leads_to_its_steps(scope, cast):
    reply = cast.client("editor").post(page("plan-new", scope), NEW)
    plan = Plan.objects.get()
    assert reply.url == page("plan", scope, plan.pk)
    assert (plan.brand, plan.customers_are) == ("Skylark Air", "passengers")
    assert Cycle.objects.get().ends_on == date(2026, 12, 31)


def test_a_plan_that_ends_before_it_starts_is_refused_and_keeps_what_was_typed(scope, cast):
    reply = cast.client("editor").post(page("plan-new", scope), NEW | {"ends_on": "2025-12-31"})
    assert reply.status_code == 422
    assert "The plan cannot end before it starts." in reply.content.decode()
    assert 'value="passengers"' in reply.content.decode()
    assert not Plan.objects.exists()


@pytest.mark.parametrize(
    ("today", "first_month", "days"),
    [
        (date(2026, 3, 5), 1, (date(2026, 1, 1), date(2026, 12, 31))),
        (date(2026, 3, 5), 4, (date(2026, 3, 1), date(2027, 3, 31))),
        (date(2026, 6, 5), 4, (date(2026, 4, 1), date(2027, 3, 31))),
        (date(2026, 11, 20), 1, (date(2026, 11, 1), date(2027, 12, 31))),
    ],
    ids=["calendar year", "fiscal year ending soon", "fiscal year", "calendar year ending soon"],
)
def test_a_plan_is_offered_the_year_and_never_one_too_short_for_a_goal(today, first_month, days):
    assert usual_days(today, first_month=first_month) == days


def test_a_change_is_kept(scope, cast, plan):
    said = {"name": "Air 2027", "brand": "", "customers_are": "guests", "currency": "EUR"}
    cast.client("editor").post(page("plan-edit", scope, plan.pk), said | {"version": plan.version})
    plan.refresh_from_db()
    assert (plan.name, plan.customers_are) == ("Air 2027", "guests")


def test_two_who_change_a_plan_at_once_lose_no_word(scope, cast, plan):
    client, where = cast.client("editor"), page("plan-edit", scope, plan.pk)
    said = {"name": plan.name, "brand": "Theirs", "currency": "EUR", "version": plan.version}
    client.post(where, said)
    late = client.post(where, said | {"brand": "Mine"})
    assert late.status_code == 409
    html = late.content.decode()
    assert 'value="Mine"' in html
    assert "Theirs" in html
    plan.refresh_from_db()
    client.post(where, said | {"brand": "Mine", "version": plan.version})
    plan.refresh_from_db()
    assert plan.brand == "Mine"


def test_a_cycle_is_not_cut_shorter_than_its_goals(scope, cast, plan):
    goal = factories.goal(cycle=plan.cycles.get())
    cycle = goal.cycle
    said = {"name": cycle.name, "starts_on": str(cycle.starts_on), "version": cycle.version}
    where = page("cycle-edit", scope, cycle.pk)
    client = cast.client("editor")
    short = client.post(where, said | {"ends_on": str(scope.today())})
    assert short.status_code == 422
    assert "A goal is due after that day. Move it first." in short.content.decode()
    assert client.post(where, said | {"ends_on": "2099-12-31"}).status_code == 302
    cycle.refresh_from_db()
    assert cycle.ends_on == date(2099, 12, 31)


def test_a_plan_goes_to_review_and_is_approved_once(scope, cast, plan):
    cast.client("editor").post(page("plan-review", scope, plan.pk))
    plan.refresh_from_db()
    assert plan.status == Plan.Status.IN_REVIEW
    reviewer = cast.client("reviewer")
    reviewer.post(page("plan-approve", scope, plan.pk))
    plan.refresh_from_db()
    assert plan.status == Plan.Status.APPROVED
    again = reviewer.post(page("plan-approve", scope, plan.pk), follow=True)
    assert "The plan was approved, and nothing changed since." in again.content.decode()


def test_an_archived_plan_comes_back_in_one_act(scope, cast, plan):
    client = cast.client("editor")
    assert client.post(page("plan-archive", scope, plan.pk)).url == page("plans", scope)
    plan.refresh_from_db()
    assert plan.archived_at is not None
    client.post(page("plan-restore", scope, plan.pk))
    plan.refresh_from_db()
    assert plan.archived_at is None


@pytest.mark.parametrize("name", ROLES)
def test_only_editors_and_owners_change_plans(scope, cast, plan, name):
    status = {"owner": 200, "editor": 200, "stranger": 404}.get(name, 403)
    client = cast.client(name)
    for where in (page("plan-new", scope), page("plan-edit", scope, plan.pk)):
        assert client.get(where).status_code == status
    cycle = page("cycle-edit", scope, plan.cycles.get().pk)
    assert client.get(cycle).status_code == status
    done = 302 if status == 200 else status
    for act in ("plan-review", "plan-archive", "plan-restore"):
        assert client.post(page(act, scope, plan.pk)).status_code == done


@pytest.mark.parametrize("name", ROLES)
def test_only_reviewers_and_owners_approve(scope, cast, plan, name):
    status = {"owner": 302, "reviewer": 302, "stranger": 404}.get(name, 403)
    assert cast.client(name).post(page("plan-approve", scope, plan.pk)).status_code == status

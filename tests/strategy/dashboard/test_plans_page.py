"""The workspace's plans: where somebody lands, and how all of them stand."""

from django.urls import reverse

from strategy.plans.services import archive_plan
from tests import factories
from tests.airline import Skylark, running_cycle


def test_the_only_plan_opens_at_once(scope, cast):
    plan = running_cycle(scope).plan
    reply = cast.client("viewer").get(reverse("workspace-home", args=[scope.slug]))
    assert reply.status_code == 302
    assert reply.url == reverse("dashboard", args=[scope.slug, plan.pk])


def test_several_plans_are_listed_with_how_their_goals_stand(scope, cast):
    Skylark(scope)
    running_cycle(scope)
    html = cast.client("viewer").get(reverse("workspace-home", args=[scope.slug])).content.decode()
    assert "1 of 6 goals is on track; 1 needs a look." in html
    assert "No goal is set yet." in html


def test_the_list_costs_the_same_however_many_plans(scope, cast, django_assert_num_queries):
    client, where = cast.client("viewer"), reverse("plans", args=[scope.slug])
    for count in (3, 27):
        for _ in range(count):
            factories.goal(cycle=running_cycle(scope))
        with django_assert_num_queries(7):
            client.get(where)


def test_a_workspace_without_plans_teaches_the_first_step_to_those_who_may(scope, cast):
    where = reverse("workspace-home", args=[scope.slug])
    assert "Begin a plan" in cast.client("editor").get(where).content.decode()
    html = cast.client("viewer").get(where).content.decode()
    assert "Write your first plan" in html
    assert reverse("plan-new", args=[scope.slug]) not in html


def test_archived_plans_wait_in_a_list_of_their_own(scope, cast):
    plan = running_cycle(scope).plan
    archive_plan(plan, by=cast.editor)
    where = reverse("plans", args=[scope.slug])
    client = cast.client("editor")
    assert plan.name not in client.get(where).content.decode()
    assert plan.name in client.get(f"{where}?archived").content.decode()


def test_a_stranger_finds_no_plans(scope, cast):
    where = reverse("plans", args=[scope.slug])
    assert cast.client("stranger").get(where).status_code == 404

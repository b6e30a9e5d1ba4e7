"""A quick check-in from the leaders' page, with and without a script."""

import pytest
from django.urls import reverse

from strategy.goals.models import CheckIn
from strategy.models import Pulse
from tests import factories
from tests.airline import running_cycle


@pytest.fixture
def goal(scope):
    cycle = running_cycle(scope)
    return factories.goal(cycle=cycle, statement="Rebooking is easy")


def where(workspace, goal):
    args = [workspace.slug, goal.cycle.plan_id, goal.pk]
    return reverse("dashboard-check-in", args=args)


@pytest.mark.parametrize(
    ("name", "status"),
    [("owner", 302), ("editor", 302), ("reviewer", 302), ("viewer", 403), ("stranger", 404)],
)
def test_members_but_viewers_check_in(goal, cast, scope, name, status):
    reply = cast.client(name).post(where(scope, goal), {"note": "On its way", "confidence": "4"})
    assert reply.status_code == status
    assert CheckIn.objects.count() == (status == 302)


def test_a_check_in_is_kept_with_its_writer_and_wakes_the_page(goal, cast, scope):
    cast.client("reviewer").post(where(scope, goal), {"note": "On its way", "confidence": "4"})
    said = CheckIn.objects.get()
    assert (said.note, said.confidence, said.by) == ("On its way", 4, cast.reviewer)
    assert Pulse.objects.get().number == 1


def test_the_form_stands_on_the_whole_page_without_a_script(goal, cast, scope):
    html = cast.client("editor").get(where(scope, goal)).content.decode()
    assert "<html" in html
    assert 'class="drawer"' in html


def test_with_a_script_only_the_form_is_sent_and_then_a_toast(goal, cast, scope):
    client, live = cast.client("editor"), {"HX-Request": "true"}
    form = client.get(where(scope, goal), headers=live).content.decode()
    assert "<html" not in form
    assert 'class="drawer"' in form
    said = client.post(where(scope, goal), {"note": "Good"}, headers=live).content.decode()
    assert 'id="toasts" hx-swap-oob="beforeend"' in said
    assert "drawer" not in said


def test_a_check_in_without_words_is_asked_for_them_and_keeps_the_rest(goal, cast, scope):
    reply = cast.client("editor").post(where(scope, goal), {"note": "", "confidence": "2"})
    assert reply.status_code == 422
    assert "checked" in reply.content.decode().split('name="confidence" value="2"')[1][:80]
    assert not CheckIn.objects.exists()


def test_a_goal_of_another_plan_is_not_there(goal, cast, scope):
    other = running_cycle(scope).plan
    address = reverse("dashboard-check-in", args=[scope.slug, other.pk, goal.pk])
    assert cast.client("editor").get(address).status_code == 404

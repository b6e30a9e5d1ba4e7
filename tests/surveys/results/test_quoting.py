"""A customer's words become evidence in one act; who said them does not."""

import pytest

from cxplanner.base.history import versions_of
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Event
from strategy.evidence.models import Evidence
from strategy.evidence.services import change_evidence
from surveys.responses.models import Response
from surveys.responses.services import delete_response
from tests import factories


@pytest.fixture
def inside(cast, june):
    with workspace_scope(cast.owner.workspace_id):
        yield june


def sad(june):
    return Response.objects.get(answers__icontains="No socket")


def url(june, row):
    return f"/w/{june.slug}/voices/{row.pk}/evidence/"


def test_one_act_keeps_the_words_with_a_way_back_to_the_answer(cast, inside):
    row = sad(inside)
    taken = cast.client("editor").post(url(inside, row))
    assert taken.status_code == 302
    [piece] = Evidence.objects.all()
    assert (piece.text, piece.quotes) == ("No socket, and the old seat again.", str(row.ref))
    assert piece.date == row.day
    page = cast.client("viewer").get(taken["Location"]).content.decode()
    assert f"/voices/{row.pk}/" in page
    cast.client("editor").post(url(inside, row))
    assert Evidence.objects.count() == 1


def test_it_hangs_on_what_is_chosen_else_on_the_nearest_goal(cast, inside):
    cycle = factories.cycle(plan=inside.plan)
    goal = factories.goal(cycle=cycle, metric=inside.seat)
    row = sad(inside)
    cast.client("editor").post(url(inside, row))
    cast.client("editor").post(url(inside, row), {"about": str(inside.cabin.ref)})
    assert [one.about for one in Evidence.objects.order_by("pk")] == [goal.ref, inside.cabin.ref]
    wrong = cast.client("editor").post(url(inside, row), {"about": "goal:0"})
    assert wrong["Location"].endswith(f"/voices/{row.pk}/")
    assert Evidence.objects.count() == 2


def test_addresses_and_numbers_in_the_words_are_left_out(cast, inside):
    words = "Write to ana@example.com or call +49 (30) 123 456 78. Row 22, 2026."
    inside.answer(inside.flight, (8, {"nps": 1, "open": words}, "Business"))
    row = Response.objects.get(answers__icontains="Write to")
    cast.client("editor").post(url(inside, row))
    assert Evidence.objects.get().text == "Write to … or call …. Row 22, 2026."


def test_readers_may_not_and_see_no_button(cast, inside):
    row = sad(inside)
    for name, status in {"reviewer": 403, "viewer": 403, "stranger": 404}.items():
        assert cast.client(name).post(url(inside, row)).status_code == status
    page = f"/w/{inside.slug}/voices/{row.pk}/"
    assert "Take as evidence" in cast.client("editor").get(page).content.decode()
    assert "Take as evidence" not in cast.client("viewer").get(page).content.decode()
    assert "Take as evidence" in cast.client("editor").get(inside.page).content.decode()
    assert "Take as evidence" not in cast.client("viewer").get(inside.page).content.decode()


def test_the_words_and_all_their_versions_go_with_the_answer(cast, inside):
    row = sad(inside)
    cast.client("editor").post(url(inside, row), {"about": str(inside.cabin.ref)})
    change_evidence(Evidence.objects.get(), by=cast.editor, text="No socket at all.")
    delete_response(row, by=cast.owner)
    told = Event.objects.filter(about_kind="evidence")
    assert {one.name: one.data for one in told} == {"evidence.added": {}, "evidence.changed": {}}
    assert not Evidence.objects.exists()
    assert not versions_of(Evidence).exists()

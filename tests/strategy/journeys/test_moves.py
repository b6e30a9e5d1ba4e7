"""However steps and cards are moved about, their order stays an order and nothing is lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxplanner.base.tenancy import workspace_scope
from strategy.journeys import cards, steps
from strategy.journeys.lanes import KINDS, as_stored, lanes_of, settled
from strategy.journeys.models import JourneyCard
from tests import factories

A_FEW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
PLACES = st.integers(min_value=0, max_value=9)


@pytest.fixture
def journey(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.journey()


@A_FEW
@given(moves=st.lists(st.tuples(st.integers(0, 4), PLACES), min_size=1, max_size=5))
def test_steps_keep_an_order_without_gaps(cast, journey, moves):
    drawn = [factories.journeystep(journey=journey, position=n) for n in range(5)]
    away = factories.journeystep(journey=journey, position=2)
    steps.archive_step(away, by=cast.editor)
    expected = [one.pk for one in drawn]
    for which, place in moves:
        steps.move_step(drawn[which], position=place, by=cast.editor)
        expected.remove(drawn[which].pk)
        expected.insert(place, drawn[which].pk)
        living = [one for one in steps.living_steps(journey) if one in drawn]
        assert [one.pk for one in living] == expected
        assert len({one.position for one in living}) == len(living)
    journey.steps.all().delete()


@A_FEW
@given(
    moves=st.lists(
        st.tuples(
            st.integers(0, 4), st.integers(0, 1), st.sampled_from(["doing", "pains"]), PLACES
        ),
        min_size=1,
        max_size=6,
    )
)
def test_cards_are_in_one_cell_each_and_in_the_order_asked_for(cast, journey, moves):
    columns = [factories.journeystep(journey=journey, position=n) for n in range(2)]
    drawn = [factories.journeycard(step=columns[0], position=n) for n in range(5)]
    cells: dict[tuple[int, str], list[int]] = {(columns[0].pk, "doing"): [one.pk for one in drawn]}
    for which, column, lane, place in moves:
        card = JourneyCard.objects.get(pk=drawn[which].pk)
        cards.move_card(card, step=columns[column], lane=lane, position=place, by=cast.editor)
        for own in cells.values():
            if card.pk in own:
                own.remove(card.pk)
        cells.setdefault((columns[column].pk, lane), []).insert(place, card.pk)
        for (step_id, held), own in cells.items():
            rows = JourneyCard.objects.filter(step=step_id, lane=held).order_by("position", "pk")
            assert [one.pk for one in rows] == own
    assert sum(len(own) for own in cells.values()) == len(drawn)
    journey.steps.all().delete()


@given(order=st.permutations(list(KINDS)), hidden=st.sets(st.sampled_from(list(KINDS))))
def test_lanes_stand_as_they_were_put_and_none_is_lost(order, hidden):
    stored = settled([{"key": key, "shown": key not in hidden} for key in order])
    lanes = lanes_of(stored)
    assert [one.key for one in lanes] == order
    assert {one.key for one in lanes if not one.is_shown} == hidden
    assert as_stored(lanes) == stored
    few = lanes_of(stored[:3])
    assert [one.key for one in few[:3]] == order[:3]
    assert {one.key for one in few} == set(KINDS)

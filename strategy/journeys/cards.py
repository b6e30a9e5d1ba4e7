"""Everything a person can do with the cards of a journey map."""

from collections.abc import Sequence
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed, renumber
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.journeys.lanes import lanes_of
from strategy.journeys.models import Journey, JourneyCard, JourneyStep
from strategy.personas.models import Persona
from strategy.plans.services import bump_pulse

MOST_CARDS = 40  # in a cell


class CardFields(TypedDict, total=False):
    """What people say of a card; one without persona is of all."""

    text: str
    persona: Persona | None


@transaction.atomic
def add_card(
    *, step: JourneyStep, lane: str, by: Membership, **fields: Unpack[CardFields]
) -> JourneyCard:
    """Put a card behind the others of a cell. Raises ValidationError."""
    _check_lane(step, lane)
    card = JourneyCard(step=step, lane=lane, **_tidy({**fields}))
    _check_persona(card)
    beside = _cell(step, lane)
    if beside.filter(archived_at=None).count() >= MOST_CARDS:
        words = _("A cell holds at most %(most)s cards.") % {"most": MOST_CARDS}
        raise ValidationError({"text": words})
    card.position = beside.count()
    kept(card)
    record("journey_card.added", card.ref, by=by, step=step.pk, lane=lane, text=card.text)
    bump_pulse(step.plan_id)
    return card


@transaction.atomic
def add_cards(
    *,
    step: JourneyStep,
    lane: str,
    texts: Sequence[str],
    by: Membership,
    persona: Persona | None = None,
) -> list[JourneyCard]:
    """Put one card a text behind the others of a cell, all or none. Raises ValidationError."""
    return [add_card(step=step, lane=lane, text=text, persona=persona, by=by) for text in texts]


@transaction.atomic
def change_card(
    card: JourneyCard,
    *,
    by: Membership,
    step: JourneyStep | None = None,
    lane: str | None = None,
    expected_version: int | None = None,
    **fields: Unpack[CardFields],
) -> JourneyCard:
    """Change what a card says; to another cell it is moved. Raises Stale, ValidationError."""
    if step is not None and step.pk != card.step_id:
        raise ValidationError({"step": _("Move a card to put it at another step.")})
    if lane is not None and lane != card.lane:
        raise ValidationError({"lane": _("Move a card to put it into another lane.")})
    card = locked(card, expected_version=expected_version)
    changes = assign(card, _tidy({**fields}))
    if changes:
        _check_persona(card)
        record("journey_card.changed", card.ref, by=by, fields=changes)
        bump_pulse(card.step.plan_id)
    return card


@transaction.atomic
def move_card(
    card: JourneyCard,
    *,
    step: JourneyStep,
    lane: str,
    position: int,
    by: Membership,
    expected_version: int | None = None,
) -> JourneyCard:
    """Put a card at a place (0 = first) among the living ones of a cell of its map.

    Raises Stale, ValidationError.
    """
    # The map is held, so that two who move at once go one after the other.
    journey = Journey.objects.select_for_update().get(pk=card.step.journey_id)
    if step.journey_id != journey.pk:
        raise ValidationError({"step": _("A card stays on its map.")})
    card = locked(card, expected_version=expected_version)
    if lane != card.lane:
        _check_lane(step, lane)
    before = list(_cell(step, lane).filter(archived_at=None))
    order = placed(card, position, before)
    if order == before:
        return card
    place = order.index(card)
    assign(card, {"step": step, "lane": lane, "position": place})
    renumber(order)
    record("journey_card.moved", card.ref, by=by, step=step.pk, lane=lane, position=place)
    bump_pulse(step.plan_id)
    return card


@transaction.atomic
def archive_card(
    card: JourneyCard, *, by: Membership, expected_version: int | None = None
) -> JourneyCard:
    """Take a card off its map. Raises Stale."""
    card = locked(card, expected_version=expected_version)
    if assign(card, {"archived_at": card.archived_at or timezone.now()}):
        record("journey_card.archived", card.ref, by=by, lane=card.lane, text=card.text)
        bump_pulse(card.step.plan_id)
    return card


@transaction.atomic
def restore_card(card: JourneyCard, *, by: Membership) -> JourneyCard:
    """Put an archived card back on its map."""
    card = locked(card)
    if assign(card, {"archived_at": None}):
        record("journey_card.restored", card.ref, by=by, lane=card.lane, text=card.text)
        bump_pulse(card.step.plan_id)
    return card


def _cell(step: JourneyStep, lane: str) -> QuerySet[JourneyCard]:
    """Return the cards where a step meets a lane, archived ones too."""
    return step.cards.filter(lane=lane).order_by("position", "pk")


def _tidy(given: dict[str, Any]) -> dict[str, Any]:
    if "text" in given:
        given["text"] = " ".join(given["text"].split())
    return given


def _check_lane(step: JourneyStep, lane: str) -> None:
    lanes = {one.key: one for one in lanes_of(step.journey.lanes)}
    if lane not in lanes or not lanes[lane].holds_cards:
        raise ValidationError({"lane": _("That lane of the map holds no cards.")})


def _check_persona(card: JourneyCard) -> None:
    if card.persona is not None and card.persona.plan_id != card.step.plan_id:
        raise ValidationError({"persona": _("That persona belongs to another plan.")})

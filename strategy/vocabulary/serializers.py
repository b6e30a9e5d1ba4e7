"""A plan's own words over REST."""

from typing import Any

from rest_framework import serializers

from cxplanner.accounts.serializers import Strict, example
from strategy.plans.models import NAME_LENGTH
from strategy.vocabulary.selectors import USUAL_SENTENCES
from strategy.vocabulary.services import LONGEST_SENTENCE, MOST_NAMES

_PLACE: Any = {"min_value": 0, "max_value": MOST_NAMES, "required": False}


class NameSerializer(serializers.Serializer[Any]):
    """One name of a list, and how many touchpoints and steps of journeys stand under it."""

    name = serializers.CharField()
    used = serializers.IntegerField()


class NamesSerializer(serializers.Serializer[Any]):
    """A plan's stages or channels in their order, whole; names in use but not listed are last."""

    results = NameSerializer(many=True)


@example(name="use", position=3)
class NewNameSerializer(Strict):
    """A stage or channel that joins a plan's list: last, or at `position` (0 = first)."""

    name = serializers.CharField(max_length=NAME_LENGTH)
    position: Any = serializers.IntegerField(**_PLACE)


@example(name="use", to="on the way", position=0)
class NameChangeSerializer(Strict):
    """Which name of the list is meant, what it is called from now on, and where it stands.

    Touchpoints and steps of journeys go along with it.
    """

    name = serializers.CharField()
    to = serializers.CharField(max_length=NAME_LENGTH, required=False)
    position: Any = serializers.IntegerField(**_PLACE)


class GradesSerializer(Strict):
    """What each grade means in a plan, one sentence a grade; an empty one means the usual."""

    def get_fields(self) -> dict[str, Any]:
        return {
            grade: serializers.CharField(
                max_length=LONGEST_SENTENCE, required=False, allow_blank=True, help_text=str(usual)
            )
            for grade, usual in USUAL_SENTENCES.items()
        }

"""The lanes of a journey map: what each holds, which are drawn and not written, and their order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LANE_LENGTH = 40  # characters of a lane's key
NAME_LENGTH = 40
MOST_LANES = 30
OWN = "own-"


@dataclass(frozen=True, slots=True)
class Kind:
    """A lane every map knows: its name, the question it answers, its drawing (a lucide name).

    One that `holds_cards` not is read from the step itself, or from what is joined to it.
    """

    name: str | Promise
    asks: str | Promise
    icon: str
    holds_cards: bool = True
    # How its cards are marked: "pain", "delight", "truth", "said" in a customer's own voice.
    mark: str = ""


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "doing": Kind(gettext_lazy("Does"), gettext_lazy("What do they do here?"), "route"),
        "thinking": Kind(
            gettext_lazy("Thinks"),
            gettext_lazy("What do they ask themselves, in their own words?"),
            "quote",
            mark="said",
        ),
        "feeling": Kind(gettext_lazy("Feels"), gettext_lazy("How do they feel, and why?"), "smile"),
        "touchpoint": Kind(
            gettext_lazy("Touchpoint"),
            gettext_lazy("Where do they meet you?"),
            "map-pin",
            holds_cards=False,
        ),
        "channel": Kind(
            gettext_lazy("Channel"),
            gettext_lazy("Over what do they come?"),
            "split",
            holds_cards=False,
        ),
        "score": Kind(
            gettext_lazy("Measured"),
            gettext_lazy("What do customers answer there?"),
            "gauge",
            holds_cards=False,
        ),
        "pains": Kind(
            gettext_lazy("Pain points"),
            gettext_lazy("What hurts, costs time or is asked twice?"),
            "frown",
            mark="pain",
        ),
        "delights": Kind(
            gettext_lazy("Moments of delight"),
            gettext_lazy("What do they tell others about?"),
            "sparkles",
            mark="delight",
        ),
        "truths": Kind(
            gettext_lazy("Moments of truth"),
            gettext_lazy("Where do they decide to stay or to leave?"),
            "circle-dot",
            mark="truth",
        ),
        "opportunities": Kind(
            gettext_lazy("Opportunities"), gettext_lazy("What could you do better here?"), "sprout"
        ),
        "backstage": Kind(
            gettext_lazy("Backstage"),
            gettext_lazy("Who and what works behind it, unseen?"),
            "wrench",
        ),
        "answers": Kind(
            gettext_lazy("Answered by"),
            gettext_lazy("What is done about it?"),
            "spool",
            holds_cards=False,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane as a map shows it, or hides it."""

    key: str
    name: str
    asks: str
    icon: str
    holds_cards: bool
    mark: str
    is_shown: bool

    @property
    def is_own(self) -> bool:
        return self.key.startswith(OWN)


def lanes_of(stored: Sequence[Mapping[str, Any]]) -> list[Lane]:
    """Return all lanes of a map in its order; what it does not name stands behind, shown.

    `stored` is as a journey keeps it: [{"key": …, "shown": …, "name": …}].
    """
    named = {str(one["key"]): one for one in stored}
    order = [*named, *(key for key in KINDS if key not in named)]
    return [_lane(key, named.get(key, {})) for key in order]


def _lane(key: str, said: Mapping[str, Any]) -> Lane:
    kind = KINDS.get(key) or Kind(str(said.get("name", key)), "", "rows-3")
    return Lane(
        key=key,
        name=str(kind.name),
        asks=str(kind.asks),
        icon=kind.icon,
        holds_cards=kind.holds_cards,
        mark=kind.mark,
        is_shown=bool(said.get("shown", True)),
    )


def settled(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return lanes as a journey keeps them; a new one of the team's own gets a key.

    Raises ValidationError.
    """
    kept: dict[str, dict[str, Any]] = {}
    taken = {str(one.get("key", "")) for one in given}
    for one in given:
        key = str(one.get("key") or _free(taken))
        taken.add(key)
        line: dict[str, Any] = {"key": key, "shown": bool(one.get("shown", True))}
        if key not in KINDS:
            line["name"] = _own_name(key, one)
        if key in kept:
            raise ValidationError({"lanes": _("Each lane stands once.")})
        kept[key] = line
    if len(kept) > MOST_LANES:
        words = _("A map has at most %(most)s lanes.") % {"most": MOST_LANES}
        raise ValidationError({"lanes": words})
    return list(kept.values())


def _own_name(key: str, said: Mapping[str, Any]) -> str:
    name = " ".join(str(said.get("name", "")).split())
    if not key.startswith(OWN) or len(key) > LANE_LENGTH or not key[len(OWN) :].isalnum():
        raise ValidationError({"lanes": _("“%(key)s” is no lane of a map.") % {"key": key}})
    if not name or len(name) > NAME_LENGTH:
        words = _("A lane has a name of at most %(most)s characters.") % {"most": NAME_LENGTH}
        raise ValidationError({"lanes": words})
    return name


def _free(taken: Collection[str]) -> str:
    """Return a key that no lane has."""
    return next(key for n in count(1) if (key := f"{OWN}{n}") not in taken)


def with_own(lanes: Sequence[Lane], name: str) -> list[dict[str, Any]]:
    """Return lanes with one more of the team's own. Raises ValidationError."""
    return settled([*as_stored(lanes), {"name": name, "shown": True}])


def as_stored(lanes: Sequence[Lane]) -> list[dict[str, Any]]:
    """Return lanes as a journey keeps them."""
    return [
        {"key": one.key, "shown": one.is_shown} | ({"name": one.name} if one.is_own else {})
        for one in lanes
    ]

"""What a team need not write from nothing: usual questions, and surveys to begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from surveys.design.models import Question

Kind = Question.Kind
Words = Mapping[str, Promise]

# The usual wording of a first question of each kind.
USUAL: Mapping[str, Words] = MappingProxyType(
    {
        Kind.NPS: {
            "text": _("How likely are you to recommend us to a friend or colleague?"),
            "low_label": _("not at all likely"),
            "high_label": _("extremely likely"),
        },
        Kind.CSAT: {
            "text": _("How satisfied were you with …?"),
            "low_label": _("very dissatisfied"),
            "high_label": _("very satisfied"),
        },
        Kind.CES: {
            "text": _("It was easy to get what I needed."),
            "low_label": _("strongly disagree"),
            "high_label": _("strongly agree"),
        },
        Kind.CHOICE: {"text": _("What mattered most to you?")},
        Kind.OPEN: {"text": _("What would you like to see more of?")},
    }
)
WHY: Words = MappingProxyType({"text": _("What is the main reason for your score?")})
SATISFIED_WITH = _("How satisfied were you with %(touchpoint)s?")

# What each kind is for, as a team chooses between them.
ABOUT: Mapping[str, tuple[str, Promise, Promise]] = MappingProxyType(
    {
        Kind.NPS: ("heart", _("Recommendation"), _("0 to 10. Feeds a Net Promoter Score.")),
        Kind.CSAT: ("smile", _("Satisfaction"), _("With one thing, right after it.")),
        Kind.CES: ("feather", _("Effort"), _("Was it easy? After something had to get done.")),
        Kind.CHOICE: ("list-checks", _("Choice"), _("One or several of your own answers.")),
        Kind.OPEN: ("quote", _("Open words"), _("The why, in their own words.")),
    }
)


@dataclass(frozen=True, slots=True)
class Starter:
    """A survey to begin with: its name, what it is for, and the kinds it asks."""

    icon: str
    name: Promise
    words: Promise
    kind: str = ""


STARTERS: Mapping[str, Starter] = MappingProxyType(
    {
        "nps": Starter(
            "heart",
            _("NPS and why"),
            _("Would they recommend you, and the reason in their own words."),
            Kind.NPS,
        ),
        "csat": Starter(
            "smile",
            _("Satisfaction with a touchpoint"),
            _("How one contact went, asked right after it, and what to do better."),
            Kind.CSAT,
        ),
        "ces": Starter(
            "feather",
            _("Effort after a contact"),
            _("Was it easy to get help, and what stood in the way."),
            Kind.CES,
        ),
        "empty": Starter("pencil", _("Your own questions"), _("Begin with an empty page.")),
    }
)


def usual_words(kind: str, language: str) -> dict[str, str]:
    """Return the usual wording of a question, in the language customers read."""
    with override(language):
        return {name: str(words) for name, words in USUAL[kind].items()}


def first_questions(
    starter: str, *, language: str, touchpoint: Any = None, metric: Any = None
) -> Sequence[dict[str, Any]]:
    """Return the questions a new survey begins with: the score, then the open why."""
    kind = STARTERS[starter].kind
    if not kind:
        return []
    score: dict[str, Any] = {"kind": kind, "is_required": True, **usual_words(kind, language)}
    with override(language):
        why = {name: str(words) for name, words in WHY.items()}
        if kind == Kind.CSAT and touchpoint is not None:
            score["text"] = str(SATISFIED_WITH) % {"touchpoint": touchpoint.name}
    ties = {"touchpoint": touchpoint, "metric": metric}
    return [{**score, **ties}, {"kind": Kind.OPEN, **why, "touchpoint": touchpoint}]

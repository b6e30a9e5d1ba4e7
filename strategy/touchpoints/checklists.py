"""What an audit looks at: the five senses where one goes, six things online."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.touchpoints.models import Touchpoint

Answers = dict[str, dict[str, str]]
LONGEST_NOTE: Final = 500

VERDICTS: Mapping[str, Promise] = MappingProxyType(
    {
        "ok": gettext_lazy("fine"),
        "not_ok": gettext_lazy("not fine"),
        "na": gettext_lazy("does not apply"),
    }
)
SENSES: Mapping[str, Promise] = MappingProxyType(
    {
        "sight": gettext_lazy("Sight: display, light, colour"),
        "smell": gettext_lazy("Smell"),
        "sound": gettext_lazy("Sound"),
        "touch": gettext_lazy("Touch: materials"),
        "taste": gettext_lazy("Taste"),
    }
)
ONLINE: Mapping[str, Promise] = MappingProxyType(
    {
        "colour": gettext_lazy("Colour"),
        "ergonomics": gettext_lazy("Ergonomics"),
        "information": gettext_lazy("Information"),
        "reviews": gettext_lazy("Customer reviews"),
        "tracking": gettext_lazy("Order tracking"),
        "service": gettext_lazy("Service"),
    }
)
ITEMS: Mapping[str, Promise] = MappingProxyType({**SENSES, **ONLINE})


def checklist_of(place: str) -> Mapping[str, Promise]:
    """Return the items to look at in a kind of place, by their slug."""
    lists: dict[str, Mapping[str, Promise]] = {
        Touchpoint.Place.PHYSICAL: SENSES,
        Touchpoint.Place.ONLINE: ONLINE,
    }
    return lists.get(place, MappingProxyType({}))


def answers_of(given: Mapping[str, Any]) -> Answers:
    """Return a checklist as it is kept: only what was answered. Raises ValidationError."""
    kept: Answers = {}
    for item, answer in given.items():
        if item not in ITEMS:
            raise _fault(_("The checklist has no “%(item)s”.") % {"item": item})
        if not isinstance(answer, Mapping) or not set(answer) <= {"verdict", "note"}:
            raise _fault(_("Answer each item with a verdict and a note."))
        verdict, note = answer.get("verdict") or "", answer.get("note") or ""
        if verdict not in {"", *VERDICTS}:
            raise _fault(_("A verdict is one of: %(all)s.") % {"all": ", ".join(VERDICTS)})
        if not isinstance(note, str) or len(note) > LONGEST_NOTE:
            words = _("A note has at most %(most)s characters.") % {"most": LONGEST_NOTE}
            raise _fault(words)
        if verdict or note.strip():
            kept[item] = {"verdict": verdict, "note": note.strip()}
    return kept


@dataclass(frozen=True, slots=True)
class Seen:
    """One item of a checklist as it was found: its name, the verdict's slug and words, a note."""

    item: str
    verdict: str
    words: str
    note: str

    @property
    def icon(self) -> str:
        """Name the icon of the verdict."""
        return {"ok": "check", "not_ok": "x"}.get(self.verdict, "minus")


def told(answers: Answers) -> list[Seen]:
    """Return the answers of a checklist in words, in the order of the items."""
    return [
        Seen(
            str(label),
            answers[item]["verdict"],
            str(VERDICTS.get(answers[item]["verdict"], "")),
            answers[item]["note"],
        )
        for item, label in ITEMS.items()
        if item in answers
    ]


def _fault(words: str) -> ValidationError:
    return ValidationError({"checklist": words})

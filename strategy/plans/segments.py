"""Segments a plan declares, and the one spelling they are stored in: `country=LT`."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from strategy.plans.models import MOST_SEGMENT_VALUES

OTHER = "other"
LONGEST_NAME = 40
LONGEST_VALUE = 60

Segments = Mapping[str, Sequence[str]]


def declared(given: Segments) -> dict[str, list[str]]:
    """Return segments as they are kept: trimmed, each value once. Raises ValidationError."""
    kept: dict[str, list[str]] = {}
    for text, values in given.items():
        name = _word(text, LONGEST_NAME)
        if "=" in name or name in kept:
            raise _wrong(_("Each segment has a name of its own, without “=”."))
        words = [_word(value, LONGEST_VALUE) for value in values]
        if not words:
            raise _wrong(_("“%(name)s” needs at least one value.") % {"name": name})
        kept[name] = list(dict.fromkeys(words))
    if sum(len(values) for values in kept.values()) > MOST_SEGMENT_VALUES:
        raise _wrong(
            _("At most %(most)d values over all segments.") % {"most": MOST_SEGMENT_VALUES}
        )
    return kept


def named(declared_on_plan: Segments, text: str) -> str:
    """Return the stored spelling of a segment typed as `LT` or `country=LT`; "" means all.

    A plan that declares none keeps what is typed. Raises ValidationError for an undeclared one.
    """
    text = text.strip()
    if not text or not declared_on_plan:
        return text
    keys = [f"{name}={value}" for name, values in declared_on_plan.items() for value in values]
    keys += [f"{name}={OTHER}" for name in declared_on_plan] + [OTHER]
    if text in keys:
        return text
    found = [key for key in keys if key.partition("=")[2] == text]
    if len(found) != 1:
        raise ValidationError(
            {"segment": _("The plan declares no segment “%(text)s”.") % {"text": text}}
        )
    return found[0]


def sorted_into(declared_on_plan: Segments, text: str) -> str:
    """Return the segment an answer counts in; an undeclared one counts as "other"."""
    try:
        return named(declared_on_plan, text)
    except ValidationError:
        name, equals, _value = text.strip().partition("=")
        return f"{name}={OTHER}" if equals and name in declared_on_plan else OTHER


def _word(text: object, longest: int) -> str:
    word = text.strip() if isinstance(text, str) else ""
    if not 1 <= len(word) <= longest:
        raise _wrong(
            _("Names and values are texts of 1 to %(most)d characters.") % {"most": longest}
        )
    return word


def _wrong(message: str) -> ValidationError:
    return ValidationError({"segments": message})

"""Personas in words: what an act did, and how many answers a rule finds."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strategy.metrics.wording import number
from strategy.personas.models import PersonaStatement
from strategy.personas.trust import Trust
from strategy.plans.models import Plan


def checked(row: PersonaStatement, trust: str) -> str:
    """Say how far a statement was found proven."""
    named = {"statement": row, "trust": Trust(trust).label}
    return _("“%(statement)s”: %(trust)s as of today.") % named


def moved(row: PersonaStatement, kind: str) -> str:
    """Say where a statement went; `row` as it stood before."""
    if row.kind == kind:
        return _("“%(statement)s” moved among its kind.") % {"statement": row}
    named = {"statement": row, "kind": PersonaStatement.Kind(kind).label}
    return _("“%(statement)s” stands under “%(kind)s” now.") % named


def matching_words(plan: Plan, values: Sequence[str], n: int | None) -> str:
    """Say how many answers a rule finds; n is None where the rule names nothing."""
    if n is None:
        return _("Choose a value or a survey: without a rule this persona has no scores.")
    if n:
        return ngettext("%(n)s answer matches.", "%(n)s answers match.", n) % {"n": number(n)}
    if len(values) < 2:
        return _("Nobody matches: no answer has come with this yet. It may be kept all the same.")
    return nobody_words(values)


def nobody_words(values: Sequence[str]) -> str:
    """Say why a rule that is kept finds no answer."""
    names = [one.partition("=")[0] for one in values if "=" in one]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        return _("Nobody matches: an answer carries one value of “%(name)s”, not two.") % {
            "name": twice
        }
    if len(values) > 1:
        return _("Nobody matches: no answer carries all of these values together.")
    return _("Nobody matches: no answer has come with this yet. Scores come with the first one.")

"""Personas to start from. They are made up: all they say is an assumption until somebody checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from strategy.personas.avatars import Avatar, avatar
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.services import add_statement, create_persona
from strategy.plans.models import Plan

Kind = PersonaStatement.Kind
Words = str | Promise


@dataclass(frozen=True, slots=True)
class Example:
    """A persona as it may be taken over."""

    name: Words
    role: Words
    quote: Words
    number: int
    statements: Sequence[tuple[PersonaStatement.Kind, Words]]

    @property
    def picture(self) -> Avatar:
        return avatar(self.number)


EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "parents": Example(
            _("Busy parents"),
            _("Two children, two jobs, and dinner at seven"),
            _("If it takes more than five minutes, we order what we had last week."),
            77,
            (
                (Kind.DEMOGRAPHICS, _("Between 30 and 45, children at home, both at work")),
                (Kind.NEED, _("Dinner on the table within half an hour on weeknights")),
                (Kind.FEAR, _("That it comes late, when the children are already in bed")),
                (Kind.DESIRE, _("A recipe the children cook along, from what is in the basket")),
                (Kind.GOAL, _("To shop once, early in the week, by phone")),
                (Kind.PAIN, _("Typing the same order again every week")),
                (Kind.ACCESSIBILITY, _("One hand free: large buttons, nothing to drag")),
            ),
        ),
        "newcomer": Example(
            _("The first-timer"),
            _("Buys here for the first time, and compares"),
            _("I read what others wrote before I trust anybody with my card."),
            514,
            (
                (Kind.DEMOGRAPHICS, _("Found you by a search or a friend in the last month")),
                (Kind.NEED, _("To see the whole price before leaving an address")),
                (Kind.FEAR, _("To be left alone with a problem once it is paid")),
                (Kind.DESIRE, _("Somebody who answers a question within minutes")),
                (Kind.GOAL, _("To find out at little risk whether you keep your word")),
                (Kind.PAIN, _("Must make an account before anything else")),
                (Kind.ACCESSIBILITY, _("Reads in a second language: short sentences help")),
            ),
        ),
        "regular": Example(
            _("The regular"),
            _("Has come for years, and notices every change"),
            _("You used to know me. Now I get the same mail as everybody."),
            1203,
            (
                (Kind.DEMOGRAPHICS, _("A customer for more than three years")),
                (Kind.NEED, _("To be recognised, whichever channel it is")),
                (Kind.FEAR, _("That loyalty costs more than being new")),
                (Kind.DESIRE, _("To hear first when something changes")),
                (Kind.GOAL, _("To get it done as always, without thinking")),
                (Kind.PAIN, _("Tells the same story to each new agent")),
                (Kind.ACCESSIBILITY, _("Sees less well than before: enlarges the text")),
            ),
        ),
    }
)


@transaction.atomic
def start_from(example: Example, *, plan: Plan, by: Membership) -> Persona:
    """Make a persona of an example, in the language of whoever asks."""
    made = create_persona(
        plan=plan,
        by=by,
        name=str(example.name),
        role=str(example.role),
        quote=str(example.quote),
        avatar=example.number,
    )
    for kind, words in example.statements:
        add_statement(persona=made, by=by, kind=kind, text=str(words))
    return made

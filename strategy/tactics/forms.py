"""What people type of a tactic and its steps, where they move one, and how they look at them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.members.forms import heir_field, heir_of
from cxplanner.accounts.members.work import names_in_use
from cxplanner.accounts.models import Membership
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.forms import TellingForm
from cxplanner.base.refs import Ref
from strategy.goals.models import Goal
from strategy.goals.selectors import living_goals
from strategy.plans.models import Cycle
from strategy.swot.models import Quadrant
from strategy.swot.selectors import own_entries
from strategy.tactics.models import LONGEST, State, Tactic, TacticStep
from strategy.tactics.selectors import BY_DUE, BY_HAND, BY_WORTH
from strategy.touchpoints.models import Touchpoint

ALWAYS = ("name", "note", "reason", "state", "effort", "impact", "starts_on", "due_on")
EFFORTS = [
    ("", _("not judged")),
    (1, _("1, an afternoon")),
    (2, _("2, days")),
    (3, _("3, weeks")),
    (4, _("4, months")),
    (5, _("5, a project of its own")),
]
IMPACTS = [
    ("", _("not judged")),
    (1, _("1, hardly felt")),
    (2, _("2, felt by some")),
    (3, _("3, felt by many")),
    (4, _("4, changes the experience")),
    (5, _("5, decides it")),
]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a tactic of a cycle may be joined to, by id; `why` are things by their Ref's text."""

    goals: Mapping[int, Goal]
    places: Mapping[int, Touchpoint]
    why: Mapping[str, str]
    members: Mapping[str, Membership]

    @property
    def owners(self) -> list[str]:
        """Who can be named as an owner: members, and plain names already in use."""
        return [*self.members, *names_in_use()]


def choices_in(cycle: Cycle, *, named: Mapping[str, str], tactic: Tactic | None = None) -> Choices:
    """Return what a tactic may be joined to; what one is joined to already stays on offer.

    `named` are reasons by their Ref's text. What hurts or beckons in the own SWOT stands with
    them, the heaviest first. At most seven queries.
    """
    entries = own_entries(cycle.plan_id).filter(archived_at=None)
    swot = entries.exclude(quadrant=Quadrant.STRENGTHS).order_by("-weight", "position", "pk")
    goals = list(living_goals().filter(cycle=cycle))
    places = list(Touchpoint.objects.filter(plan=cycle.plan_id, archived_at=None))
    if tactic is not None:
        goals += tactic.goals.exclude(archived_at=None)
        places += tactic.touchpoints.exclude(archived_at=None)
    return Choices(
        goals={goal.pk: goal for goal in goals},
        places={place.pk: place for place in places},
        why={**named, **{str(one.ref): str(one) for one in swot}},
        members=people_by_label(),
    )


def _ticks(label: Any, **more: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _judged(label: Any, choices: Sequence[tuple[Any, Any]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, coerce=int, required=False, empty_value=None, choices=choices
    )


class OwnedForm(TellingForm):
    """Something that somebody answers for; `version` tells of others' changes."""

    owner = heir_field(_("Owner"))
    due_on = _day(_("Due"))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    members: Mapping[str, Membership]

    def clean_owner(self) -> Any:
        typed = str(self.cleaned_data["owner"])
        if "owner" not in self.changed_data:
            return typed  # whoever it was, perhaps somebody who left
        return heir_of(typed, self.members)

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them; an untouched owner is kept."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if "owner" not in self.changed_data:
            del found["owner"]
        return found


class TacticForm(OwnedForm):
    """The whole of a tactic."""

    name = forms.CharField(
        label=_("What you do"),
        max_length=160,
        widget=forms.TextInput({"dir": "auto"}),
        error_messages={"required": _("Say in a few words what you do.")},
    )
    reason = forms.CharField(
        label=_("What it answers"),
        required=False,
        max_length=LONGEST,
        help_text=_("What hurts, or what beckons, in one sentence."),
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    why = _ticks(_("Tick what it answers"), coerce=str)
    goals = _ticks(_("Goals it serves"), coerce=int)
    touchpoints = _ticks(_("Touchpoints where it is taken"), coerce=int)
    starts_on = _day(_("Starts"))
    effort = _judged(_("Effort"), EFFORTS)
    impact = _judged(_("Impact"), IMPACTS)
    state = forms.ChoiceField(label=_("State"), choices=State.choices, initial=State.PLANNED)
    note = forms.CharField(
        label=_("How"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, choices: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.choices, self.members = choices, choices.members
        offered: dict[str, Iterable[tuple[Any, str]]] = {
            "goals": ((pk, goal.statement) for pk, goal in choices.goals.items()),
            "touchpoints": ((pk, place.name) for pk, place in choices.places.items()),
            "why": choices.why.items(),
        }
        for name, pairs in offered.items():
            picks: Any = self.fields[name]
            picks.choices = list(pairs)
            if not picks.choices:
                del self.fields[name]

    @classmethod
    def of(cls, tactic: Tactic, choices: Choices) -> "TacticForm":
        """Show a tactic as it is."""
        held = {name: getattr(tactic, name) for name in (*ALWAYS, "version")}
        held |= {
            "owner": tactic.whose,
            "goals": [row.goal_id for row in tactic.goal_rows.all()],
            "touchpoints": [row.touchpoint_id for row in tactic.touchpoint_rows.all()],
            "why": [str(row.about) for row in tactic.reason_rows.all()],
        }
        return cls(initial=held, choices=choices)

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        starts, due = found.get("starts_on"), found.get("due_on")
        if starts and due and due < starts:
            self.add_error("due_on", _("It cannot be due before it starts."))
        return found

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        found = super().said()
        if "goals" in found:
            found["goals"] = [self.choices.goals[pk] for pk in found["goals"]]
        if "touchpoints" in found:
            found["touchpoints"] = [self.choices.places[pk] for pk in found["touchpoints"]]
        if "why" in found:
            found["why"] = [Ref.parse(one) for one in found["why"]]
        return found


class QuickForm(TellingForm):
    """A tactic that begins with its name."""

    name = forms.CharField(
        label=_("What you do"),
        max_length=160,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )


class StepForm(OwnedForm):
    """A step of a tactic."""

    text = forms.CharField(
        label=_("What is to be done"),
        max_length=300,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )
    field_order = ("text", "owner", "due_on")

    def __init__(self, *args: Any, members: Mapping[str, Membership], **more: Any) -> None:
        super().__init__(*args, **more)
        self.members = members

    @classmethod
    def of(cls, step: TacticStep, members: Mapping[str, Membership]) -> "StepForm":
        """Show a step as it is."""
        held = {name: getattr(step, name) for name in ("text", "due_on", "version")}
        held["owner"] = step.whose
        return cls(initial=held, members=members, auto_id=f"step{step.pk}-%s")


class LensForm(forms.Form):
    """How the board is looked at; wrong values fall back to all of it, by hand."""

    goal = forms.TypedChoiceField(label=_("Goal"), coerce=int, required=False, empty_value=None)
    touchpoint = forms.TypedChoiceField(
        label=_("Touchpoint"), coerce=int, required=False, empty_value=None
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            (BY_HAND, _("by hand")),
            (BY_DUE, _("what is due first")),
            (BY_WORTH, _("most impact for its effort")),
        ],
    )

    def __init__(
        self, data: Mapping[str, Any], *, goals: Iterable[Goal], places: Iterable[Touchpoint]
    ) -> None:
        super().__init__(data)
        for name, rows in (("goal", goals), ("touchpoint", places)):
            picks: Any = self.fields[name]
            picks.choices = [("", _("all")), *((one.pk, str(one)) for one in rows)]
        self.is_valid()

    def asked(self, name: str) -> int | None:
        """Return the id a goal or touchpoint is asked for by; None where all are."""
        found: int | None = self.cleaned_data.get(name)
        return found

    @property
    def by(self) -> str:
        return str(self.cleaned_data.get("order") or BY_HAND)

    @property
    def is_narrowed(self) -> bool:
        return self.asked("goal") is not None or self.asked("touchpoint") is not None

    @property
    def query(self) -> str:
        """The part of an address that keeps this look, "" where it is the usual one."""
        kept = {name: self.asked(name) for name in ("goal", "touchpoint")} | {"order": self.by}
        asked = {name: value for name, value in kept.items() if value and value != BY_HAND}
        return f"?{urlencode(asked)}" if asked else ""


class MoveForm(forms.Form):
    """Where a tactic goes: a step in its column, a column on, or into a state before another."""

    to = forms.ChoiceField(
        choices=[(one, one) for one in ("up", "down", "next", "back")], required=False
    )
    state = forms.ChoiceField(choices=State.choices, required=False)
    before = forms.IntegerField(required=False)

    def place(self, tactic: Tactic, living: Sequence[Tactic]) -> tuple[str, int] | None:
        """Return state and place among its living tactics; None where there is no such step."""
        step: str = self.cleaned_data["to"]
        columns = [str(one) for one in State if one != State.DROPPED]
        if step in ("next", "back"):
            if tactic.state not in columns:
                return None
            at = columns.index(tactic.state) + (1 if step == "next" else -1)
            return (columns[at], len(living)) if 0 <= at < len(columns) else None
        state: str = tactic.state if step else self.cleaned_data["state"]
        if not state:
            return None
        beside = [one for one in living if one.state == state]
        position = place_of(self, tactic, beside)
        return None if position is None else (state, position)


class StepMoveForm(forms.Form):
    """Where a step of a tactic goes: up, down, or before another."""

    to = forms.ChoiceField(choices=[(one, one) for one in ("up", "down")], required=False)
    before = forms.IntegerField(required=False)


def place_of(
    form: MoveForm | StepMoveForm,
    row: Tactic | TacticStep,
    beside: Sequence[Tactic] | Sequence[TacticStep],
) -> int | None:
    """Return the place among the others that a valid form asks for; None where there is none."""
    ids = [one.pk for one in beside]
    step: str = form.cleaned_data["to"]
    if step:
        at = ids.index(row.pk) + (1 if step == "down" else -1)
        return at if 0 <= at < len(ids) else None
    others = [pk for pk in ids if pk != row.pk]
    before = form.cleaned_data["before"]
    return others.index(before) if before in others else len(others)

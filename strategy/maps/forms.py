"""What people type on a journey map: a step, one field of it, a card, and where things go."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from strategy.journeys.lanes import Lane
from strategy.journeys.models import LONGEST, Journey, JourneyCard, JourneyStep
from strategy.maps.words import MOODS, signed
from strategy.personas.models import Persona
from strategy.plans.models import NAME_LENGTH
from strategy.touchpoints.models import Touchpoint


def _emotions() -> list[tuple[int | str, Any]]:
    """List the emotions in the reader's language, each sign kept before its number by isolation."""
    named = ((n, f"\u2066{signed(n)}\u2069 {word}") for n, word in MOODS.items())
    return [("", _("not said")), *named]


def emotion_field(label: Any) -> forms.TypedChoiceField:
    """Make a choice of an emotion, −2 to 2 or none."""
    return forms.TypedChoiceField(
        label=label, choices=_emotions, coerce=int, required=False, empty_value=None
    )


class StepForm(TellingForm):
    """A step of a journey, or some fields of it; `version` tells of somebody's change meanwhile.

    Each persona of the journey has two fields of its own: whether the step is for it, and how it
    feels there.
    """

    name = forms.CharField(
        label=_("What happens"), max_length=120, widget=forms.TextInput({"dir": "auto"})
    )
    stage = forms.CharField(
        label=_("Stage"),
        required=False,
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"list": "stages", "dir": "auto", "autocomplete": "off"}),
    )
    touchpoint = forms.TypedChoiceField(
        label=_("Touchpoint"), coerce=int, required=False, empty_value=None
    )
    channel = forms.CharField(
        label=_("Channel"),
        required=False,
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"list": "channels", "dir": "auto", "autocomplete": "off"}),
    )
    emotion = emotion_field(_("Emotion"))
    feeling = forms.CharField(
        label=_("Feeling, in a word"),
        required=False,
        max_length=40,
        widget=forms.TextInput({"dir": "auto"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(
        self,
        *args: Any,
        journey: Journey,
        places: Sequence[Touchpoint],
        only: Iterable[str] = (),
        **more: Any,
    ) -> None:
        """`only`: the fields it shows; without all of them, and whom the step is for."""
        super().__init__(*args, **more)
        self.places = {one.pk: one for one in places}
        picks: Any = self.fields["touchpoint"]
        picks.choices = [("", _("none")), *((one.pk, one.name) for one in places)]
        self.people: list[Persona] = []
        if only:
            for name in set(self.fields) - {*only, "version"}:
                del self.fields[name]
            return
        self.people = list(journey.personas.all())
        for one in self.people:
            self.fields[f"for_{one.pk}"] = forms.BooleanField(label=one.name, required=False)
            self.fields[f"feels_{one.pk}"] = emotion_field(_("feels"))

    @classmethod
    def of(
        cls, step: JourneyStep, places: Sequence[Touchpoint], *, only: Iterable[str] = ()
    ) -> "StepForm":
        """Show a step as it is; one at an archived touchpoint keeps it."""
        names = ("name", "stage", "channel", "feeling", "version")
        held = {name: getattr(step, name) for name in names}
        held |= {"touchpoint": step.touchpoint_id or "", "emotion": step.emotion}
        for row in step.persona_rows.all():
            held |= {f"for_{row.persona_id}": True, f"feels_{row.persona_id}": row.emotion}
        return cls(
            initial=held,
            journey=step.journey,
            places=with_own(places, step),
            only=only,
            auto_id=f"s{step.pk}-%s",
        )

    @property
    def persona_fields(self) -> list[tuple[Any, Any]]:
        return [(self[f"for_{one.pk}"], self[f"feels_{one.pk}"]) for one in self.people]

    def clean(self) -> dict[str, Any]:
        """Refuse how somebody feels at a step that is for others alone."""
        whose = self._whose()
        for one in self._feeling():
            if one not in whose:
                words = _("The step is for others alone. Tick “%(persona)s”, too.")
                self.add_error(f"feels_{one.pk}", words % {"persona": one})
        return self.cleaned_data

    def _feeling(self) -> list[Persona]:
        return [one for one in self.people if self.cleaned_data.get(f"feels_{one.pk}") is not None]

    def _whose(self) -> list[Persona]:
        """Return whom the step is for; nobody stands for everybody, unless one feels otherwise."""
        ticked = [one for one in self.people if self.cleaned_data.get(f"for_{one.pk}")]
        return ticked or (self.people if self._feeling() else [])

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        names = ("name", "stage", "channel", "emotion", "feeling")
        found = {name: self.cleaned_data[name] for name in names if name in self.fields}
        if "touchpoint" in self.fields:
            found["touchpoint"] = self.places.get(self.cleaned_data["touchpoint"])
        if self.people:
            found["personas"] = [
                {"persona": one, "emotion": self.cleaned_data[f"feels_{one.pk}"]}
                for one in self._whose()
            ]
        return found


def with_own(places: Sequence[Touchpoint], step: JourneyStep) -> list[Touchpoint]:
    """Return the touchpoints to choose from, the step's own among them."""
    own = step.touchpoint
    return [*places] if own is None or own in places else [*places, own]


class CardForm(TellingForm):
    """A card; `version` tells whether somebody changed it meanwhile."""

    text = forms.CharField(
        label=_("What is so"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    persona = forms.TypedChoiceField(
        label=_("Only of"), coerce=int, required=False, empty_value=None
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, people: Sequence[Persona] = (), in_cell: bool = False, **more: Any
    ) -> None:
        """`in_cell`: the words alone."""
        super().__init__(*args, **more)
        self.people = {one.pk: one for one in people}
        if in_cell or not people:
            del self.fields["persona"]
        else:
            picks: Any = self.fields["persona"]
            picks.choices = [("", _("everybody")), *((one.pk, one.name) for one in people)]

    @classmethod
    def of(
        cls, card: JourneyCard, people: Sequence[Persona] = (), *, in_cell: bool = False
    ) -> "CardForm":
        """Show a card as it is."""
        held = {"text": card.text, "persona": card.persona_id or "", "version": card.version}
        return cls(initial=held, people=people, in_cell=in_cell, auto_id=f"k{card.pk}-%s")

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        found: dict[str, Any] = {"text": self.cleaned_data["text"]}
        if "persona" in self.fields:
            found["persona"] = self.people.get(self.cleaned_data["persona"])
        return found


class NewCardsForm(TellingForm):
    """Words for a cell: each line becomes a card."""

    text = forms.CharField(
        label=_("One a line"),
        max_length=5_000,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )

    def texts(self) -> list[str]:
        stripped = (line.strip(" \t-•*") for line in self.cleaned_data["text"].splitlines())
        return [line for line in stripped if line]


class StepMoveForm(forms.Form):
    """Where a step goes: one place on, or before another step (at the end without one)."""

    to = forms.ChoiceField(choices=[("back", ""), ("next", "")], required=False)
    before = forms.IntegerField(required=False)

    def place(
        self, step: JourneyStep, living: Sequence[JourneyStep]
    ) -> tuple[int, str | None] | None:
        """Return the place among the living steps and the stage; None where there is no such.

        Put between two steps of one stage it takes on that stage. One place on it keeps its own:
        so it goes past a stage, and back again, as what it was.
        """
        way = self.cleaned_data["to"]
        if way:
            at = living.index(step) + (1 if way == "next" else -1)
            return (at, None) if 0 <= at < len(living) else None
        others = [one for one in living if one != step]
        ids = [one.pk for one in others]
        before = self.cleaned_data["before"]
        at = ids.index(before) if before in ids else len(others)
        stages = {one.stage for one in others[max(at - 1, 0) : at + 1]}
        is_inside = 0 < at < len(others) and len(stages) == 1
        return at, stages.pop() if is_inside else None


class CardMoveForm(forms.Form):
    """Where a card goes: a step up or down, to the next step, or into a cell before a card."""

    to = forms.ChoiceField(
        choices=[(one, one) for one in ("up", "down", "back", "next")], required=False
    )
    step = forms.IntegerField(required=False)
    lane = forms.CharField(required=False)
    before = forms.IntegerField(required=False)

    def place(
        self, card: JourneyCard, steps: Sequence[JourneyStep], cards: Sequence[JourneyCard]
    ) -> tuple[JourneyStep, str, int] | None:
        """Return step, lane and place in the cell; None where there is no such."""
        way = self.cleaned_data["to"]
        if way in ("up", "down"):
            own = [one for one in cards if (one.step_id, one.lane) == (card.step_id, card.lane)]
            at = own.index(card) + (1 if way == "down" else -1)
            return (card.step, card.lane, at) if 0 <= at < len(own) else None
        by_id: Mapping[int, JourneyStep] = {one.pk: one for one in steps}
        if way:
            order = list(by_id)
            at = order.index(card.step_id) + (1 if way == "next" else -1)
            if not 0 <= at < len(order):
                return None
            return by_id[order[at]], card.lane, len(cards)
        goes_to = by_id.get(self.cleaned_data["step"] or 0)
        lane = self.cleaned_data["lane"] or card.lane
        if goes_to is None:
            return None
        there = [
            one.pk for one in cards if (one.step_id, one.lane) == (goes_to.pk, lane) and one != card
        ]
        before = self.cleaned_data["before"]
        return goes_to, lane, there.index(before) if before in there else len(there)


class LaneMoveForm(forms.Form):
    """Where a lane goes: one place up or down, before another (behind all without), or away."""

    key = forms.CharField()
    to = forms.ChoiceField(choices=[(one, one) for one in ("up", "down", "away")], required=False)
    before = forms.CharField(required=False)

    def place(self, lanes: Sequence[Lane]) -> str | None:
        """Return the key of the lane it goes before, "" for behind all; None for no such place.

        Up and down go past a lane that is seen, and past those hidden between.
        """
        keys = [one.key for one in lanes if one.is_shown]
        key, way = self.cleaned_data["key"], self.cleaned_data["to"]
        if key not in keys:
            return None
        at = keys.index(key)
        if way == "up":
            return keys[at - 1] if at else None
        if way == "down":
            return None if at == len(keys) - 1 else (keys[at + 2 : at + 3] or [""])[0]
        before: str = self.cleaned_data["before"]
        return before

"""What people say of a journey as a whole, and of the lanes of its map."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from strategy.journeys.lanes import NAME_LENGTH
from strategy.journeys.models import LONGEST, Journey
from strategy.journeys.starters import STARTERS
from strategy.personas.models import Persona


class JourneyForm(TellingForm):
    """A journey; `version` tells whether somebody changed it meanwhile."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"dir": "auto"}))
    summary = forms.CharField(
        label=_("In two sentences"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    personas = forms.TypedMultipleChoiceField(
        label=_("Of whom"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without one it is of all your customers."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, people: Sequence[Persona], **more: Any) -> None:
        super().__init__(*args, **more)
        self.people = {one.pk: one for one in people}
        if people:
            picks: Any = self.fields["personas"]
            picks.choices = [(one.pk, one.name) for one in people]
        else:
            del self.fields["personas"]

    @classmethod
    def of(cls, journey: Journey, people: Sequence[Persona]) -> "JourneyForm":
        """Show a journey as it is; archived personas it is of stay."""
        own = list(journey.personas.all()) if journey.pk else []
        everybody = [*people, *(one for one in own if one not in people)]
        held: dict[str, Any] = {
            name: getattr(journey, name) for name in ("name", "summary", "version")
        }
        held["personas"] = [one.pk for one in own]
        return cls(initial=held, people=everybody)

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        found = {name: self.cleaned_data[name] for name in ("name", "summary")}
        if "personas" in self.fields:
            found["personas"] = [self.people[pk] for pk in self.cleaned_data["personas"]]
        return found


class NewJourneyForm(JourneyForm):
    """A journey to be drawn, empty or from a starter, which lends it name and sentences."""

    starter = forms.ChoiceField(
        required=False, choices=[("", ""), *((key, one.name) for key, one in STARTERS.items())]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["name"].required = not (self.is_bound and self.data.get("starter"))

    def said(self) -> dict[str, Any]:
        found = {name: value for name, value in super().said().items() if value}
        return found | {"starter": self.cleaned_data["starter"]}


class LaneForm(TellingForm):
    """A lane of the team's own."""

    name = forms.CharField(
        label=_("A lane of your own"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )

"""What people type of a SWOT, where they move an entry, and how they look at the board."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from strategy.plans.models import Plan
from strategy.swot.models import LONGEST, Quadrant, SwotEntry
from strategy.swot.quadrants import LESSONS
from strategy.swot.selectors import BY_HAND, BY_WEIGHT
from strategy.touchpoints.models import Touchpoint

WEIGHTS = [
    (5, _("5, decides")),
    (4, _("4, heavy")),
    (3, _("3, counts")),
    (2, _("2, light")),
    (1, _("1, hardly")),
]


def places_of(plan: Plan) -> list[Touchpoint]:
    """Return the touchpoints an entry of the plan may be of, in their order."""
    return list(plan.touchpoints.filter(archived_at=None))


class EntryForm(TellingForm):
    """An entry; `version` tells whether somebody changed it meanwhile."""

    text = forms.CharField(
        label=_("In one sentence"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    quadrant = forms.ChoiceField(label=_("Quadrant"), choices=Quadrant.choices)
    weight = forms.TypedChoiceField(label=_("Weight"), choices=WEIGHTS, coerce=int)
    touchpoint = forms.TypedChoiceField(
        label=_("Touchpoint"), coerce=int, required=False, empty_value=None
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, places: Sequence[Touchpoint], quadrant: str = "", **more: Any
    ) -> None:
        """`quadrant`: the one it is added to; without it one is chosen."""
        super().__init__(*args, **more)
        self.places = {one.pk: one for one in places}
        picks: Any = self.fields["touchpoint"]
        picks.choices = [("", _("none")), *((one.pk, one.name) for one in places)]
        if quadrant:
            self.fields["quadrant"].widget = forms.HiddenInput()
            self.initial.update(quadrant=quadrant, weight=3)
            example = LESSONS[Quadrant(quadrant)].example
            self.fields["text"].widget.attrs["placeholder"] = example

    @classmethod
    def of(cls, entry: SwotEntry, places: Sequence[Touchpoint]) -> "EntryForm":
        """Show an entry as it is; one that is of an archived touchpoint keeps it."""
        held = {name: getattr(entry, name) for name in ("text", "quadrant", "weight", "version")}
        return cls(
            initial=held | {"touchpoint": entry.touchpoint_id or ""},
            places=with_own(places, entry),
            auto_id=f"e{entry.pk}-%s",
        )

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        found = {name: self.cleaned_data[name] for name in ("text", "quadrant", "weight")}
        return found | {"touchpoint": self.places.get(self.cleaned_data["touchpoint"])}


def with_own(places: Sequence[Touchpoint], entry: SwotEntry) -> list[Touchpoint]:
    """Return the touchpoints to choose from, the entry's own among them."""
    own = entry.touchpoint
    return [*places] if own is None or own in places else [*places, own]


class NoneForm(TellingForm):
    """Why a quadrant stays empty."""

    reason = forms.CharField(
        label=_("Why there is nothing"), max_length=LONGEST, widget=forms.TextInput({"dir": "auto"})
    )
    quadrant = forms.ChoiceField(choices=Quadrant.choices, widget=forms.HiddenInput())

    def __init__(self, *args: Any, quadrant: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        if quadrant:
            self.initial["quadrant"] = quadrant
            none_if = LESSONS[Quadrant(quadrant)].none_if
            self.fields["reason"].widget.attrs["placeholder"] = none_if


class LensForm(forms.Form):
    """How the board is looked at; wrong values fall back to all of it, by hand."""

    touchpoint = forms.TypedChoiceField(
        label=_("Touchpoint"), coerce=int, required=False, empty_value=None
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[(BY_HAND, _("by hand")), (BY_WEIGHT, _("the heaviest first"))],
    )

    def __init__(self, data: Mapping[str, Any], *, places: Sequence[Touchpoint]) -> None:
        super().__init__(data)
        picks: Any = self.fields["touchpoint"]
        picks.choices = [("", _("all")), *((one.pk, one.name) for one in places)]
        self.is_valid()

    @property
    def touchpoint_id(self) -> int | None:
        found: int | None = self.cleaned_data.get("touchpoint")
        return found

    @property
    def by(self) -> str:
        return str(self.cleaned_data.get("order") or BY_HAND)

    @property
    def query(self) -> str:
        """The part of an address that keeps this look, "" where it is the usual one."""
        kept = {"touchpoint": self.touchpoint_id, "order": self.by}
        asked = {name: value for name, value in kept.items() if value and value != BY_HAND}
        return f"?{urlencode(asked)}" if asked else ""


class MoveForm(forms.Form):
    """Where an entry goes: a step, or into a quadrant before another entry."""

    to = forms.ChoiceField(
        choices=[(one, one) for one in ("up", "down", "next", "back")], required=False
    )
    quadrant = forms.ChoiceField(choices=Quadrant.choices, required=False)
    before = forms.IntegerField(required=False)

    def place(self, entry: SwotEntry, living: Sequence[SwotEntry]) -> tuple[str, int] | None:
        """Return quadrant and place among its living entries; None where there is no such step."""
        step: str = self.cleaned_data["to"]
        order = list(Quadrant.values)
        if step in ("next", "back"):
            at = order.index(entry.quadrant) + (1 if step == "next" else -1)
            return (order[at], len(living)) if 0 <= at < len(order) else None
        if step:
            beside = [one for one in living if one.quadrant == entry.quadrant or one == entry]
            at = beside.index(entry) + (1 if step == "down" else -1)
            return (entry.quadrant, at) if 0 <= at < len(beside) else None
        quadrant: str = self.cleaned_data["quadrant"]
        if not quadrant:
            return None
        others = [one for one in living if one.quadrant == quadrant and one != entry]
        ids = [one.pk for one in others]
        before = self.cleaned_data["before"]
        return quadrant, ids.index(before) if before in ids else len(others)

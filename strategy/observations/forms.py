"""What people type of one observation."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from strategy.metrics.definitions import SCORES
from strategy.metrics.models import Kind, Metric, Observation
from strategy.metrics.observing import Observed
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint


class Moment(forms.DateTimeInput):
    """A day and time as browsers' own fields take it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M:%S", attrs={"step": "1"})


class ObservationForm(TellingForm):
    """One number that no survey asked for, by the metric's kind."""

    value = forms.DecimalField(label=_("Value"), max_digits=18, decimal_places=4)
    hours = forms.IntegerField(label=_("Hours"), min_value=0, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=0, required=False)
    seconds = forms.DecimalField(
        label=_("Seconds"), min_value=0, required=False, max_digits=15, decimal_places=3
    )
    numerator = forms.DecimalField(label=_("Counted"), max_digits=18, decimal_places=4)
    denominator = forms.IntegerField(label=_("Of all"), min_value=1)
    observed_at = forms.DateTimeField(label=_("When"), widget=Moment())
    touchpoint: "forms.ModelChoiceField[Touchpoint]" = forms.ModelChoiceField(
        label=_("Touchpoint"), queryset=None, required=False, empty_label=_("all")
    )
    segment = forms.ChoiceField(label=_("Segment"), required=False)

    FIGURES: Mapping[str, tuple[str, ...]] = {
        Kind.DURATION: ("hours", "minutes", "seconds"),
        Kind.RATIO: ("numerator", "denominator"),
    }

    def __init__(self, *args: Any, metric: Metric, **more: Any) -> None:
        super().__init__(*args, **more)
        self.metric = metric
        self.figures = self.FIGURES.get(metric.kind, ("value",))
        for name in ("value", "hours", "minutes", "seconds", "numerator", "denominator"):
            if name not in self.figures:
                del self.fields[name]
        if metric.kind in SCORES:
            self.fields["value"] = forms.IntegerField(
                label=_("Score"), min_value=metric.scale_min, max_value=metric.scale_max
            )
        self.fields["observed_at"].initial = timezone.localtime().replace(microsecond=0)
        held = self.initial.get("touchpoint")  # one archived since stays where it is
        places = metric.plan.touchpoints.filter(Q(archived_at=None) | Q(pk=held))
        places_field = self.fields["touchpoint"]
        if isinstance(places_field, forms.ModelChoiceField):
            places_field.queryset = places
        self._offer_segments(metric.plan)

    def _offer_segments(self, plan: Plan) -> None:
        field = self.fields["segment"]
        if not plan.segments:
            del self.fields["segment"]
        elif isinstance(field, forms.ChoiceField):
            keys = [f"{name}={value}" for name, values in plan.segments.items() for value in values]
            held = self.initial.get("segment")
            keys += [held] if held and held not in keys else []
            field.choices = [("", _("all")), *((key, key.replace("=", ": ")) for key in keys)]

    def clean(self) -> None:
        if self.metric.kind == Kind.DURATION and not self.errors:
            parts = [self.cleaned_data.get(name) for name in self.figures]
            if all(part is None for part in parts):
                self.add_error("minutes", _("Enter hours, minutes or seconds."))

    def observed(self, external_id: str | None = None) -> Observed:
        """Return what was observed, as services take it."""
        said = self.cleaned_data
        place = said.get("touchpoint")
        return Observed(
            observed_at=said["observed_at"],
            value=_decimal(said.get("value")),
            seconds=self._seconds(),
            numerator=said.get("numerator"),
            denominator=said.get("denominator"),
            touchpoint_id=place.pk if place else None,
            segment=said.get("segment", ""),
            external_id=external_id,
        )

    def _seconds(self) -> Decimal | None:
        if self.metric.kind != Kind.DURATION:
            return None
        said = self.cleaned_data
        whole = (said.get("hours") or 0) * 3_600 + (said.get("minutes") or 0) * 60
        return Decimal(whole) + (said.get("seconds") or Decimal(0))


def _decimal(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _plain(value: Decimal | None) -> str | None:
    """Write a stored number as somebody would type it: 3, not 3.0000."""
    return None if value is None else f"{value.normalize():f}"


def observation_as_typed(row: Observation) -> dict[str, Any]:
    """Return what ObservationForm shows of an observation there is."""
    seconds = Decimal(row.milliseconds or 0) / 1000
    return {
        "value": _plain(row.value),
        "hours": int(seconds // 3_600),
        "minutes": int(seconds % 3_600 // 60),
        "seconds": _plain(seconds % 60),
        "numerator": _plain(row.numerator),
        "denominator": row.denominator,
        "observed_at": timezone.localtime(row.observed_at),
        "touchpoint": row.touchpoint_id,
        "segment": row.segment,
    }

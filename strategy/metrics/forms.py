"""What people say of a metric and of its definition."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from strategy.metrics.definitions import DEFINING, SCORES
from strategy.metrics.estimates import COMBINES, METHODS
from strategy.metrics.models import Combine, Kind, Method, Metric

# The scales surveys use; the first is the usual one.
SCALES: Mapping[str, tuple[tuple[int, int], ...]] = {
    Kind.CSAT: ((1, 5), (1, 3), (1, 7), (1, 10)),
    Kind.CES: ((1, 5), (1, 7)),
}


class Day(forms.DateInput):
    """A date as browsers' own calendars take it, in every language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _scale_choices(kind: str, held: tuple[int | None, int | None]) -> list[tuple[str, Any]]:
    scales = list(SCALES[kind])
    if held[0] is not None and held[1] is not None and (held[0], held[1]) not in scales:
        scales.append((held[0], held[1]))
    words = _("%(low)s to %(high)s")
    return [(f"{low}-{high}", words % {"low": low, "high": high}) for low, high in scales]


class DefinitionForm(forms.Form):
    """How answers become the figure, as far as the kind leaves a choice."""

    scale = forms.ChoiceField(label=_("Asked on a scale of"), widget=forms.RadioSelect)
    method = forms.ChoiceField(label=_("Read as"))
    top_box_from = forms.IntegerField(
        label=_("Counts as a success from"),
        required=False,
        help_text=_("Left empty: the usual for the scale, as 4 of 5, 3 of 3 or 5 of 7."),
    )
    bottom_box_to = forms.IntegerField(
        label=_("Counts against up to"),
        required=False,
        help_text=_("Only where top and bottom are set off against each other."),
    )

    def __init__(self, *args: Any, kind: str, metric: Metric | None = None, **more: Any) -> None:
        self.kind, self.metric = kind, metric
        super().__init__(*args, **more)
        if kind in SCALES:
            held = (metric.scale_min, metric.scale_max) if metric else (None, None)
            self._choose("scale", _scale_choices(kind, held))
        else:
            for name in ("scale", "top_box_from", "bottom_box_to"):
                del self.fields[name]
        methods = [(one, Method(one).label) for one in METHODS[kind] if one]
        if len(methods) < 2:
            del self.fields["method"]
        else:
            self._choose("method", methods)

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
        field.initial = choices[0][0]

    def definition(self) -> dict[str, Any]:
        """Return the definition as services take it; what the form does not ask is left out."""
        said = {name: value for name, value in self.cleaned_data.items() if name in DEFINING}
        if "method" in said and said["method"] != Method.NET:
            said.pop("bottom_box_to", None)
        if self.cleaned_data.get("scale"):
            low, _dash, high = self.cleaned_data["scale"].partition("-")
            said |= {"scale_min": int(low), "scale_max": int(high)}
        return said

    def take(self, error: ValidationError) -> None:
        """Show a service's faults, each at its field where the form has it."""
        known = {"scale_min": "scale", "scale_max": "scale"}
        by_field = getattr(error, "error_dict", {None: [error]})
        for name, faults in by_field.items():
            field = known.get(name, name)
            self.add_error(field if field in self.fields else None, faults)


def definition_of_metric(metric: Metric) -> dict[str, Any]:
    """Return what DefinitionForm shows of a metric."""
    held = {name: getattr(metric, name) for name in DEFINING}
    return held | {"scale": f"{metric.scale_min}-{metric.scale_max}"}


class MetricForm(DefinitionForm):
    """A new metric of a kind, or the plain fields of one there is."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("What it says"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence for somebody who sees the figure for the first time."),
    )
    unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    higher_is_better = forms.TypedChoiceField(
        label=_("Better is"),
        coerce=lambda said: said == "True",
        choices=[("True", _("a higher figure")), ("False", _("a lower figure"))],
        widget=forms.RadioSelect,
    )
    combine = forms.ChoiceField(label=_("How days combine"))
    window_days = forms.IntegerField(
        label=_("Window in days"),
        min_value=1,
        max_value=366,
        initial=28,
        help_text=_("The figure is read over so many days up to today."),
    )
    benchmark_value = forms.DecimalField(
        label=_("Benchmark"), required=False, max_digits=18, decimal_places=4
    )
    benchmark_source = forms.CharField(
        label=_("Where the benchmark is from"), required=False, max_length=200
    )
    benchmark_on = forms.DateField(label=_("Date of the benchmark"), required=False, widget=Day())

    field_order = ["name", "description", "scale", "method", "top_box_from", "bottom_box_to"]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        combines = [(one, Combine(one).label) for one in COMBINES[self.kind]]
        if len(combines) < 2:
            del self.fields["combine"]
        else:
            self._choose("combine", combines)
        if self.kind == Kind.NPS:
            del self.fields["higher_is_better"]
        elif self.kind in SCORES:
            self.fields["higher_is_better"].label = _("The good end of the scale is")
            ends = [("True", _("the high one")), ("False", _("the low one"))]
            self._choose("higher_is_better", ends)
        if self.kind not in (Kind.VALUE, Kind.RATIO):
            del self.fields["unit"]
        if self.metric is not None:
            self._keep_definition()

    def _keep_definition(self) -> None:
        """A metric there is gets a new definition by an act of its own."""
        for name in ("scale", "method", "top_box_from", "bottom_box_to", "combine"):
            self.fields.pop(name, None)
        if self.kind in SCORES:
            self.fields.pop("higher_is_better", None)
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def said(self) -> dict[str, Any]:
        """Return the fields as services take them."""
        plain = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in (*DEFINING, "scale", "version")
        }
        return plain | self.definition()

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self._MORE]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """What few need at once; shown open where it holds something."""
        return [field for field in self.visible_fields() if field.name in self._MORE]

    @property
    def opens_more(self) -> bool:
        return any(field.value() or field.errors for field in self.more_fields)

    _MORE = ("benchmark_value", "benchmark_source", "benchmark_on", "top_box_from", "bottom_box_to")


class RedefineForm(DefinitionForm):
    """A new way to read a metric, from a day on."""

    from_day = forms.DateField(
        label=_("From which day on"),
        widget=Day(),
        help_text=_("The days before keep the definition they have."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)
    field_order = ["from_day"]

"""What people type about one question; the rules themselves stand in the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from strategy.metrics.models import Metric
from strategy.touchpoints.models import Touchpoint
from surveys.design.forms import touchpoint_choices
from surveys.design.models import Question

SCALES = ("1-3", "1-5", "1-7", "0-10")
NEW = "new"


class QuestionForm(TellingForm):
    """One question. Fields that its kind does not have are absent."""

    text = forms.CharField(
        label=_("Question"), max_length=500, widget=forms.Textarea({"rows": 2, "dir": "auto"})
    )
    scale = forms.ChoiceField(label=_("Scale"))
    low_label = forms.CharField(label=_("Low end says"), max_length=80, required=False)
    high_label = forms.CharField(label=_("High end says"), max_length=80, required=False)
    choices = forms.CharField(
        label=_("Choices"),
        help_text=_("One on each line."),
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
    )
    is_multiple = forms.BooleanField(label=_("Several may be chosen"), required=False)
    metric = forms.ChoiceField(label=_("Feeds the metric"), required=False)
    new_metric = forms.CharField(label=_("Name of the new metric"), max_length=120, required=False)
    touchpoint = forms.TypedChoiceField(
        label=_("About the touchpoint"), coerce=int, empty_value=None, required=False
    )
    is_required = forms.BooleanField(label=_("Must be answered"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: str,
        metrics: Sequence[Metric],
        touchpoints: Sequence[Touchpoint],
        question: Question | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        self.metrics = {str(metric.pk): metric for metric in metrics if metric.kind == kind}
        self.touchpoints = {one.pk: one for one in touchpoints}
        for name in _ABSENT[kind]:
            del self.fields[name]
        if "scale" in self.fields:
            self.fields["scale"].choices = _scales(question)  # type: ignore[attr-defined]  # a choice field
        if "metric" in self.fields:
            self.fields["metric"].choices = self._metric_choices()  # type: ignore[attr-defined]  # a choice field
        self.fields["touchpoint"].choices = touchpoint_choices(touchpoints)  # type: ignore[attr-defined]  # a choice field

    def _metric_choices(self) -> list[tuple[str, Any]]:
        fitting = [
            (pk, f"{metric.name} ({metric.scale_min}–{metric.scale_max})")
            for pk, metric in self.metrics.items()
        ]
        return [("", _("none yet")), *fitting, (NEW, _("A new metric, made from this question"))]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("metric") == NEW and not said.get("new_metric", "").strip():
            self.add_error("new_metric", _("Give the new metric a name, such as “Seat comfort”."))
        return said

    def fields_said(self) -> dict[str, Any]:
        """Return what was typed as the services take it."""
        said = dict(self.cleaned_data)
        said.pop("version")
        said["touchpoint"] = self.touchpoints.get(said.pop("touchpoint"))
        if "scale" in said:
            said["scale_min"], said["scale_max"] = map(int, said.pop("scale").split("-"))
        if "choices" in said:
            lines = (line.strip() for line in said["choices"].splitlines())
            said["choices"] = [line for line in lines if line]
        if "metric" in said:
            wanted = said.pop("metric")
            said["new_metric"] = said["new_metric"].strip() if wanted == NEW else ""
            if wanted != NEW:
                said["metric"] = self.metrics.get(wanted)
        return said


_SCORE_ONLY = ("scale", "low_label", "high_label", "metric", "new_metric")
_CHOICE_ONLY = ("choices", "is_multiple")
_ABSENT: dict[str, tuple[str, ...]] = {
    Question.Kind.NPS: ("scale", *_CHOICE_ONLY),
    Question.Kind.CSAT: _CHOICE_ONLY,
    Question.Kind.CES: _CHOICE_ONLY,
    Question.Kind.CHOICE: _SCORE_ONLY,
    Question.Kind.OPEN: (*_SCORE_ONLY, *_CHOICE_ONLY),
}


def typed_of(question: Question) -> dict[str, Any]:
    """Return a question as its form shows it."""
    names = ("text", "low_label", "high_label", "is_multiple", "is_required", "version")
    return {
        **{name: getattr(question, name) for name in names},
        "scale": _scale_name(question),
        "choices": "\n".join(question.choices),
        "metric": str(question.metric_id or ""),
        "touchpoint": question.touchpoint_id,
    }


def _scale_name(question: Question) -> str:
    return f"{question.scale_min}-{question.scale_max}"


def _scales(question: Question | None) -> list[tuple[str, Any]]:
    """Offer the scales in use, and that of the question where it is another one."""
    own = [_scale_name(question)] if question is not None else []
    names = dict.fromkeys([*SCALES, *own])
    return [(name, name.replace("-", "–")) for name in names]

"""How the voices of a plan are narrowed down; other pages link here with the same words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strategy.metrics.estimates import Definition
from strategy.metrics.models import Metric
from strategy.plans.models import Plan
from strategy.plans.segments import OTHER
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Survey
from surveys.responses.models import Response
from surveys.responses.selectors import Wanted
from surveys.results.groups import GROUPS, groups_of, scores_of
from surveys.results.selectors import spoken


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; `without` is the address that leaves it out."""

    words: str
    without: str


class FilterForm(forms.Form):
    """Which answers to read. Days are inclusive; a group or score is one of the metric's."""

    q = forms.CharField(
        label=gettext_lazy("Find words"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    metric = forms.TypedChoiceField(
        label=gettext_lazy("Metric"), coerce=int, empty_value=None, required=False
    )
    group = forms.ChoiceField(label=gettext_lazy("Answered"), required=False)
    score = forms.IntegerField(label=gettext_lazy("Score"), required=False)
    survey = forms.TypedChoiceField(
        label=gettext_lazy("Survey"), coerce=int, empty_value=None, required=False
    )
    touchpoint = forms.TypedChoiceField(
        label=gettext_lazy("Touchpoint"), coerce=int, empty_value=None, required=False
    )
    segment = forms.CharField(label=gettext_lazy("Segment"), required=False, max_length=120)
    via = forms.ChoiceField(
        label=gettext_lazy("How they came"),
        required=False,
        choices=[("", gettext_lazy("all")), (Response.Via.IMPORT, gettext_lazy("from a file"))],
        widget=forms.HiddenInput(),
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        plan: Plan,
        metrics: Sequence[Metric],
        surveys: Sequence[Survey],
        touchpoints: Sequence[Touchpoint],
        definition: Definition | None,
    ) -> None:
        super().__init__(data)
        self.plan, self.definition = plan, definition
        self._choose("metric", gettext_lazy("all"), metrics)
        self._choose("survey", gettext_lazy("all"), surveys)
        self._choose("touchpoint", gettext_lazy("all"), touchpoints)
        groups = groups_of(definition) if definition else {}
        shown = {**GROUPS, **groups}
        self._groups = {name: str(shown[name]) for name in shown}
        self.fields["group"].choices = [("", gettext_lazy("all")), *self._groups.items()]  # type: ignore[attr-defined]  # a choice field
        if plan.segments:
            named = [f"{name}={one}" for name, values in plan.segments.items() for one in values]
            named += [f"{name}={OTHER}" for name in plan.segments] + [OTHER]
            choices = [("", gettext_lazy("all")), *((one, spoken(one)) for one in named)]
            self.fields["segment"].widget = forms.Select(choices=choices)
        day = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        # Words of the address that are words of Python, too.
        self.fields["from"] = forms.DateField(label=_("From"), required=False, widget=day)
        self.fields["to"] = forms.DateField(label=_("To"), required=False, widget=day)

    def _choose(self, name: str, all_: Any, rows: Sequence[Metric | Survey | Touchpoint]) -> None:
        choices = [("", all_), *((row.pk, row.name) for row in rows)]
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        narrows = said.get("group") or said.get("score") is not None
        if narrows and self.definition is None and "metric" not in self.errors:
            self.add_error("metric", _("Choose the metric whose scores you mean."))
        first, last = said.get("from"), said.get("to")
        if first and last and first > last:
            self.add_error("to", _("This day lies before the first one."))
        return said

    def wanted(self) -> Wanted:
        """Return the answers a valid form asks for."""
        said = self.cleaned_data
        return Wanted(
            plan_id=self.plan.pk,
            survey_id=said["survey"],
            metric_id=said["metric"],
            scores=self._scores(),
            touchpoint_id=said["touchpoint"],
            segment=said["segment"].strip() or None,
            text=said["q"].strip() or None,
            since=said["from"],
            until=said["to"],
            via=said["via"] or None,
        )

    def _scores(self) -> list[int] | None:
        group, score = self.cleaned_data["group"], self.cleaned_data["score"]
        if score is not None:
            mine = not group or score in scores_of(self._definition(), group)
            return [score] if mine else []
        return scores_of(self._definition(), group) if group else None

    def _definition(self) -> Definition:
        if self.definition is None:
            raise ValueError("a valid form with a group or score has a metric")
        return self.definition

    def chips(self, address: QueryDict) -> list[Chip]:
        """Name the filters in force, in the order of the fields; `address` is what was asked."""
        return [
            Chip(words, _without(address, name))
            for name in self.fields
            if (words := self._words(name))
        ]

    def _words(self, name: str) -> str:
        value = self.cleaned_data.get(name)
        if value in (None, ""):
            return ""
        label = self.fields[name].label
        if name in ("metric", "survey", "touchpoint", "via"):
            choices: Any = self.fields[name].choices  # type: ignore[attr-defined]  # a choice field
            return f"{label}: {dict(choices)[value]}"
        if name == "group":
            return self._groups[str(value)]
        if name == "q":
            return f"“{value}”"
        return f"{label}: {spoken(str(value))}"


def _without(address: QueryDict, name: str) -> str:
    """Return an address without one filter, from its first page; scores go with their metric."""
    rest = address.copy()
    for gone in (name, "cursor", *(("group", "score") if name == "metric" else ())):
        rest.pop(gone, None)
    return f"?{rest.urlencode()}"

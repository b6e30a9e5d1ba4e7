"""How somebody looks at the coverage of touchpoints."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from strategy.coverage.selectors import Matrix
from strategy.plans.models import Plan


class LookForm(forms.Form):
    """A stage, a column that is blank, and the order; wrong values fall back to the usual."""

    stage = forms.ChoiceField(label=_("Stage"), required=False)
    blank = forms.ChoiceField(label=_("Blank in"), required=False)
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("most blanks first")), ("place", _("as on the list"))],
    )

    def __init__(self, data: Mapping[str, Any], *, plan: Plan, matrix: Matrix) -> None:
        super().__init__(data)
        named = {row.touchpoint.stage for row in matrix.rows} - {""}
        listed = [stage for stage in plan.stages if stage in named]
        stages = dict.fromkeys([*listed, *sorted(named)])
        self._choose("stage", [(stage, stage) for stage in stages])
        self._choose("blank", [(column.slug, column.name) for column in matrix.columns])
        self.is_valid()

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("all")), *choices]

    def said(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "")

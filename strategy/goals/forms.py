"""What people type about a goal on its page and in the tree: its place, how it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from strategy.goals.models import Goal


class MoveForm(forms.Form):
    """Where a goal goes: a step (up, down, in, out), or a place under a parent before a sibling."""

    to = forms.ChoiceField(
        choices=[(one, one) for one in ("up", "down", "in", "out")], required=False
    )
    under = forms.IntegerField(required=False)
    before = forms.IntegerField(required=False)

    def __init__(self, data: Mapping[str, Any], *, goal: Goal, tree: Sequence[Goal]) -> None:
        """`tree`: all goals of the cycle, archived ones too: they keep their places."""
        super().__init__(data)
        self.goal, self.tree = goal, tree

    def place(self) -> tuple[Goal | None, int] | None:
        """Return parent and position among its children; None where there is no such step."""
        step: str = self.cleaned_data["to"]
        if not step:
            return self._under() if "under" in self.data else None
        parent = next((one for one in self.tree if one.pk == self.goal.parent_id), None)
        living = [
            one for one in self._beside(parent) if one.archived_at is None or one == self.goal
        ]
        at = living.index(self.goal)
        above = living[at - 1] if at else None
        below = living[at + 1] if at + 1 < len(living) else None
        if step == "up" and above:
            return parent, self._others(parent).index(above)
        if step == "down" and below:
            return parent, self._others(parent).index(below) + 1
        if step == "in" and above:
            return above, len(self._others(above))
        if step == "out" and parent:
            grandparent = next((one for one in self.tree if one.pk == parent.parent_id), None)
            return grandparent, self._others(grandparent).index(parent) + 1
        return None

    def _under(self) -> tuple[Goal | None, int] | None:
        by_id = {one.pk: one for one in self.tree}
        under: int | None = self.cleaned_data["under"]
        parent = by_id.get(under) if under else None
        if under and parent is None:
            return None
        others = self._others(parent)
        before = by_id.get(self.cleaned_data["before"] or 0)
        return parent, others.index(before) if before in others else len(others)

    def _beside(self, parent: Goal | None) -> list[Goal]:
        return [one for one in self.tree if one.parent_id == (parent.pk if parent else None)]

    def _others(self, parent: Goal | None) -> list[Goal]:
        return [one for one in self._beside(parent) if one != self.goal]


class CheckInForm(forms.Form):
    """How a goal stands, in words."""

    note = forms.CharField(
        label=gettext_lazy("What should leaders know?"), widget=forms.Textarea({"rows": 3})
    )
    confidence = forms.TypedChoiceField(
        label=gettext_lazy("How sure are you that you will make it?"),
        choices=[
            (5, gettext_lazy("sure")),
            (4, gettext_lazy("likely")),
            (3, gettext_lazy("doubtful")),
            (2, gettext_lazy("unlikely")),
            (1, gettext_lazy("it will not happen")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

"""What people say of touchpoints in their table: one cell, a new row, what to show."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from strategy.plans.models import NAME_LENGTH, Plan
from strategy.touchpoints.bands import Agreement
from strategy.touchpoints.columns import BY_KEY, Column, Look, Row
from strategy.touchpoints.lens import APART, NONE, Wanted
from strategy.touchpoints.models import MOST_WORDS, Audit, Touchpoint

NARROWING = ("stage", "channel", "owner", "grade", "customers")
LONGEST = {"name": 120, "owner": 120, "stage": NAME_LENGTH, "channel": NAME_LENGTH}


class TouchpointForm(forms.Form):
    """A new row: name, stage and channel."""

    name = forms.CharField(label=_("Name"), max_length=120)
    stage = forms.CharField(label=_("Stage"), required=False, max_length=NAME_LENGTH)
    channel = forms.CharField(label=_("Channel"), required=False, max_length=NAME_LENGTH)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed on as they came
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "cell", "dir": "auto", "form": "add-touchpoint"}
            label = _("%(field)s of a new touchpoint") % {"field": field.label}
            field.widget.attrs |= {"autocomplete": "off", "aria-label": label}
            if name != "name":
                field.widget.attrs["list"] = f"{name}-options"
        self.fields["name"].widget.attrs["placeholder"] = _("Add a touchpoint")


class CellForm(forms.Form):
    """One cell as it is typed; `version` is that of the row its writer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, column: Column, members: Mapping[str, Membership], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.column, self.members = column, members
        self.fields["value"] = field_of(column)

    @classmethod
    def showing(
        cls, column: Column, members: Mapping[str, Membership]
    ) -> Callable[[Touchpoint], "CellForm"]:
        """Make what shows a touchpoint's cell as it is."""

        def shown(touchpoint: Touchpoint) -> CellForm:
            row = Row(touchpoint, None, owner_of(touchpoint, labels_of(members)))
            return cls(initial={"value": column.value(row)}, column=column, members=members)

        return shown

    def said(self) -> dict[str, Any]:
        """Return the field of a valid form, as services take it."""
        value = self.cleaned_data["value"]
        if self.column.key == "owner":
            value = self.members.get(value, value)
        return {self.column.key: value}


def field_of(column: Column) -> forms.Field:
    """Make the field that checks what is typed into a column."""
    label: Any = column.label  # the stubs know of no Promise here
    match column.look:
        case Look.CHOICE | Look.GRADE:
            needed = column.choices[0][0] != ""
            choices = [(value, words) for value, words in column.choices if value]
            return forms.ChoiceField(label=label, choices=choices, required=needed)
        case Look.DAY:
            return forms.DateField(label=label)
        case Look.PROSE:
            return Prose(label=label, required=False, max_length=MOST_WORDS)
    required = column.look is Look.NAME
    return forms.CharField(label=label, required=required, max_length=LONGEST[column.key])


class Prose(forms.CharField):
    """Several lines; their ends are one character each, wherever they were typed."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


def labels_of(members: Mapping[str, Membership]) -> dict[int, str]:
    """Return the words members are chosen by, by their id."""
    return {member.pk: label for label, member in members.items()}


def owner_of(touchpoint: Touchpoint, labels: Mapping[int, str]) -> str:
    """Name who answers for a touchpoint: a member, who was one, or a plain name; "" for nobody."""
    if touchpoint.owner_id is None:
        return touchpoint.owner_name
    return labels.get(touchpoint.owner_id) or touchpoint.owner_name or str(touchpoint.owner)


class LensForm(forms.Form):
    """What the table shows; what the address says wrongly does not narrow."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.SearchInput({"dir": "auto"}),
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False)
    customers = forms.ChoiceField(label=_("Customers"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, plan: Plan, owners: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        choices: dict[str, list[tuple[str, Any]]] = {
            "stage": [(one, one) for one in plan.stages],
            "channel": [(one, one) for one in plan.channels],
            "owner": [*owners],
            "grade": [*Audit.Grade.choices],
            "customers": [
                (APART, _("disagree")),
                (Agreement.LOWER, _("rate it lower")),
                (Agreement.HIGHER, _("rate it higher")),
                (Agreement.TOO_CLOSE, _("too close to call")),
                (Agreement.AGREES, _("agree")),
            ],
        }
        none = {
            "owner": _("nobody"),
            "grade": _("not graded yet"),
            "customers": _("no answers yet"),
        }
        for name, known in choices.items():
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *known, (NONE, none.get(name, _("none")))]

    def clean_sort(self) -> str:
        said: str = self.cleaned_data["sort"]
        if said.removeprefix("-") not in BY_KEY:
            raise ValidationError("")
        return said

    def wanted(self) -> Wanted:
        """Return what the address asks for."""
        self.is_valid()
        said = self.cleaned_data
        return Wanted(
            text=said.get("q", "").replace("\x00", ""),
            order=said.get("sort", ""),
            **{name: said.get(name, "") for name in NARROWING},
        )

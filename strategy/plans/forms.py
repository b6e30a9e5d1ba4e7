"""What people type about a plan and its cycles."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from strategy.plans.models import Cycle, Plan

_SHORTEST_REST = timedelta(days=90)  # a goal read over 28 days needs at least three such windows


def _calendar() -> forms.DateInput:
    """Make the field of a day, for which the browser offers a calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PlanForm(forms.ModelForm[Plan]):
    """A plan. `version` is the one its writer saw; it tells when somebody else was faster."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Plan
        fields = ["name", "brand", "customers_are", "currency"]
        labels = {
            "name": _("Name of the plan"),
            "brand": _("Brand"),
            "customers_are": _("What you call your customers"),
            "currency": _("Currency"),
        }
        help_texts = {
            "customers_are": _("Passengers, guests, patients: the pages will use your word."),
            "currency": _("Three capital letters, as EUR."),
        }


class NewPlanForm(forms.ModelForm[Plan]):
    """A plan with the days of its first cycle, both inclusive."""

    starts_on = forms.DateField(label=_("First day"), widget=_calendar())
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=_calendar(),
        help_text=_("Goals fall due by then. You can extend it, and add the next cycle."),
    )

    class Meta:
        model = Plan
        fields = ["name", "brand", "customers_are"]
        labels = PlanForm.Meta.labels
        help_texts = {"customers_are": PlanForm.Meta.help_texts["customers_are"]}


class CycleForm(forms.ModelForm[Cycle]):
    """A period of a plan; both days are inclusive."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Cycle
        fields = ["name", "starts_on", "ends_on"]
        labels = {
            "name": _("Name of the cycle"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
        }
        widgets = {"starts_on": _calendar(), "ends_on": _calendar()}


def usual_days(today: date, *, first_month: int) -> tuple[date, date]:
    """Offer the fiscal year a day lies in, as its first and last day.

    Where less than 90 days of it are left, it begins this month and takes in the next year.
    """
    starts = date(today.year - (today.month < first_month), first_month, 1)
    ends = starts.replace(year=starts.year + 1) - timedelta(days=1)
    if ends - today < _SHORTEST_REST:
        return today.replace(day=1), starts.replace(year=starts.year + 2) - timedelta(days=1)
    return starts, ends

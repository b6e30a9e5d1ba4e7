"""How somebody searches metrics, and looks at one."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from strategy.measure.lens import Lens, fitting, usual_first
from strategy.metrics.forms import Day
from strategy.metrics.selectors import Period

PERIODS = {
    Period.DAY: _("day"),
    Period.WEEK: _("week"),
    Period.MONTH: _("month"),
    Period.QUARTER: _("quarter"),
}


class SearchForm(forms.Form):
    """Search, order and the archived ones; wrong values fall back to the usual."""

    q = forms.CharField(
        label=_("Search"), required=False, max_length=80, widget=forms.SearchInput()
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("name", _("by name")),
            ("kind", _("by kind")),
            ("n", _("most answers first")),
            ("new", _("newest first")),
        ],
    )
    archived = forms.BooleanField(required=False, widget=forms.HiddenInput())


class LensForm(forms.Form):
    """The days and periods of a chart, at one touchpoint or in one segment."""

    from_ = forms.DateField(label=_("From"), required=False, widget=Day())
    to = forms.DateField(label=_("To"), required=False, widget=Day())
    by = forms.ChoiceField(
        label=_("By"),
        required=False,
        choices=[("", _("fitting")), *PERIODS.items()],
    )
    touchpoint = forms.IntegerField(required=False, widget=forms.HiddenInput())
    segment = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput())

    def add_prefix(self, field_name: str) -> str:
        """Call fields in the address as REST calls them: `from` is no name in Python."""
        return super().add_prefix(field_name).rstrip("_")

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_"), self.cleaned_data.get("to")
        if first and last and first > last:
            self.add_error("to", _("The last day lies before the first. Choose a later one."))

    def lens(self, *, earliest: date | None, today: date) -> Lens:
        """Return the lens asked for, with the usual in place of what is missing or wrong."""
        said = self.cleaned_data if self.is_valid() else {}
        last = said.get("to") or today
        first = said.get("from_") or min(usual_first(earliest, today), last)
        wished = Period(said["by"]) if said.get("by") else None
        touchpoint_id = said.get("touchpoint")
        return Lens(
            first,
            last,
            fitting(first, last, wished),
            touchpoint_id,
            "" if touchpoint_id else said.get("segment", ""),
        )

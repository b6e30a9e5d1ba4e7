"""What people type of a piece of evidence, and how they look for some."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from strategy.evidence.models import Evidence
from strategy.evidence.selectors import Wanted
from strategy.sections import KINDS

_FIELDS = ("kind", "text", "source", "link", "date")


class EvidenceForm(TellingForm):
    """One piece of evidence; `version` tells whether somebody changed it meanwhile."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Evidence.Kind.choices)
    text = forms.CharField(
        label=_("What it says"), max_length=5_000, widget=forms.Textarea({"rows": 3, "dir": "auto"})
    )
    source = forms.CharField(
        label=_("Where it comes from"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"dir": "auto", "placeholder": _("Counter staff, week 23")}),
    )
    link = forms.CharField(
        label=_("Link"),
        max_length=500,
        required=False,
        widget=forms.URLInput({"dir": "ltr", "placeholder": "https://"}),
    )
    date = forms.DateField(
        label=_("From which day"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceForm":
        """Show evidence as it is."""
        held = {name: getattr(evidence, name) for name in (*_FIELDS, "version")}
        return cls(initial=held)

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        return {name: self.cleaned_data[name] for name in _FIELDS}


class SearchForm(forms.Form):
    """Search, filters and order; wrong values fall back to the usual."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.SearchInput({"dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all")), *Evidence.Kind.choices]
    )
    verified = forms.ChoiceField(
        label=_("Verified"),
        required=False,
        choices=[("", _("all")), ("yes", _("verified")), ("no", _("not yet verified"))],
    )
    about = forms.ChoiceField(
        label=_("Hangs on"),
        required=False,
        choices=[("", _("anything")), *((k, v) for k, v in KINDS.items() if k != "evidence")],
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("new", _("newest first")),
            ("old", _("oldest first")),
            ("date", _("by its day")),
            ("kind", _("by kind")),
        ],
    )
    archived = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def wanted(self) -> Wanted:
        """Return what the address asks for; what it says wrongly does not narrow."""
        self.is_valid()
        said = self.cleaned_data
        verified = {"yes": True, "no": False}.get(said.get("verified", ""))
        return Wanted(
            text=said.get("q", "").replace("\x00", ""),
            kind=said.get("kind", ""),
            verified=verified,
            about_kind=said.get("about", ""),
            archived=bool(said.get("archived")),
            order=said.get("sort") or "new",
        )

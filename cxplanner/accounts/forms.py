"""What people type about themselves and their workspace."""

from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import ApiToken, Workspace
from cxplanner.accounts.roles import Scope


class BeginForm(forms.Form):
    """The first minute: name yourself and your workspace."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    email = forms.EmailField(label=_("Your e-mail"))
    workspace = forms.CharField(
        label=_("Your workspace"), max_length=100, help_text=_("The team or brand you plan for.")
    )


class WorkspaceForm(forms.ModelForm[Workspace]):
    """A new workspace needs only a name."""

    class Meta:
        model = Workspace
        fields = ["name"]


class SettingsForm(forms.ModelForm[Workspace]):
    """The workspace's clock, money and thresholds."""

    time_zone = forms.ChoiceField(
        label=_("time zone"), choices=[(zone, zone) for zone in sorted(available_timezones())]
    )

    class Meta:
        model = Workspace
        fields = [
            "name",
            "time_zone",
            "first_weekday",
            "currency",
            "fiscal_year_start",
            "on_track_within",
            "at_risk_within",
        ]


class TokenForm(forms.ModelForm[ApiToken]):
    """A token's name and what it may do."""

    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes"]

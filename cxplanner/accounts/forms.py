"""What people type about themselves and their workspace."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import ApiToken, User, Workspace
from cxplanner.accounts.roles import Scope

CURRENCIES = (
    "AUD",
    "CAD",
    "CHF",
    "CZK",
    "DKK",
    "EUR",
    "GBP",
    "INR",
    "IRR",
    "JPY",
    "NOK",
    "PLN",
    "SEK",
    "USD",
)


known_zones = cache(available_timezones)


@cache
def zones() -> list[str]:
    """Return the zones worth offering: those named by a place, as Europe/Vilnius, and UTC."""
    return ["UTC", *sorted(z for z in known_zones() if "/" in z and not z.startswith("Etc/"))]


class SignUpForm(forms.Form):
    """What signing up asks beside allauth's own fields."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Do nothing more: the adapter has kept the name. allauth asks for this method."""


class BeginForm(forms.Form):
    """The first minute: name yourself and your workspace."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    email = forms.EmailField(
        label=_("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    workspace = forms.CharField(
        label=_("Your workspace"), max_length=100, help_text=_("The team or brand you plan for.")
    )


class WorkspaceForm(forms.ModelForm[Workspace]):
    """A new workspace needs only a name."""

    class Meta:
        model = Workspace
        fields = ["name"]
        help_texts = {"name": _("The team or brand you plan for.")}
        widgets = {"name": forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"})}


class HundredthsField(forms.DecimalField):
    """A ratio that people write in hundredths: 5 is 0.05."""

    def __init__(self, **options: Any) -> None:
        limits = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]
        super().__init__(validators=limits, **options)

    def prepare_value(self, value: Any) -> Any:
        return format((value * 100).normalize(), "f") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        number = super().to_python(value)
        return None if number is None else number / 100


class SettingsForm(forms.ModelForm[Workspace]):
    """The workspace's clock, money and thresholds."""

    time_zone = forms.CharField(
        label=_("Time zone"),
        help_text=_("Type a city. Days begin and end on this clock."),
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
    )
    zone_agreed = forms.BooleanField(label=_("Count in the new time zone"), required=False)
    first_weekday = forms.TypedChoiceField(
        label=_("The week begins on"),
        choices=[(day + 1, name) for day, name in WEEKDAYS.items()],
        coerce=int,
    )
    fiscal_year_start = forms.TypedChoiceField(
        label=_("The fiscal year begins in"), choices=list(MONTHS.items()), coerce=int
    )
    on_track_within = HundredthsField(
        label=_("On track: behind by at most"),
        help_text=_("Hundredths of the way from baseline to target."),
        widget=forms.NumberInput(attrs={"step": "0.1", "min": "0", "max": "100"}),
    )
    at_risk_within = HundredthsField(
        label=_("At risk: behind by at most"),
        help_text=_("Farther behind is off track."),
        widget=forms.NumberInput(attrs={"step": "0.1", "min": "0", "max": "100"}),
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
            "grades_last_months",
            "statements_last_months",
        ]
        labels = {"name": _("Name"), "currency": _("Currency")}
        help_texts = {"currency": _("Three letters, as EUR.")}
        widgets = {
            "currency": forms.TextInput(
                attrs={"list": "currencies", "autocomplete": "off", "maxlength": "3"}
            )
        }

    def clean_time_zone(self) -> str:
        return str(self.cleaned_data["time_zone"]).replace(" ", "_")

    @property
    def moves_clock(self) -> bool:
        """Tell whether another zone was typed, which asks for a yes."""
        typed = self.cleaned_data.get("time_zone") if self.is_bound else None
        return typed in known_zones() and typed != self.initial["time_zone"]

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if self.moves_clock and not typed.get("zone_agreed"):
            self.add_error("zone_agreed", _("Tick this to change the time zone."))
        near, far = typed.get("on_track_within"), typed.get("at_risk_within")
        if near is not None and far is not None and far < near:
            words = _("This must be at least as far as “on track”. Widen it, or narrow the other.")
            self.add_error("at_risk_within", words)
        return typed

    def changes(self) -> dict[str, Any]:
        """Return what the workspace shall be, by the names of its fields."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ProfileForm(forms.ModelForm[User]):
    """What a person is called, and the language they read."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("How the others see you, beside your goals and comments."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As my browser says")), *settings.LANGUAGES],
    )

    class Meta:
        model = User
        fields = ["name", "language"]


class TokenForm(forms.ModelForm[ApiToken]):
    """A token's name, what it may do, and for how long."""

    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What uses it, so that you know later: “Night import”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
    )
    lasts = forms.TypedChoiceField(
        label=_("It works for"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year")), (0, _("ever"))],
        coerce=int,
        initial=90,
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes"]

    @property
    def expires_at(self) -> datetime | None:
        """Return when the token ends; None is never."""
        days = self.cleaned_data["lasts"]
        return timezone.now() + timedelta(days=days) if days else None

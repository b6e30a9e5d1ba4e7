"""What people type about a survey and its questions; the rules themselves stand in the services."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Survey
from surveys.design.starters import STARTERS


class NewSurveyForm(TellingForm):
    """A new survey: what the team calls it, and what it begins with."""

    starter = forms.ChoiceField(
        label=_("Begin with"),
        choices=[(name, one.name) for name, one in STARTERS.items()],
        initial="nps",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For your team; customers do not see it.")
    )
    touchpoint = forms.TypedChoiceField(
        label=_("Touchpoint it asks about"), coerce=int, empty_value=None, required=False
    )
    language = forms.ChoiceField(
        label=_("Language customers read"), choices=settings.LANGUAGES, initial="en"
    )

    def __init__(self, *args: Any, touchpoints: Sequence[Touchpoint], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["touchpoint"].choices = touchpoint_choices(touchpoints)  # type: ignore[attr-defined]  # a choice field


class WordsForm(TellingForm):
    """What surrounds the questions, and how the page behaves."""

    name = forms.CharField(label=_("Name"), max_length=120)
    introduction = forms.CharField(
        label=_("What the customer reads first"),
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    thanks = forms.CharField(
        label=_("How you say thank you"),
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    is_anonymous = forms.BooleanField(label=_("Anonymous"), required=False)
    many_per_browser = forms.BooleanField(
        label=_("The same browser may answer again"), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, survey: Survey) -> "WordsForm":
        """Return the form as it stands, unsent."""
        return cls(initial={name: getattr(survey, name) for name in cls.base_fields})


def touchpoint_choices(touchpoints: Sequence[Touchpoint]) -> list[tuple[Any, Any]]:
    return [("", _("no touchpoint of its own")), *((one.pk, one.name) for one in touchpoints)]

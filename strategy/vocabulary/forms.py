"""What a team calls its stages and channels, and what its grades mean."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from strategy.plans.models import NAME_LENGTH, Plan
from strategy.vocabulary.selectors import USUAL_SENTENCES, sentences_of
from strategy.vocabulary.services import LONGEST_SENTENCE


class NameForm(forms.Form):
    """A stage or channel of a list."""

    to = forms.CharField(
        label=_("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput({"dir": "auto", "autocomplete": "off"}),
    )

    def take(self, error: ValidationError) -> None:
        """Show a service's faults at the name."""
        for fault in error.messages:
            self.add_error("to", fault)


class GradesForm(forms.Form):
    """A sentence for each grade; an empty one means the usual."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for grade, usual in USUAL_SENTENCES.items():
            self.fields[grade] = forms.CharField(
                label=grade,
                required=False,
                max_length=LONGEST_SENTENCE,
                widget=forms.TextInput({"dir": "auto", "placeholder": usual}),
            )

    @classmethod
    def of(cls, plan: Plan) -> "GradesForm":
        """Show what grades mean in a plan."""
        return cls(initial=sentences_of(plan) | {"version": plan.version})

    def said(self) -> dict[str, str]:
        """Return the sentences of a valid form."""
        return {grade: self.cleaned_data[grade] for grade in USUAL_SENTENCES}

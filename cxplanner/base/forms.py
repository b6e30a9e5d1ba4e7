"""Forms that show what a service finds wrong."""

from django import forms
from django.core.exceptions import ValidationError


class TellingForm(forms.Form):
    """A form that takes a service's refusal: faults stand at their fields, others above it."""

    def take(self, error: ValidationError) -> None:
        for name, faults in getattr(error, "error_dict", {None: [error]}).items():
            self.add_error(name if name in self.fields else None, faults)

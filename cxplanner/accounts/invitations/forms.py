"""Whom an owner invites, and as what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.roles import Role


class InviteForm(forms.Form):
    """A role, and an address where the link shall be mailed."""

    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("We mail the link there. Without an address you get a link to share."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.EDITOR,
        widget=forms.RadioSelect,
    )

    def refuse(self, messages: dict[str, list[str]]) -> None:
        """Show what the service does not allow beside the field it is about."""
        for name, words in messages.items():
            self.add_error(name if name in self.fields else None, words)

    @property
    def invited(self) -> dict[str, Any]:
        return {"email": self.cleaned_data["email"], "role": Role(self.cleaned_data["role"])}

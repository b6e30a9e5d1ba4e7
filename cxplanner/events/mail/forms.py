"""When a member wants mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.events.telling.models import MailChoice


class ChoicesForm(forms.ModelForm[MailChoice]):
    """At once, daily or never; for what is meant for one in person, and for news."""

    in_person = forms.ChoiceField(
        label=_("What is meant for you"),
        help_text=_("You are mentioned, handed something, or asked to approve."),
        choices=MailChoice.Pace.choices,
        widget=forms.RadioSelect,
    )
    news = forms.ChoiceField(
        label=_("The rest"),
        help_text=_("Your goals change, somebody answers you, or you follow it."),
        choices=MailChoice.Pace.choices,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = MailChoice
        fields = ["in_person", "news"]

"""What people type on the leaders' page: which goals to see, and how one stands."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.templatetags.looks import WORDS
from strategy.dashboard.selectors import MEMBER, Wanted
from strategy.goals.models import CheckIn


class WantedForm(forms.Form):
    """Filters of the goals; a choice that is not there any more is as none."""

    q = forms.CharField(label=_("Find a goal"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), required=False)
    owner = forms.ChoiceField(label=_("Owner"), required=False)

    def offer(self, owners: Sequence[tuple[str, str]], *, member: Membership) -> None:
        """Offer the statuses, and these owners; the member's own goals stand first."""
        own = f"{MEMBER}{member.pk}"
        mine = [(own, _("My goals"))] if any(key == own for key, _name in owners) else []
        others = [owner for owner in owners if owner[0] != own]
        self.fields["status"] = forms.ChoiceField(
            label=_("Status"), required=False, choices=[("", _("Every status")), *WORDS.items()]
        )
        self.fields["owner"] = forms.ChoiceField(
            label=_("Owner"), required=False, choices=[("", _("Every owner")), *mine, *others]
        )

    def wanted(self) -> Wanted:
        """Return what was asked for, as typed."""
        return Wanted(*(self.data.get(name, "").strip() for name in ("status", "owner", "q")))


class CheckInForm(forms.ModelForm[CheckIn]):
    """How a goal stands, in words, and how sure its owner is."""

    confidence = forms.TypedChoiceField(
        label=_("How sure are you that it will be reached?"),
        choices=[
            (1, _("Not at all")),
            (2, _("Hardly")),
            (3, _("Half")),
            (4, _("Quite")),
            (5, _("Certain")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = CheckIn
        fields = ["note", "confidence"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3, "autofocus": True})}
        labels = {"note": _("How does it stand?")}

"""What people type into a comment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.events.comments.models import LONGEST


class CommentForm(forms.Form):
    """The words of a comment; each form of a page has its own slot, so that labels find it."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "data-mentions": ""}),
        error_messages={"required": _("Write a few words first.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, typed: Any = None, *, slot: str = "new", **options: Any) -> None:
        super().__init__(typed, auto_id=f"comment-{slot}-%s", **options)
        self.slot = slot

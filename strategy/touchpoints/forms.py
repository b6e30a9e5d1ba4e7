"""What people say of a touchpoint, in one line of a table."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TouchpointForm(forms.Form):
    """Name, stage and channel; `version` tells whether somebody changed it meanwhile."""

    name = forms.CharField(label=_("Name"), max_length=120)
    stage = forms.CharField(label=_("Stage"), required=False, max_length=60)
    channel = forms.CharField(label=_("Channel"), required=False, max_length=60)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # passed on as they came
        self.fields["stage"].widget.attrs["list"] = "stages"
        self.fields["channel"].widget.attrs["list"] = "channels"

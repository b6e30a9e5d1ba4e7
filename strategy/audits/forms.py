"""What people say of a touchpoint: its grade of a day, and the facts that last."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.forms import TellingForm
from strategy.touchpoints.checklists import LONGEST_NOTE, VERDICTS, checklist_of
from strategy.touchpoints.models import FOUND, MOST_WORDS, Audit, Touchpoint
from strategy.vocabulary.selectors import sentences_of


def _words(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )


class VersionedForm(TellingForm):
    """A form that knows which version its writer saw."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput())


class AuditForm(VersionedForm):
    """A grade with its sentence, the day, what was found, and the checklist of the place."""

    grade = forms.ChoiceField(label=_("Grade"), widget=forms.RadioSelect)
    graded_on = forms.DateField(
        label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    note = _words(_("Why this grade"), _("What you saw, in a sentence or two."))
    goes_well = _words(_("What goes well"), _("One point a line."))
    pain_points = _words(_("Pain points"), _("One point a line."))
    opportunities = _words(_("Opportunities"), _("One point a line."))

    def __init__(self, *args: Any, touchpoint: Touchpoint, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["grade"].choices = list(sentences_of(touchpoint.plan).items())  # type: ignore[attr-defined]  # a choice field
        self.items = checklist_of(touchpoint.place)
        for item, label in self.items.items():
            self.fields[f"check-{item}"] = forms.ChoiceField(
                label=str(label),
                required=False,
                choices=[("", _("not looked at")), *VERDICTS.items()],
            )
            self.fields[f"note-{item}"] = forms.CharField(
                label=_("Note"),
                required=False,
                max_length=LONGEST_NOTE,
                widget=forms.TextInput({"dir": "auto"}),
            )

    @classmethod
    def begin(cls, touchpoint: Touchpoint) -> "AuditForm":
        """Offer a new grade of today, with what is known of the touchpoint."""
        held = {name: getattr(touchpoint, name) for name in (*FOUND, "version")}
        held["graded_on"] = touchpoint.plan.workspace.today()
        return cls(initial=held, touchpoint=touchpoint)

    @classmethod
    def of(cls, audit: Audit, touchpoint: Touchpoint) -> "AuditForm":
        """Show an audit as it is."""
        names = ("grade", "graded_on", "note", *FOUND, "version")
        held = {name: getattr(audit, name) for name in names}
        for item, answer in audit.checklist.items():
            held |= {f"check-{item}": answer["verdict"], f"note-{item}": answer["note"]}
        return cls(initial=held, touchpoint=touchpoint)

    def looked_at(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Return the checklist: what was found of each item, and the note beside it."""
        return [(self[f"check-{item}"], self[f"note-{item}"]) for item in self.items]

    def said(self, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them.

        What another kind of place was asked `before` stays.
        """
        found = self.cleaned_data
        answers: dict[str, Any] = {**(before or {})}
        for item in self.items:
            answers[item] = {"verdict": found[f"check-{item}"], "note": found[f"note-{item}"]}
        return {name: found[name] for name in ("grade", "graded_on", "note", *FOUND)} | {
            "checklist": answers
        }


class FactsForm(VersionedForm):
    """What lasts of a touchpoint: where it stands, whose it is, and what is known of it now."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"dir": "auto"}))
    stage = forms.CharField(label=_("Stage"), required=False, max_length=60)
    channel = forms.CharField(label=_("Channel"), required=False, max_length=60)
    place = forms.ChoiceField(
        label=_("Kind of place"),
        choices=Touchpoint.Place.choices,
        help_text=_("It decides what an audit looks at."),
    )
    outcome = forms.ChoiceField(
        label=_("Typical outcome"),
        required=False,
        choices=[("", _("not said")), *Touchpoint.Outcome.choices],
    )
    owner = forms.CharField(
        label=_("Owner"),
        required=False,
        max_length=120,
        help_text=_("A member, or the name of somebody without an account."),
    )
    goes_well = _words(_("What goes well"), _("One point a line."))
    pain_points = _words(_("Pain points"), _("One point a line."))
    opportunities = _words(_("Opportunities"), _("One point a line."))

    def __init__(self, *args: Any, members: Mapping[str, Membership], **more: Any) -> None:
        super().__init__(*args, **more)
        self.members = members
        for name, listed in (("stage", "stages"), ("channel", "channels"), ("owner", "members")):
            self.fields[name].widget.attrs |= {
                "list": listed,
                "autocomplete": "off",
                "dir": "auto",
            }

    @classmethod
    def showing(cls, members: Mapping[str, Membership]) -> Callable[[Touchpoint], "FactsForm"]:
        """Make what shows a touchpoint as it is."""

        def shown(touchpoint: Touchpoint) -> FactsForm:
            names = ("name", "stage", "channel", "place", "outcome", *FOUND, "version")
            held = {name: getattr(touchpoint, name) for name in names}
            called = {member.pk: name for name, member in members.items()}
            plain = touchpoint.owner_name
            held["owner"] = called.get(touchpoint.owner_id or 0) or plain or _gone(touchpoint)
            return cls(initial=held, members=members)

        return shown

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        found = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        typed = found.pop("owner")
        return found | {"owner": self.members.get(typed, typed)}


def _gone(touchpoint: Touchpoint) -> str:
    """Name an owner who left."""
    return str(touchpoint.owner) if touchpoint.owner_id else ""

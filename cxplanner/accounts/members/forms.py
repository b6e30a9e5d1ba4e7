"""What people type about each other: a role, and who takes over what."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.members.services import NAME_LENGTH, Handing
from cxplanner.accounts.members.work import Heir, Held
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.refs import Ref

PEOPLE = "people"  # the id of the page's list of suggestions


def heir_of(typed: str, people: Mapping[str, Membership]) -> Heir:
    """Read a member's name or address, however it is written; anything else is a plain name.

    `people` are members by the words they are chosen by. Raises ValidationError where several
    members share the name that was typed.
    """
    name = " ".join(typed.split())
    wanted = name.casefold()
    for words, member in people.items():
        if wanted in (words.casefold(), member.user.email.casefold()):
            return member
    namesakes = [words for words, one in people.items() if str(one).casefold() == wanted]
    if namesakes:
        words = _("Several people have this name. Choose one: %(names)s")
        raise ValidationError(words % {"names": ", ".join(namesakes)})
    return name


def heir_field(label: Any, *, required: bool = False) -> forms.CharField:
    """Make a field for a member or a plain name, with the page's suggestions."""
    widget = forms.TextInput({"list": PEOPLE, "autocomplete": "off", "dir": "auto"})
    return forms.CharField(
        label=label,
        required=required,
        max_length=NAME_LENGTH,
        widget=widget,
        error_messages={"required": gettext_lazy("Say who takes this over.")},
    )


class RoleForm(forms.Form):
    """A member's new role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices)


class LeavingForm(forms.Form):
    """Who takes the open work of somebody who leaves: everything, or thing by thing."""

    rest = heir_field(gettext_lazy("Hand everything to"))

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        held: Sequence[Held],
        people: Mapping[str, Membership],
    ) -> None:
        super().__init__(data)
        self.held = {f"to-{one.about}": one for one in held}
        self.people = people
        for name, one in self.held.items():
            self.fields[name] = heir_field(one.title)

    @property
    def rows(self) -> list[tuple[Held, forms.BoundField]]:
        """Each thing beside the field that says who takes it."""
        return [(one, self[name]) for name, one in self.held.items()]

    def clean(self) -> dict[str, Any]:
        for name, typed in list(self.cleaned_data.items()):
            try:
                self.cleaned_data[name] = heir_of(typed, self.people) if typed else None
            except ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data

    @property
    def handing(self) -> Handing:
        heirs: dict[Ref, Heir] = {
            one.about: self.cleaned_data[name]
            for name, one in self.held.items()
            if self.cleaned_data[name] is not None
        }
        return Handing(heirs, self.cleaned_data["rest"])


class HandOverForm(forms.Form):
    """Some of the things that no member answers for, and who does from now on."""

    to = heir_field(gettext_lazy("Hand to"), required=True)

    def __init__(
        self,
        data: Any = None,
        *,
        held: Sequence[Held],
        people: Mapping[str, Membership],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.people = people
        self.fields["item"] = forms.MultipleChoiceField(
            choices=[(str(one.about), one.title) for one in held],
            error_messages={
                "required": _("Tick what shall be handed over."),
                "invalid_choice": _("Somebody answers for one of these by now. Look again."),
            },
        )

    def clean_to(self) -> Heir:
        return heir_of(str(self.cleaned_data["to"]), self.people)

    @property
    def heirs(self) -> dict[Ref, Heir]:
        return {Ref.parse(one): self.cleaned_data["to"] for one in self.cleaned_data["item"]}

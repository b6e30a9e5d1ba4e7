"""What people type of a persona and its statements, where they move one, and how they look."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplanner.base.forms import TellingForm
from cxplanner.base.refs import kinds
from strategy.personas.avatars import Avatar, offered
from strategy.personas.models import LONGEST, Persona, PersonaStatement
from strategy.personas.rules import SURVEY
from strategy.personas.trust import Trust
from strategy.plans.models import Plan

Kind = PersonaStatement.Kind
_MOST_TURNS = 200


class PersonaForm(TellingForm):
    """Who it is; `version` tells whether somebody changed it meanwhile."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput({"dir": "auto"}))
    role = forms.CharField(
        label=_("Who this is, in one line"),
        max_length=160,
        required=False,
        widget=forms.TextInput({"dir": "auto"}),
    )
    quote = forms.CharField(
        label=_("What they would say"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    avatar = forms.TypedChoiceField(
        label=_("Picture"), coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, persona: Persona | None = None, turn: int = 0, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.turn = turn
        chosen = persona.avatar if persona else None
        words = persona.name if persona else ""
        self.pictures = offered(words, chosen, turn)
        picks: Any = self.fields["avatar"]
        picks.choices = [(one.number, str(one.number)) for one in self._possible(words, chosen)]

    def _possible(self, words: str, chosen: int | None) -> list[Avatar]:
        """Return every picture that may have been offered: those shown, and the one just sent."""
        sent = self.data.get("avatar", "") if self.is_bound else ""
        more = offered(words, int(sent), self.turn) if _is_number(sent) else []
        return list({one.number: one for one in (*self.pictures, *more)}.values())

    @classmethod
    def of(cls, persona: Persona, turn: int = 0) -> "PersonaForm":
        held = {name: getattr(persona, name) for name in ("name", "role", "quote", "version")}
        return cls(initial=held | {"avatar": persona.avatar}, persona=persona, turn=turn)

    @property
    def drawn(self) -> list[tuple[Avatar, bool]]:
        """The pictures to choose from, and which is chosen."""
        chosen = str(self["avatar"].value() or "")
        return [(one, str(one.number) == chosen) for one in self.pictures]

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        found = {name: self.cleaned_data[name] for name in ("name", "role", "quote")}
        avatar = self.cleaned_data["avatar"]
        return found if avatar is None else found | {"avatar": avatar}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def turn_of(text: str | None) -> int:
    """Read which dozen of pictures is asked for."""
    return min(int(text), _MOST_TURNS) if text and _is_number(text) else 0


class StatementForm(TellingForm):
    """A statement; `version` tells whether somebody changed it meanwhile."""

    text = forms.CharField(
        label=_("In one sentence"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    trust = forms.ChoiceField(label=_("How sure"), choices=Trust.choices)
    checked_on = forms.DateField(
        label=_("Last checked on"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Without a day, a new proof counts from today."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    @classmethod
    def of(cls, row: PersonaStatement) -> "StatementForm":
        names = ("text", "kind", "trust", "checked_on", "version")
        return cls(initial={name: getattr(row, name) for name in names}, auto_id=f"s{row.pk}-%s")

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        return {name: self.cleaned_data[name] for name in ("text", "kind", "trust", "checked_on")}


class AddForm(TellingForm):
    """A new statement of one kind, in one line."""

    text = forms.CharField(max_length=LONGEST, widget=forms.TextInput({"dir": "auto"}))
    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, kind: str = "") -> None:
        super().__init__(data, auto_id=f"add-{kind}-%s")
        self.initial["kind"] = kind


class CheckForm(forms.Form):
    """How far a statement was found proven."""

    trust = forms.ChoiceField(choices=Trust.choices)


class MoveForm(forms.Form):
    """Where a statement goes: a step, or into a kind before another statement."""

    to = forms.ChoiceField(
        choices=[(one, one) for one in ("up", "down", "next", "back")], required=False
    )
    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    before = forms.IntegerField(required=False)

    def place(
        self, row: PersonaStatement, living: Sequence[PersonaStatement]
    ) -> tuple[str, int] | None:
        """Return kind and place among its living statements; None where there is no such step."""
        step: str = self.cleaned_data["to"]
        order = list(Kind.values)
        if step in ("next", "back"):
            at = order.index(row.kind) + (1 if step == "next" else -1)
            return (order[at], len(living)) if 0 <= at < len(order) else None
        if step:
            beside = [one for one in living if one.kind == row.kind or one == row]
            at = beside.index(row) + (1 if step == "down" else -1)
            return (row.kind, at) if 0 <= at < len(beside) else None
        kind: str = self.cleaned_data["kind"]
        if not kind:
            return None
        ids = [one.pk for one in living if one.kind == kind and one != row]
        before = self.cleaned_data["before"]
        return kind, ids.index(before) if before in ids else len(ids)


# --- whose answers ------------------------------------------------------------------------------


def surveys_of(plan: Plan) -> Any:
    """Return the surveys a rule may name, whichever part of the product owns them."""
    model: Any = kinds()[SURVEY]
    return model.objects.filter(plan=plan, archived_at=None).order_by("-pk")


class RuleForm(TellingForm):
    """The segment values an answer must carry, and the survey it came from."""

    survey = forms.TypedChoiceField(label=_("Survey"), coerce=int, required=False, empty_value=None)
    other = forms.CharField(
        label=_("Values as they come with the answers"),
        required=False,
        max_length=400,
        help_text=_("As country=LT, with a comma between two. An answer must carry all of them."),
        widget=forms.TextInput({"dir": "ltr"}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(
        self, *args: Any, plan: Plan, held: Sequence[str] = (), source: str = "", **more: Any
    ) -> None:
        """`held` and `source` are what the rule names now, which may be chosen again."""
        super().__init__(*args, **more)
        self.names = list(plan.segments)
        for at, (name, values) in enumerate(plan.segments.items()):
            keys = [f"{name}={value}" for value in values]
            keys += [one for one in held if one.startswith(f"{name}=") and one not in keys]
            picks = [("", _("any")), *((key, key.partition("=")[2]) for key in keys)]
            self.fields[f"value{at}"] = forms.ChoiceField(label=name, choices=picks, required=False)
        kept = [(one.pk, str(one)) for one in surveys_of(plan)]
        number = int(source.partition(":")[2]) if source else None
        if number is not None and number not in dict(kept):
            kept.append((number, source))
        surveys: Any = self.fields["survey"]
        surveys.choices = [("", _("any")), *kept]
        if plan.segments:
            del self.fields["other"]
        self.order_fields([*(f"value{at}" for at in range(len(self.names))), "other", "survey"])

    @classmethod
    def of(cls, persona: Persona) -> "RuleForm":
        return cls(
            plan=persona.plan,
            held=persona.segments,
            source=persona.source,
            initial=cls.held(persona),
        )

    @staticmethod
    def held(persona: Persona) -> dict[str, Any]:
        """Return what a persona's rule says, by the fields of the form."""
        found: dict[str, Any] = {"version": persona.version, "survey": persona.survey_id or ""}
        for at, name in enumerate(persona.plan.segments):
            mine = [one for one in persona.segments if one.startswith(f"{name}=")]
            found[f"value{at}"] = mine[0] if mine else ""
        return found | {"other": ", ".join(persona.segments)}

    @property
    def values(self) -> list[str]:
        """The values of a valid form."""
        picked = [self.cleaned_data.get(f"value{at}", "") for at in range(len(self.names))]
        typed = str(self.cleaned_data.get("other", "")).split(",")
        return [one.strip() for one in (*picked, *typed) if one.strip()]

    def said(self) -> dict[str, Any]:
        """Return the fields of a valid form, as services take them."""
        return {"segments": self.values, "survey": self.cleaned_data["survey"]}


class LensForm(forms.Form):
    """How the list is looked at; wrong values fall back to all, the oldest first."""

    text = forms.CharField(
        label=_("Search"), required=False, max_length=120, widget=forms.SearchInput
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("", _("as they were made")),
            ("name", _("by name")),
            ("proven", _("the best proven first")),
            ("open", _("the least proven first")),
        ],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def words(self) -> str:
        return str(self.cleaned_data.get("text", ""))

    @property
    def by(self) -> str:
        return str(self.cleaned_data.get("order", ""))


class PeriodForm(forms.Form):
    """From when on answers count; a wrong value means all of them."""

    days = forms.TypedChoiceField(
        label=_("Answers"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("all there are")),
            ("365", _("of the last 12 months")),
            ("90", _("of the last 90 days")),
            ("28", _("of the last 28 days")),
        ],
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.is_valid()

    def first(self, today: date) -> date | None:
        """Return the first day that counts; None where all do."""
        days: int | None = self.cleaned_data.get("days")
        return None if days is None else date.fromordinal(today.toordinal() - days + 1)

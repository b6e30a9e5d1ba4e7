"""The public form: one class per version of a survey, every answer checked by the one rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.design.models import Question
from surveys.design.selectors import DESIGNS_KEPT, Asked, Design
from surveys.responses.answers import NotAccepted, accept
from surveys.responses.models import new_id


class AnswerField(forms.Field):
    """What was picked or written for one question."""

    default_error_messages = {"required": _("Please answer this question.")}

    def __init__(self, question: Asked) -> None:
        several = question.kind == Question.Kind.CHOICE
        widget = forms.MultipleHiddenInput if several else forms.TextInput
        super().__init__(label=question.text, required=question.is_required, widget=widget)
        self.question = question

    def __deepcopy__(self, memo: Any) -> "AnswerField":
        # A form copies its fields, as some change them; these never change once made.
        return self

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        if self.question.scale and value.isdecimal() and len(value) < 6:
            value = int(value)
        try:
            return accept(self.question, value)
        except NotAccepted as error:
            raise forms.ValidationError(str(error)) from error


class Submission(forms.Field):
    """The id the page came with; whatever else comes back, the answer is a new one."""

    def __deepcopy__(self, memo: Any) -> "Submission":
        return self

    def clean(self, value: Any) -> UUID:
        try:
            return UUID(value)
        except (ValueError, TypeError, AttributeError):
            return new_id()


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as the page draws it, with what was typed and what is wrong with it."""

    question: Asked
    name: str
    value: str
    picked: list[str]
    errors: list[str]

    @property
    def is_scale(self) -> bool:
        return bool(self.question.scale)

    @property
    def is_choice(self) -> bool:
        return self.question.kind == Question.Kind.CHOICE

    @property
    def scores(self) -> list[str]:
        return [str(score) for score in self.question.scale]


class PublicForm(forms.Form):
    """The questions of a survey; `id` names the submission, so that sending twice counts once."""

    design: Design
    id = Submission(required=False)

    def submission(self) -> UUID:
        """Return the id for the page to carry: the one that came back, or a new one."""
        return self.cleaned_data["id"] if self.is_bound else new_id()

    def shown(self) -> Iterator[Shown]:
        for question in self.design.questions:
            name = _name(question)
            value = self[name].data
            picked = value if isinstance(value, list) else [value or ""]
            errors = [str(error) for error in self.errors.get(name, [])]
            yield Shown(question, name, picked[0] if picked else "", picked, errors)

    def answers(self) -> list[tuple[int, Any]]:
        """Return the answers given, by question."""
        asked = self.design.questions
        return [(question.id, self.cleaned_data[_name(question)]) for question in asked]


def _name(question: Asked) -> str:
    return f"q{question.id}"


@lru_cache(maxsize=DESIGNS_KEPT)
def form_class(design: Design) -> type[PublicForm]:
    """Return the form of one version of a survey, made once."""
    fields = {_name(question): AnswerField(question) for question in design.questions}
    return type("SurveyForm", (PublicForm,), {"design": design, **fields})

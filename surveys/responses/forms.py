"""The public form: one class per version of a survey, every answer checked by the one rule."""

from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from surveys.design.models import Question
from surveys.design.selectors import DESIGNS_KEPT, Asked, Design, Head, survey_design
from surveys.responses.answers import NotAccepted, accept
from surveys.responses.models import new_id

PREFIX = "q"


class Answer(forms.Field):
    """What was picked or written for one question."""

    def __init__(self, question: Asked) -> None:
        super().__init__(label=question.text, required=question.is_required, widget=_widget(question))
        self.question = question
        self.error_messages["required"] = _("Please answer this question.")

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        if self.question.kind in Question.SCORED and value.isdecimal() and len(value) < 6:
            value = int(value)
        try:
            return accept(self.question, value)
        except NotAccepted as error:
            raise forms.ValidationError(str(error)) from error


def _widget(question: Asked) -> forms.Widget:
    if question.kind in Question.SCORED:
        low, high = question.low or 0, question.high or 0
        return forms.RadioSelect(choices=[(score, score) for score in range(low, high + 1)])
    if question.kind == Question.Kind.OPEN:
        return forms.Textarea(attrs={"rows": 4})
    choices = [(choice, choice) for choice in question.choices]
    if question.is_multiple:
        return forms.CheckboxSelectMultiple(choices=choices)
    return forms.RadioSelect(choices=choices)

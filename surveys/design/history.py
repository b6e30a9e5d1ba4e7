"""How the history of surveys and questions is told, and what follows when they are put back."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import Membership
from cxplanner.base.refusals import Refused
from cxplanner.events.history.kept import Kept, Returned
from strategy.metrics.pending import ask_recount_twice
from surveys.design.models import Question, Survey
from surveys.design.questions import MEANING, TIES, check
from surveys.design.services import answered_days, meaning_of, must_ask


class HasAnswers(Refused):
    """What has answers keeps its meaning, and is not hidden as a draft."""


def settle_surveys(returned: Sequence[Returned], by: Membership) -> None:
    """Check surveys that were put back. Raises NothingToAsk, HasAnswers."""
    for one in returned:
        if one.row is None:
            continue
        must_ask(one.row)
        if one.row.status == Survey.Status.DRAFT and one.row.responses.exists():
            raise HasAnswers(_("The survey has answers. Close it rather than hide it again."))


def hold_surveys(questions: Sequence[Any]) -> None:
    """Hold the questions' surveys first, as every change of a question does."""
    held = Survey.objects.select_for_update(of=("self",), no_key=True)
    list(held.filter(pk__in={one.survey_id for one in questions}).order_by("pk"))


def settle_questions(returned: Sequence[Returned], by: Membership) -> None:
    """Check questions that were put back, and have answers counted again where they moved.

    Raises ValidationError, HasAnswers, NothingToAsk.
    """
    for one in returned:
        if one.row is not None:
            check(one.row)
            if one.before is not None:
                _count_again(one.row, one.before, one.changes & {*MEANING, *TIES})
    surveys = {one.thing.survey_id for one in returned}
    # Their questions are kept in processes by this number.
    numbers = {"version": F("version") + 1, "design_version": F("design_version") + 1}
    Survey.objects.filter(pk__in=surveys).update(**numbers)
    for survey in Survey.objects.filter(pk__in=surveys):
        must_ask(survey)


def _count_again(question: Question, before: Question, differs: set[str]) -> None:
    days = answered_days(question) if differs else set()
    if days and differs & meaning_of(before):
        raise HasAnswers(_("The question has answers: it keeps its kind, its scale and metric."))
    if differs:
        today = question.survey.workspace.today()
        ask_recount_twice(question.survey.source, {*days, today})


SURVEY = Kept(
    Survey,
    path="surveys",
    settle=settle_surveys,
    also=("status",),
    own=frozenset({"status", "opened_at", "closed_at", "token"}),
    rising=frozenset({"version", "design_version"}),
    goes_with=None,
    labels={"status": gettext_lazy("status")},
)
QUESTION = Kept(
    Question,
    path="questions",
    hold=hold_surveys,
    settle=settle_questions,
    also=("position",),
    own=frozenset({"replaces"}),
    goes_with=None,
    labels={
        "position": gettext_lazy("place in the survey"),
        "metric": gettext_lazy("metric"),
        "touchpoint": gettext_lazy("touchpoint"),
    },
    say={"position": lambda _row, value: str(value + 1)},
)

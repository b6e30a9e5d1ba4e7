"""Every write of a survey and its questions; each makes a new version of the design."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.ordering import placed
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Changes, assign, kept
from cxplanner.events.services import record
from strategy.metrics.pending import ask_recount_twice
from strategy.metrics.services import create_metric
from strategy.plans.models import Plan
from surveys.design.models import Question, Survey
from surveys.design.questions import MEANING, TIES, USUAL_SCALES, check, complete

MOST_QUESTIONS = 100
Fields = Mapping[str, Any]


class NothingToAsk(Refused):
    """A survey without questions cannot open."""

    def __init__(self) -> None:
        super().__init__(_("Add a question first: this survey has nothing to ask."))


class TooManyQuestions(Refused):
    """The survey has as many questions as it may."""

    def __init__(self) -> None:
        super().__init__(_("A survey asks at most %(most)d questions.") % {"most": MOST_QUESTIONS})


class UnsoundQuestion(Exception):
    """The question at `place` of a list is not valid; `error` says by field why."""

    def __init__(self, place: int, error: ValidationError) -> None:
        super().__init__(f"question {place} is not valid")
        self.place = place
        self.error = error


def _held(survey: Survey, *, expected_version: int | None = None) -> Survey:
    """Read a survey again and hold it for an edit. Raises Stale for another version than expected.

    Answers still enter meanwhile: a plain lock would stop their foreign key from reading the row.
    """
    fresh = Survey.objects.select_for_update(of=("self",), no_key=True).get(pk=survey.pk)
    fresh.edit(expected_version=expected_version)
    fresh.design_version += 1
    return fresh


def _record(name: str, survey: Survey, by: Membership | None, /, **data: Any) -> None:
    record(f"survey.{name}", survey.ref, by=by, **data)


# --- the survey -----------------------------------------------------------------------------


@transaction.atomic
def create_survey(
    plan: Plan,
    *,
    name: str,
    by: Membership | None,
    questions: Sequence[Fields] = (),
    status: str = Survey.Status.DRAFT,
    **words: Any,
) -> Survey:
    """Make a survey with its questions, in their order; `questions` hold fields of Question.

    Raises ValidationError, UnsoundQuestion, and NothingToAsk when it shall open without any.
    """
    survey = kept(Survey(plan=plan, name=name, **words))
    _record("created", survey, by, name=name)
    _arrange(survey, questions)
    return _turned(survey, status, by=by)


@transaction.atomic
def change_survey(
    survey: Survey,
    *,
    by: Membership | None,
    expected_version: int | None = None,
    questions: Sequence[Fields] | None = None,
    status: str | None = None,
    **words: Any,
) -> Survey:
    """Change a survey's words, its status, or its whole list of questions.

    In `questions`, an `id` keeps and changes that question, none adds one, and those left out
    are archived. Raises Stale, ValidationError, UnsoundQuestion, NothingToAsk.
    """
    row = _held(survey, expected_version=expected_version)
    version = row.version
    changes: Changes = assign(row, words)
    row.version = version  # one edit, however many parts of the survey it touches
    if questions is not None:
        _arrange(row, questions)
        changes["questions"] = {}
        must_ask(row)
    if changes:
        _record("changed", row, by, fields=changes)
    row.save()
    return row if status is None else _turned(row, status, by=by)


def open_survey(survey: Survey, *, by: Membership | None) -> Survey:
    """Open a survey to everybody who has its address. Raises NothingToAsk."""
    return change_survey(survey, by=by, status=Survey.Status.OPEN)


def close_survey(survey: Survey, *, by: Membership | None) -> Survey:
    """Close a survey at once; answers given before still enter over REST and imports."""
    return change_survey(survey, by=by, status=Survey.Status.CLOSED)


def reopen_survey(survey: Survey, *, by: Membership | None) -> Survey:
    """Let a closed survey take answers again."""
    return change_survey(survey, by=by, status=Survey.Status.OPEN)


def _turned(survey: Survey, status: str, *, by: Membership | None) -> Survey:
    """Give a held survey another status; the same status is no change."""
    before = survey.status
    if status == before:
        return survey
    if status == Survey.Status.DRAFT:
        raise ValidationError({"status": _("A survey that was open can be closed, not hidden.")})
    if status == Survey.Status.OPEN:
        survey.opened_at = survey.opened_at or timezone.now()
        survey.closed_at = None
    else:
        survey.closed_at = timezone.now()
    survey.status = status
    must_ask(survey)
    survey.full_clean()
    survey.save()
    again = before == Survey.Status.CLOSED
    name = "reopened" if again else "opened" if status == Survey.Status.OPEN else "closed"
    _record(name, survey, by, name=survey.name)
    return survey


@transaction.atomic
def archive_survey(
    survey: Survey, *, by: Membership | None, expected_version: int | None = None
) -> Survey:
    """Hide a survey; it takes no more answers, and those it has still count."""
    row = _held(survey, expected_version=expected_version)
    if row.archived_at is None:
        row.archived_at = timezone.now()
        row.save()
        _record("archived", row, by, name=row.name)
    return row


@transaction.atomic
def restore_survey(survey: Survey, *, by: Membership | None) -> Survey:
    """Show an archived survey again, as open or closed as it was."""
    row = _held(survey)
    if row.archived_at is not None:
        row.archived_at = None
        row.save()
        _record("restored", row, by, name=row.name)
    return row


# --- its questions --------------------------------------------------------------------------


@transaction.atomic
def add_question(
    survey: Survey, *, by: Membership | None, new_metric: str = "", **fields: Any
) -> Question:
    """Ask one more question, last; `new_metric` names a metric to make for its answers.

    Raises ValidationError, TooManyQuestions.
    """
    row = _held(survey)
    last = row.questions.aggregate(last=Max("position"))["last"]
    measured = _measured(row, fields, new_metric, by)
    question = _added(row, 0 if last is None else last + 1, measured)
    _questions_changed(row, by)
    return question


@transaction.atomic
def change_question(
    question: Question,
    *,
    by: Membership | None,
    expected_version: int | None = None,
    new_metric: str = "",
    **fields: Any,
) -> Question:
    """Change a question; one with answers keeps its meaning and is replaced where that changes.

    `new_metric` names a metric to make for its answers. Returns the question asked from now on.
    Raises Stale, ValidationError.
    """
    survey = _held(question.survey)
    row = survey.questions.select_for_update(of=("self",), no_key=True).get(pk=question.pk)
    row.edit(expected_version=expected_version)
    row.version -= 1  # counted when it differs
    now = {name: getattr(row, name) for name in ("kind", "scale_min", "scale_max")}
    changed = _changed(row, {**fields, **_measured(survey, {**now, **fields}, new_metric, by)})
    _questions_changed(survey, by)
    return changed


@transaction.atomic
def move_question(question: Question, *, to: int, by: Membership | None) -> Question:
    """Put a question at place `to`, counted from 0; places beyond the end mean last."""
    survey = _held(question.survey)
    asked = list(_asked(survey))
    [row] = (one for one in asked if one.pk == question.pk)
    for position, one in enumerate(placed(row, to, asked)):
        assign(one, {"position": position})
    _questions_changed(survey, by)
    return row


@transaction.atomic
def archive_question(question: Question, *, by: Membership | None) -> Question:
    """Ask a question no more; its answers still count. Raises NothingToAsk when none is left."""
    survey = _held(question.survey)
    row = survey.questions.get(pk=question.pk)
    _archived(row)
    _questions_changed(survey, by)
    return row


@transaction.atomic
def restore_question(question: Question, *, by: Membership | None) -> Question:
    """Ask an archived question again, where it stood. Raises TooManyQuestions."""
    survey = _held(question.survey)
    row = survey.questions.get(pk=question.pk)
    if row.archived_at is not None:
        if len(_asked(survey)) >= MOST_QUESTIONS:
            raise TooManyQuestions
        assign(row, {"archived_at": None})
        _questions_changed(survey, by)
    return row


def _measured(survey: Survey, fields: Fields, new_metric: str, by: Membership | None) -> Fields:
    """Make the metric that a question shall feed, of its kind and scale; "" makes none."""
    if not new_metric:
        return fields
    kind = fields["kind"]
    if kind not in Question.SCORED:
        raise ValidationError({"metric": _("Only a score can feed a metric.")})
    low, high = USUAL_SCALES[kind]
    if fields.get("scale_min") is not None and fields.get("scale_max") is not None:
        low, high = fields["scale_min"], fields["scale_max"]
    try:
        metric = create_metric(
            plan=survey.plan, name=new_metric, kind=kind, by=by, scale_min=low, scale_max=high
        )
    except ValidationError as error:
        raise ValidationError({"new_metric": error.messages}) from error
    return {**fields, "scale_min": low, "scale_max": high, "metric": metric}


def _asked(survey: Survey) -> list[Question]:
    return list(survey.questions.filter(archived_at__isnull=True))


def must_ask(survey: Survey) -> None:
    """Refuse an open survey without questions. Raises NothingToAsk."""
    if survey.status == Survey.Status.OPEN and not _asked(survey):
        raise NothingToAsk


def _questions_changed(survey: Survey, by: Membership | None) -> None:
    must_ask(survey)
    survey.save()
    _record("changed", survey, by, fields={"questions": {}})


def _arrange(survey: Survey, wanted: Sequence[Fields]) -> None:
    """Make a survey's questions those of the list, in its order."""
    if len(wanted) > MOST_QUESTIONS:
        raise TooManyQuestions
    left = {question.pk: question for question in _asked(survey)}
    for place, given in enumerate(wanted):
        try:
            _placed(survey, place, dict(given), left)
        except ValidationError as error:
            raise UnsoundQuestion(place, error) from error
    for question in left.values():
        _archived(question)


def _placed(survey: Survey, place: int, fields: dict[str, Any], left: dict[int, Question]) -> None:
    pk = fields.pop("id", None)
    if pk is None:
        _added(survey, place, fields)
    elif pk in left:
        _changed(left.pop(pk), {**fields, "position": place})
    else:
        raise ValidationError({"id": _("This survey does not ask that question.")})


def _archived(question: Question) -> None:
    if question.archived_at is None:
        assign(question, {"archived_at": timezone.now()})


def _added(survey: Survey, position: int, fields: Fields) -> Question:
    if survey.questions.filter(archived_at__isnull=True).count() >= MOST_QUESTIONS:
        raise TooManyQuestions
    question = Question(survey=survey, position=position, **fields)
    complete(question)
    check(question)
    return kept(question)


def _changed(question: Question, fields: Fields) -> Question:
    """Change a question in place, or replace it when its answers would mean something else."""
    draft = Question.objects.get(pk=question.pk)
    for name, value in fields.items():
        setattr(draft, name, value)
    complete(draft)
    check(draft)
    kept_names = (*MEANING, *TIES)
    differs = {name for name in kept_names if getattr(draft, name) != getattr(question, name)}
    days = answered_days(question) if differs else set()
    if days and differs & meaning_of(question):
        return _replaced(question, draft)
    assign(question, {name: getattr(draft, name) for name in {*fields, *MEANING, "choices"}})
    if differs:  # an answer under way may still add by the old definition
        today = question.survey.workspace.today()
        ask_recount_twice(question.survey.source, {*days, today})
    return question


def meaning_of(question: Question) -> set[str]:
    """Return what this question keeps once answered. Its first metric is no change of meaning."""
    return set(MEANING) - ({"metric"} if question.metric_id is None else set())


def _replaced(question: Question, draft: Question) -> Question:
    """Ask the changed question as a new one in the old one's place; both keep their answers."""
    names = [field.name for field in Question._meta.concrete_fields]
    own = {"id", "version", "created_at", "updated_at", "archived_at", "replaces", "workspace"}
    fields = {name: getattr(draft, name) for name in names if name not in own}
    _archived(question)
    return kept(Question(**fields, replaces=question))


def answered_days(question: Question) -> set[date]:
    """Return the days on which somebody answered this question."""
    answered = question.survey.responses.filter(answers__has_key=str(question.pk))
    return set(answered.values_list("day", flat=True).distinct())

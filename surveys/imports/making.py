"""Makes what a file's columns need and the plan lacks: a survey, questions, metrics, places."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refusals import Refused
from strategy.metrics.models import Metric
from strategy.metrics.services import create_metric
from strategy.plans.models import Plan
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.services import create_touchpoint
from surveys.design.models import Question, Survey
from surveys.design.questions import USUAL_SCALES
from surveys.design.services import add_question, create_survey
from surveys.imports.mapping import Column, Meaning, Unclear, scale_of
from surveys.imports.models import AnswerImport
from surveys.imports.selectors import remembered

_LOCK_KEY = 9  # this kind of lock, among all advisory locks of the database


def survey_of(row: AnswerImport, meaning: Meaning, by: Membership) -> Survey:
    """Return the survey an import is for; a draft is made where none is.

    Raises Refused where another file of the same columns makes, or made, the same survey
    meanwhile: its answers would count twice.
    """
    if row.survey is not None:
        return row.survey
    _alone(row, meaning)
    return create_survey(row.plan, name=meaning.survey_name.strip(), by=by)


def _alone(row: AnswerImport, meaning: Meaning) -> None:
    """Hold this name for this kind of file until the transaction ends. Raises Refused."""
    name = meaning.survey_name.strip()
    told = f"{row.plan_id}\t{row.fingerprint}\t{name.casefold()}"
    key = int.from_bytes(blake2b(told.encode(), digest_size=4).digest(), signed=True)
    if row.status == AnswerImport.Status.RUNNING:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK_KEY, key])
            (mine,) = cursor.fetchone()
        if not mine:
            raise Refused(
                _(
                    "Another file with these columns is coming in as the new survey “%(name)s” at"
                    " this moment. When it is done, send this file again: it then goes into the"
                    " same survey, and nothing counts twice."
                )
                % {"name": name}
            )
    before = remembered(row.plan, row.fingerprint)
    if before and before.survey and before.survey.name.casefold() == name.casefold():
        raise Refused(
            _(
                "Meanwhile a file with these columns was brought in as the new survey “%(name)s”."
                " Send this file again: it then goes into that survey, and nothing counts twice."
                " Or give your survey another name."
            )
            % {"name": name}
        )


def questions_of(
    row: AnswerImport, survey: Survey, used: Mapping[int, Column], by: Membership
) -> dict[int, Column]:
    """Make the questions that columns ask for; returns the columns naming them all by id.

    A metric or touchpoint of the same name is taken, not made again. Raises Unclear.
    """
    found: dict[int, Column] = {}
    for place, column in used.items():
        if column.to != "new":
            found[place] = column
            continue
        described = row.columns[place]
        try:
            question = add_question(survey, by=by, **_fields(row.plan, column, described, by))
        except ValidationError as error:
            raise Unclear(f"{described['name']}: {' '.join(error.messages)}") from error
        found[place] = Column(
            to="question", question=question.pk, values=column.values, no_answer=column.no_answer
        )
    return found


def _fields(
    plan: Plan, column: Column, described: Mapping[str, Any], by: Membership
) -> dict[str, Any]:
    name = column.name.strip()
    fields: dict[str, Any] = {"kind": column.kind, "text": name[:500]}
    if column.kind == "choice":
        fields["choices"] = _choices(column, described)
    if column.kind not in Question.SCORED:
        return fields
    low, high = _scale(column, described)
    fields |= {"scale_min": low, "scale_max": high}
    if column.metric:
        fields["metric"] = _metric(plan, column.kind, name[:120], low, high, by)
    if column.touchpoint:
        fields["touchpoint"] = _touchpoint(plan, name[:120], by)
    return fields


def _scale(column: Column, described: Mapping[str, Any]) -> tuple[int, int]:
    if column.low is not None and column.high is not None:
        return column.low, column.high
    if column.kind == "nps":
        return USUAL_SCALES["nps"]
    return scale_of(described["values"]) or USUAL_SCALES[column.kind]


def _choices(column: Column, described: Mapping[str, Any]) -> list[str]:
    nothing = {text.strip().casefold() for text in column.no_answer} | {""}
    texts = [text for text, _n in described["values"] if text.casefold() not in nothing]
    return sorted({str(column.values.get(text, text)) for text in texts})


def _metric(plan: Plan, kind: str, name: str, low: int, high: int, by: Membership) -> Metric:
    known = Metric.objects.filter(
        plan=plan, name=name, kind=kind, scale_min=low, scale_max=high, archived_at__isnull=True
    ).first()
    return known or create_metric(
        plan=plan, name=name, kind=kind, by=by, scale_min=low, scale_max=high
    )


def _touchpoint(plan: Plan, name: str, by: Membership) -> Touchpoint:
    known = Touchpoint.objects.filter(plan=plan, name=name, archived_at__isnull=True).first()
    return known or create_touchpoint(plan=plan, name=name, by=by)

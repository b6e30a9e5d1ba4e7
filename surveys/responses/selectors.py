"""Reading answers: newest first, narrowed as a number is narrowed, so that n has its rows."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value

from cxplanner.base.sheets import safe_cell
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Question, Survey
from surveys.responses.models import Response

NEWEST_FIRST = ("-answered_at", "-id")


class BadCursor(ValueError):
    """A cursor that this list did not give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which answers to read; what is None does not narrow. Days are inclusive.

    `scores` names scores of `metric_id`, as the buckets of its histogram.
    """

    plan_id: int | None = None
    survey_id: int | None = None
    metric_id: int | None = None
    scores: Sequence[int] | None = None
    touchpoint_id: int | None = None
    segment: str | None = None
    text: str | None = None
    via: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some answers, newest first, with cursors to those before and after."""

    rows: list[Response]
    next: str | None
    previous: str | None


def answers(wanted: Wanted) -> QuerySet[Response]:
    """Return the answers wanted, newest first."""
    said = {
        "survey__plan_id": wanted.plan_id,
        "survey_id": wanted.survey_id,
        "day__gte": wanted.since,
        "day__lte": wanted.until,
        "via": wanted.via,
        "segments__contains": None if wanted.segment is None else [wanted.segment],
    }
    narrowed = {name: value for name, value in said.items() if value is not None}
    rows = Response.objects.order_by(*NEWEST_FIRST).filter(**narrowed)
    if wanted.text:
        rows = rows.filter(_says(wanted.text))
    if wanted.metric_id is not None:
        return rows.filter(counted(wanted, asked_for(wanted)))
    if wanted.touchpoint_id is not None:
        return rows.filter(_met_at(wanted.touchpoint_id))
    return rows


def _says(text: str) -> Func:
    """Find words as they stand, in any case, in what was written or picked."""
    pattern = json.dumps(text.replace("\x00", ""))
    path = f'$.* ? (@ like_regex {pattern} flag "iq")'
    return Func(
        F("answers"),
        Value(path, output_field=TextField()),
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=BooleanField(),
    )


def asked_for(wanted: Wanted) -> list[Question]:
    """Return the questions whose scores count for the metric wanted, those of before too."""
    if wanted.metric_id is None:
        return []
    questions = Question.objects.filter(metric_id=wanted.metric_id)
    if wanted.survey_id is not None:
        questions = questions.filter(survey_id=wanted.survey_id)
    return list(questions)


def counted(wanted: Wanted, questions: Sequence[Question]) -> Q:
    """Find what a metric's cell counted: the score's question, and the touchpoint it stood for."""
    found = Q(pk__in=[])
    for question in questions:
        mine = Q(survey_id=question.survey_id) & _answers_with(question, wanted.scores)
        if wanted.touchpoint_id is not None:
            if question.touchpoint_id is None:
                mine &= Q(touchpoint_id=wanted.touchpoint_id)
            elif question.touchpoint_id != wanted.touchpoint_id:
                continue
        found |= mine
    return found


def _answers_with(question: Question, scores: Sequence[int] | None) -> Q:
    if scores is None:
        return Q(answers__has_key=str(question.pk))
    found = Q(pk__in=[])
    for score in scores:
        found |= Q(answers__contains={str(question.pk): score})
    return found


def _met_at(touchpoint_id: int) -> Q:
    asked_there = Question.objects.filter(touchpoint_id=touchpoint_id).values_list("pk", flat=True)
    keys = [str(pk) for pk in asked_there]
    return Q(touchpoint_id=touchpoint_id) | Q(answers__has_any_keys=keys)


# --- pages ----------------------------------------------------------------------------------


def answers_page(rows: QuerySet[Response], *, cursor: str | None, size: int) -> Page:
    """Return `size` answers at a cursor. However many share one moment, none is skipped.

    Raises BadCursor.
    """
    way, position = _read_cursor(cursor) if cursor else ("n", None)
    if way == "p":
        rows = rows.order_by("answered_at", "id")
    if position is not None:
        rows = rows.filter(_beyond(way, *position))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if way == "p":
        found.reverse()
    older = more if way == "n" else True
    newer = more if way == "p" else position is not None
    return Page(
        found,
        next=_cursor("n", found[-1]) if found and older else None,
        previous=_cursor("p", found[0]) if found and newer else None,
    )


def _beyond(way: str, at: datetime, pk: UUID) -> Q:
    """Start behind a row; the first condition is the one an index answers."""
    if way == "n":
        return Q(answered_at__lte=at) & (Q(answered_at__lt=at) | Q(id__lt=pk))
    return Q(answered_at__gte=at) & (Q(answered_at__gt=at) | Q(id__gt=pk))


def _cursor(way: Literal["n", "p"], row: Response) -> str:
    text = f"{way} {row.answered_at.isoformat()} {row.pk}"
    return urlsafe_b64encode(text.encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, tuple[datetime, UUID]]:
    try:
        way, at, pk = urlsafe_b64decode(cursor.encode()).decode().split(" ")
        position = datetime.fromisoformat(at), UUID(pk)
    except ValueError as error:
        raise BadCursor(cursor) from error
    if way not in ("n", "p") or position[0].utcoffset() is None:
        raise BadCursor(cursor)
    return way, position


# --- export ---------------------------------------------------------------------------------


def export_rows(
    surveys: Sequence[Survey], wanted: Wanted, *, zone: ZoneInfo, chunk: int = 2000
) -> Iterator[list[str]]:
    """Return the lines of a sheet of answers: a head line, then one a response.

    Every question of the surveys has a column. Times are the zone's. Reads in chunks; every
    text is made safe for spreadsheets.
    """
    names = {survey.pk: survey.name for survey in surveys}
    asked = Question.objects.filter(survey_id__in=names).order_by("survey_id", "position", "pk")
    questions = list(asked.select_related("touchpoint"))
    head = ["id", "survey", "answered_at", "day", "external_id", "touchpoint", "segments"]
    yield [*head, *(safe_cell(_heading(question, names)) for question in questions)]
    places = _touchpoint_names(wanted)
    for row in answers(wanted).iterator(chunk_size=chunk):
        start = [str(row.pk), safe_cell(names.get(row.survey_id, ""))]
        start += [row.answered_at.astimezone(zone).isoformat(), row.day.isoformat()]
        start += [safe_cell(row.external_id or ""), safe_cell(places.get(row.touchpoint_id, ""))]
        start.append(safe_cell("; ".join(row.segments)))
        yield start + [safe_cell(_as_text(row.answers.get(str(one.pk)))) for one in questions]


def _heading(question: Question, surveys: Mapping[int, str]) -> str:
    if len(surveys) == 1:
        return question.text
    return f"{surveys[question.survey_id]}: {question.text}"


def _touchpoint_names(wanted: Wanted) -> dict[int | None, str]:
    found = Touchpoint.objects.all()
    if wanted.plan_id is not None:
        found = found.filter(plan_id=wanted.plan_id)
    return dict(found.values_list("pk", "name"))


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)

"""How surveys, questions and answers are joined to metrics, touchpoints and goals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from cxplanner.base.refs import Ref
from strategy.goals.joints import climb
from strategy.goals.models import Goal
from strategy.goals.selectors import Read, Trees, open_goals
from strategy.sections import Links
from surveys.design.models import Question
from surveys.responses.models import Response

_KINDS = ("goal", "metric", "touchpoint", "survey", "question", "response")


@dataclass(slots=True)
class _Asked:
    """What the links of one call are made of; read once for all of its things."""

    ids: Mapping[str, list[int | str]]
    responses: list[Response] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    trees: Trees = field(default_factory=lambda: Trees([]))
    questions: list[Question] = field(default_factory=list)
    readers: list[Goal] = field(default_factory=list)


def links_of(refs: Sequence[Ref]) -> Mapping[Ref, Links]:
    """Return the thread of goals, metrics, touchpoints, surveys, questions and answers."""
    ids = {kind: [ref.id for ref in refs if ref.kind == kind] for kind in _KINDS}
    if not any(ids.values()):
        return {}
    asked = _read(ids)
    found: dict[Ref, Links] = {}
    for goal in asked.goals:
        found[goal.ref] = Links(down=_asked_for(asked.questions, asked.trees.reads(goal)))
    for row in asked.responses:
        found[row.ref] = Links(up=_up_of_answer(row, asked))
    for ref in refs:
        if ref.kind in ("metric", "touchpoint", "survey", "question"):
            found[ref] = _of(ref, asked)
    return found


def _read(ids: Mapping[str, list[int | str]]) -> _Asked:
    asked = _Asked(ids)
    if ids["response"]:
        rows = Response.objects.filter(pk__in=ids["response"]).select_related("survey")
        asked.responses = list(rows)
    if ids["goal"]:
        asked.goals = list(Goal.objects.filter(pk__in=ids["goal"]))
    of_goals = Trees(asked.goals)
    reads = [read for goal in asked.goals for read in of_goals.reads(goal)]
    surveys = [*ids["survey"], *(row.survey_id for row in asked.responses)]
    asked.questions = list(
        Question.objects.filter(
            Q(metric__in={*ids["metric"], *(read.metric_id for read in reads)})
            | Q(touchpoint__in=ids["touchpoint"])
            | Q(survey__in=surveys)
            | Q(pk__in=ids["question"])
        )
        .filter(Q(archived_at=None) | Q(pk__in=ids["question"]) | Q(survey__in=surveys))
        .select_related("survey")
        .order_by("survey_id", "position", "pk")
    )
    climbs = ids["survey"] or ids["question"] or ids["response"]
    metrics = {one.metric_id for one in asked.questions} - {None} if climbs else set()
    asked.readers = list(open_goals().filter(metric__in=metrics)) if metrics else []
    asked.trees = Trees([*asked.goals, *asked.readers]) if asked.readers else of_goals
    return asked


def _asked_for(questions: Iterable[Question], reads: Sequence[Read]) -> tuple[Ref, ...]:
    """Return the questions that feed what is read, with their touchpoints and surveys."""
    mine = [
        one
        for one in questions
        if any(
            one.metric_id == read.metric_id
            and (read.touchpoint_id is None or one.touchpoint_id in (None, read.touchpoint_id))
            for read in reads
        )
    ]
    return _around(mine)


def _around(questions: Sequence[Question]) -> tuple[Ref, ...]:
    found = [Ref("touchpoint", one.touchpoint_id) for one in questions if one.touchpoint_id]
    found += [Ref("survey", one.survey_id) for one in questions]
    found += [one.ref for one in questions]
    return tuple(dict.fromkeys(found))


def _of(ref: Ref, asked: _Asked) -> Links:
    column = "pk" if ref.kind == "question" else f"{ref.kind}_id"
    mine = [one for one in asked.questions if getattr(one, column) == ref.id]
    metrics = [Ref("metric", one.metric_id) for one in mine if one.metric_id]
    match ref.kind:
        case "metric":
            return Links(down=_around([one for one in mine if one.archived_at is None]))
        case "touchpoint":
            around = [one for one in _around(mine) if one.kind != "touchpoint"]
            return Links(up=tuple(dict.fromkeys(metrics)), down=tuple(around))
        case "survey":
            mine = [one for one in mine if one.archived_at is None]
            above = [one for one in _around(mine) if one.kind == "touchpoint"]
            up = (*above, *metrics, *_goals_of(mine, asked))
            return Links(up=tuple(dict.fromkeys(up)), down=tuple(one.ref for one in mine))
        case _question:
            above = [one for one in _around(mine) if one.kind != "question"]
            up = (*above, *metrics, *_goals_of(mine, asked))
            return Links(up=tuple(dict.fromkeys(up)))


def _goals_of(questions: Iterable[Question], asked: _Asked) -> tuple[Ref, ...]:
    """Return the open goals that read what is asked, at its touchpoint or at all of them."""
    places: defaultdict[int, set[int | None]] = defaultdict(set)
    for one in questions:
        if one.metric_id is not None:
            places[one.metric_id].add(one.touchpoint_id)
    moved = [
        goal
        for goal in asked.readers
        if (where := places.get(goal.metric_id or 0)) is not None
        and (goal.touchpoint_id is None or goal.touchpoint_id in where or None in where)
    ]
    return climb(moved, asked.trees)


def _up_of_answer(row: Response, asked: _Asked) -> tuple[Ref, ...]:
    """Return what one answer counts in. An anonymous one's segment is not told by its goals."""
    said = [
        one
        for one in asked.questions
        if one.survey_id == row.survey_id and str(one.pk) in row.answers
    ]
    places = [one.touchpoint_id for one in said] + [row.touchpoint_id]
    stood = {one.metric_id: one.touchpoint_id or row.touchpoint_id for one in said}
    segments = [] if row.survey.is_anonymous else row.segments
    moved = [
        goal
        for goal in asked.readers
        if goal.metric_id in stood
        and goal.touchpoint_id in (None, stood[goal.metric_id])
        and (not goal.segment or goal.segment in segments)
        and goal.due_on >= row.day
    ]
    found = [Ref("touchpoint", place) for place in places if place is not None]
    found += [Ref("survey", row.survey_id)]
    found += [Ref("metric", one.metric_id) for one in said if one.metric_id]
    return tuple(dict.fromkeys((*found, *climb(moved, asked.trees))))

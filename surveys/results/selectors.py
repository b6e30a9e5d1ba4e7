"""Reading what customers said: answers counted as a number is counted, and joined to goals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from strategy.goals.models import Goal
from strategy.metrics.estimates import Definition
from strategy.metrics.matching import SMALL_GROUP
from strategy.metrics.models import Metric
from strategy.metrics.readings import definition_of
from surveys.design.models import Question
from surveys.responses.models import Response
from surveys.responses.selectors import Wanted, answers, asked_for, counted
from surveys.results.groups import group_word, groups_of, scores_of, tone_of


@dataclass(frozen=True, slots=True)
class Badge:
    """A score as a row shows it: what was asked, the number, and how good it is."""

    question: Question
    score: int
    tone: str
    group: str

    @property
    def name(self) -> str:
        return self.question.metric.name if self.question.metric else self.question.text


@dataclass(frozen=True, slots=True)
class Said:
    """What was written or chosen for one question."""

    question: Question
    words: str
    picked: list[str]


@dataclass(frozen=True, slots=True)
class Voice:
    """One answer, ready to be read; `place` is None where it names no touchpoint."""

    response: Response
    badges: list[Badge]
    said: list[Said]
    place: str | None
    segments: list[str]  # as people read them

    @property
    def quote(self) -> str:
        """Return the longest of the customer's own words; "" when none were written."""
        return max((one.words for one in self.said), key=len, default="")

    @property
    def picks(self) -> list[str]:
        return [choice for one in self.said for choice in one.picked]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many answers match. `scores` is more where a survey asks for one metric twice."""

    answers: int
    scores: int
    groups: Mapping[str, int] = field(default_factory=dict)
    hidden: int = 0  # in a group too small to be shown


@dataclass(frozen=True, slots=True)
class Found:
    """The answers a page is about, and how many they are."""

    rows: QuerySet[Response]
    tally: Tally


def found(
    wanted: Wanted,
    *,
    definition: Definition | None,
    anonymous: Sequence[int],
    shows_everybody: bool,
) -> Found:
    """Return the answers wanted and their number, in two queries.

    `definition` is the metric's, for its groups. Answers to the `anonymous` surveys (ids) are
    left out where a segment narrows them to a few, unless the reader may see who answered.
    """
    everyone = replace(wanted, scores=None)
    rows = answers(everyone)
    asked = asked_for(wanted)
    matching = counted(wanted, asked) if wanted.scores is not None else Q()
    wants: dict[str, Q] = {"n_matching": matching, "n_small": matching & Q(survey_id__in=anonymous)}
    for question in asked:
        wants[f"score_{question.pk}"] = counted(wanted, [question])
    for group in groups_of(definition) if definition else ():
        scores = scores_of(definition, group) if definition else []
        wants[f"group_{group}"] = counted(replace(wanted, scores=scores), asked)
    counts = rows.order_by().aggregate(
        **{name: Count("pk", filter=one) for name, one in wants.items()}
    )
    rows, n = rows.filter(matching), counts["n_matching"]
    if wanted.segment and not shows_everybody and 0 < counts["n_small"] < SMALL_GROUP:
        few = counts["n_small"]
        return Found(rows.exclude(survey_id__in=anonymous), Tally(n - few, n - few, hidden=few))
    scores = sum(counts[name] for name in wants if name.startswith("score_"))
    groups = {name[6:]: counts[name] for name in wants if name.startswith("group_")}
    return Found(rows, Tally(n, scores if asked else n, groups))


def voices_of(
    rows: Sequence[Response], *, places: Mapping[int, str], anonymous: Sequence[int], all_: bool
) -> list[Voice]:
    """Make answers readable, in one query. Segments of `anonymous` surveys show only if `all_`."""
    asked: dict[int, list[Question]] = {}
    surveys = {row.survey_id for row in rows}
    questions = Question.objects.filter(survey_id__in=surveys).select_related("metric")
    for question in questions.order_by("position", "pk"):
        asked.setdefault(question.survey_id, []).append(question)
    voices = []
    for row in rows:
        shows_segments = all_ or row.survey_id not in anonymous
        segments = row.segments if shows_segments else []
        voices.append(_voice(row, asked.get(row.survey_id, []), places, segments))
    return voices


def _voice(
    row: Response, questions: list[Question], places: Mapping[int, str], segments: list[str]
) -> Voice:
    badges: list[Badge] = []
    said: list[Said] = []
    answered = [question for question in questions if str(question.pk) in row.answers]
    for question in answered:
        value: Any = row.answers[str(question.pk)]
        if isinstance(value, int):
            definition = meaning_of(question)
            tone, group = tone_of(definition, value), group_word(definition, value)
            badges.append(Badge(question, value, tone, group))
        else:
            words, picked = ("", value) if isinstance(value, list) else (value, [])
            said.append(Said(question, words, picked))
    touchpoints = [*(question.touchpoint_id for question in answered), row.touchpoint_id]
    place = next((places[pk] for pk in touchpoints if pk is not None and pk in places), None)
    return Voice(row, badges, said, place, [spoken(segment) for segment in segments])


def spoken(segment: str) -> str:
    """Write a segment as people read it: `Travel=Business` becomes “Travel: Business”."""
    return segment.replace("=", ": ", 1)


def meaning_of(question: Question) -> Definition:
    """Say how a score is read: as its metric reads it, or in the usual way of its kind."""
    if question.metric is not None:
        return definition_of(question.metric, question.metric)
    method = "net" if question.kind == Question.Kind.NPS else "top_box"
    return Definition(question.kind, question.scale_min, question.scale_max, method)


def moved_by(voice: Voice) -> dict[Metric, list[Goal]]:
    """Return the metrics one answer counts in, and the open goals that read it there."""
    row = voice.response
    found: dict[Metric, list[Goal]] = {}
    for badge in voice.badges:
        if badge.question.metric is not None:
            found[badge.question.metric] = []
    goals = Goal.objects.filter(metric__in=found, archived_at=None, cycle__closed_at=None)
    for goal in goals.filter(due_on__gte=row.day).select_related("metric", "parent__parent"):
        for badge in voice.badges:
            stands_at = badge.question.touchpoint_id or row.touchpoint_id
            fits = goal.touchpoint_id in (None, stands_at)
            fits = fits and (not goal.segment or spoken(goal.segment) in voice.segments)
            metric = badge.question.metric
            if metric is not None and goal.metric_id == metric.pk and fits:
                found[metric] += [] if goal in found[metric] else [goal]
    return found

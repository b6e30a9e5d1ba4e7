"""What an answer needs to know of its survey: one prepared read, and questions kept in process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, LiteralString
from zoneinfo import ZoneInfo

from cxplanner.base.statements import prepared
from cxplanner.base.tenancy import workspace_scope
from surveys.design.models import Question, Survey

DESIGNS_KEPT = 1000

HEAD: LiteralString = """
SELECT s.id, s.workspace_id, s.plan_id, s.status, s.design_version, p.version, w.time_zone,
       coalesce(s.closed_at, s.archived_at), s.archived_at IS NOT NULL
FROM surveys_survey s
JOIN strategy_plan p ON p.id = s.plan_id
JOIN accounts_workspace w ON w.id = s.workspace_id
"""
BY_TOKEN: LiteralString = HEAD + "WHERE s.token = %s"
BY_ID: LiteralString = HEAD + "WHERE s.id = %s AND s.workspace_id = %s"


@dataclass(frozen=True, slots=True)
class Head:
    """What may change from one answer to the next; read each time, so closing works at once."""

    survey_id: int
    workspace_id: int
    plan_id: int
    status: str
    design_version: int
    plan_version: int
    time_zone: str
    ended_at: datetime | None
    is_archived: bool

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def source(self) -> str:
        return f"survey:{self.survey_id}"

    @property
    def is_draft(self) -> bool:
        return self.status == Survey.Status.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status == Survey.Status.OPEN and not self.is_archived


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as an answer meets it. `low` and `high` are the ends of its scale, inclusive."""

    id: int
    kind: str
    text: str
    is_required: bool
    low: int | None
    high: int | None
    low_label: str
    high_label: str
    choices: tuple[str, ...]
    is_multiple: bool
    metric_id: int | None
    touchpoint_id: int | None
    archived_at: datetime | None
    scale: range = field(init=False)  # the scores it takes; empty where it asks for none

    def __post_init__(self) -> None:
        scored = self.kind in Question.SCORED
        scale = range(self.low or 0, (self.high or 0) + 1) if scored else range(0)
        object.__setattr__(self, "scale", scale)  # the class is frozen


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """A survey's words and questions at one version; one object each, so it can key a cache."""

    survey_id: int
    version: int
    name: str
    brand: str
    introduction: str
    thanks: str
    language: str
    is_anonymous: bool
    many_per_browser: bool
    questions: tuple[Asked, ...]  # asked now, in their order
    by_id: Mapping[int, Asked]  # those asked before, too
    segments: Mapping[str, frozenset[str]]  # as the plan declares them


def survey_head(token: str) -> Head | None:
    """Return the head of the survey behind a public address."""
    row = prepared(BY_TOKEN, [token])
    return Head(*row) if row else None


def survey_head_by_id(survey_id: int, workspace_id: int) -> Head | None:
    """Return a survey's head; None when this workspace has no such survey."""
    row = prepared(BY_ID, [survey_id, workspace_id]) if _is_id(survey_id) else None
    return Head(*row) if row else None


_recent: dict[str | tuple[int, int], Head] = {}


def recent_head(token: str) -> Head | None:
    """Return the head of an open survey as this process saw it last, or read it.

    Only for a write whose statement compares it with the survey as it is (STILL).
    """
    return _recent.get(token) or _remembered(token, survey_head(token))


def recent_head_by_id(survey_id: int, workspace_id: int) -> Head | None:
    """Return what `recent_head` returns, for a caller who knows the id."""
    key = (survey_id, workspace_id)
    return _recent.get(key) or _remembered(key, survey_head_by_id(*key))


def _remembered(key: str | tuple[int, int], head: Head | None) -> Head | None:
    if head is not None and head.is_open:
        if len(_recent) >= DESIGNS_KEPT:
            _recent.clear()
        _recent[key] = head
    return head


# Every write of a survey raises its version, opening and closing too.
STILL: LiteralString = """
SELECT FROM surveys_survey s
JOIN strategy_plan p ON p.id = s.plan_id
JOIN accounts_workspace w ON w.id = s.workspace_id
WHERE s.id = %s AND s.design_version = %s AND p.version = %s AND w.time_zone = %s
FOR KEY SHARE OF s
"""


def still(head: Head) -> list[Any]:
    """Return the parameters of STILL: the survey is as this head says."""
    return [head.survey_id, head.design_version, head.plan_version, head.time_zone]


def survey_design(head: Head) -> Design:
    """Return the questions at the head's version; most calls are answered from memory.

    Not for use inside the transaction that changes the survey.
    """
    return _design(head.survey_id, head.workspace_id, head.design_version, head.plan_version)


def read_design(head: Head) -> Design:
    """Read the questions as they stand in this transaction, past the memory of the process."""
    return _design.__wrapped__(
        head.survey_id, head.workspace_id, head.design_version, head.plan_version
    )


# Both versions are part of the key: a change makes a new entry, and the oldest entry leaves.
@lru_cache(maxsize=DESIGNS_KEPT)
def _design(survey_id: int, workspace_id: int, design_version: int, plan_version: int) -> Design:
    with workspace_scope(workspace_id):
        survey = Survey.objects.select_related("plan").get(pk=survey_id)
        questions = [_asked(question) for question in survey.questions.all()]
    return Design(
        survey_id=survey_id,
        version=design_version,
        name=survey.name,
        brand=survey.plan.brand or survey.plan.name,
        introduction=survey.introduction,
        thanks=survey.thanks,
        language=survey.language,
        is_anonymous=survey.is_anonymous,
        many_per_browser=survey.many_per_browser,
        questions=tuple(question for question in questions if question.archived_at is None),
        by_id={question.id: question for question in questions},
        segments={name: frozenset(values) for name, values in survey.plan.segments.items()},
    )


def _asked(question: Question) -> Asked:
    return Asked(
        id=question.pk,
        kind=question.kind,
        text=question.text,
        is_required=question.is_required,
        low=question.scale_min,
        high=question.scale_max,
        low_label=question.low_label,
        high_label=question.high_label,
        choices=tuple(question.choices),
        is_multiple=question.is_multiple,
        metric_id=question.metric_id,
        touchpoint_id=question.touchpoint_id,
        archived_at=question.archived_at,
    )


TOUCHPOINTS: LiteralString = """
SELECT array_agg(id) FROM strategy_touchpoint WHERE plan_id = %s AND id = ANY(%s::bigint[])
"""


def known_touchpoints(plan_id: int, wanted: set[int]) -> set[int]:
    """Return those of the wanted touchpoints that belong to the plan; none wanted, none read."""
    row = prepared(TOUCHPOINTS, [plan_id, [*filter(_is_id, wanted)]]) if wanted else None
    return set(row[0] or ()) if row else set()


def _is_id(number: int) -> bool:
    return 0 < number < 2**63

"""What a response may hold: each answer against its question, its time, day and segments.

Pure: the page's form, REST and imports all ask here, so no limit is written twice.
"""

from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from strategy.metrics.models import SEGMENT_LENGTH
from strategy.plans.segments import OTHER
from surveys.design.models import Question
from surveys.design.selectors import Asked, Design, Head
from surveys.responses.models import new_id

Value = int | str | list[str]

LONGEST_TEXT = 20_000  # characters
LONGEST_EXTERNAL_ID = 100
MOST_SEGMENTS = 3
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER_BY = timedelta(minutes=5)


class NotAccepted(ValueError):
    """A value its question does not take; says why to a person."""


class Fault(NamedTuple):
    """What is wrong, and where in the body; `malformed` faults are no matter of content."""

    path: tuple[str | int, ...]
    detail: str
    malformed: bool = False


class Faulty(Exception):
    """A response that cannot be taken as it is."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = list(faults)


class Score(NamedTuple):
    """One score that counts for a metric."""

    metric_id: int
    touchpoint_id: int | None
    score: int


class Given(msgspec.Struct, frozen=True):
    """A response as somebody hands it in. Times without an offset are refused."""

    answers: Sequence[tuple[int, Any]]
    id: UUID | None = None
    external_id: str | None = None
    answered_at: datetime | None = None
    touchpoint_id: int | None = None
    segment: str = ""
    segments: Mapping[str, str] = msgspec.field(default_factory=dict)


class Taken(msgspec.Struct, frozen=True):
    """A response as it will be written."""

    id: UUID
    external_id: str | None
    answered_at: datetime
    day: date  # on the workspace's clock
    touchpoint_id: int | None
    segments: list[str]
    answers: dict[str, Value]
    scores: list[Score]
    tells_time: bool  # whether the sender said when it was answered


def accept(question: Asked, value: Any) -> Value | None:
    """Return a value as it is kept; None where nothing was answered. Raises NotAccepted."""
    if type(value) is int and value in question.scale:
        return value
    if value is None:
        return None
    if question.scale:
        return _score(question, value)
    if question.kind == Question.Kind.CHOICE:
        return _choice(question, value)
    if not isinstance(value, str):
        raise NotAccepted(_("This question takes words."))
    text = kept_text(value).strip()
    if len(text) > LONGEST_TEXT:
        raise NotAccepted(_("At most %(most)d characters, please.") % {"most": LONGEST_TEXT})
    return text or None


def _score(question: Asked, value: Any) -> int:
    low, high = question.scale[0], question.scale[-1]
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    if not whole or not low <= value <= high:
        raise NotAccepted(
            _("A whole number from %(low)d to %(high)d, please.") % {"low": low, "high": high}
        )
    return int(value)


def _choice(question: Asked, value: Any) -> list[str] | None:
    picked = [value] if isinstance(value, str) else value
    if not isinstance(picked, list) or any(one not in question.choices for one in picked):
        raise NotAccepted(_("Only the choices of this question can be picked."))
    if len(picked) > 1 and not question.is_multiple:
        raise NotAccepted(_("Only one choice can be picked."))
    return list(dict.fromkeys(picked)) or None


def kept_text(text: str) -> str:
    """Return a text PostgreSQL can keep: without NULs. Raises NotAccepted for half characters."""
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise NotAccepted(_("The text holds half of a surrogate pair, which is no character."))
    return text.replace("\x00", "")


class Check:
    """Checks responses to one survey at one moment; what many of them share is found once.

    `known` are touchpoints of the plan. Does not ask whether the survey is open.
    """

    def __init__(self, head: Head, design: Design, *, now: datetime, known: set[int]) -> None:
        self._design, self._now, self._known = design, now, known
        self._zone = head.zone
        self._today = now.astimezone(self._zone).date()
        self._segments: dict[Hashable, list[str]] = {}

    def __call__(self, given: Given) -> Taken:
        """Turn what was handed in into what is written. Raises Faulty with every fault found."""
        faults: list[Fault] = []
        answered_at, day = self._now, self._today
        if given.answered_at is not None:
            answered_at = self._time(given.answered_at, faults)
            day = answered_at.astimezone(self._zone).date()
        answers, scores = self._answers(given, answered_at, faults)
        segments = self._segments_of(given, faults)
        external_id = _external_id(given, faults)
        if given.touchpoint_id is not None and given.touchpoint_id not in self._known:
            faults.append(Fault(("touchpoint",), _("This plan has no such touchpoint.")))
        if faults:
            raise Faulty(faults)
        return Taken(
            id=given.id or new_id(),
            external_id=external_id,
            answered_at=answered_at,
            day=day,
            touchpoint_id=given.touchpoint_id,
            segments=segments,
            answers=answers,
            scores=scores,
            tells_time=given.answered_at is not None,
        )

    def _time(self, at: datetime, faults: list[Fault]) -> datetime:
        if at.utcoffset() is None:
            detail = _("A time needs its offset, as in 2026-05-01T12:00:00+02:00.")
            faults.append(Fault(("answered_at",), detail, malformed=True))
        elif at < EARLIEST:
            faults.append(Fault(("answered_at",), _("This is before the year 2000.")))
        elif at > self._now + CLOCKS_DIFFER_BY:
            faults.append(Fault(("answered_at",), _("This lies in the future.")))
        else:
            return at
        return self._now

    def _answers(
        self, given: Given, at: datetime, faults: list[Fault]
    ) -> tuple[dict[str, Value], list[Score]]:
        found: dict[str, Value] = {}
        scores: list[Score] = []
        for index, (question_id, value) in enumerate(given.answers):
            question = self._design.by_id.get(question_id)
            if question is None or (question.archived_at and at >= question.archived_at):
                detail = _("This survey does not ask that question.")
                faults.append(Fault(("answers", index, "question"), detail))
                continue
            key = str(question_id)
            if key in found:
                detail = _("This question is answered twice.")
                faults.append(Fault(("answers", index, "question"), detail))
                continue
            try:
                kept = accept(question, value)
            except NotAccepted as error:
                faults.append(Fault(("answers", index, "value"), str(error)))
                continue
            if kept is None:
                continue
            found[key] = kept
            if question.metric_id is not None and isinstance(kept, int):
                touchpoint_id = question.touchpoint_id or given.touchpoint_id
                scores.append(Score(question.metric_id, touchpoint_id, kept))
        if not found and not faults:
            faults.append(Fault(("answers",), _("Nothing was answered.")))
        return found, scores

    def _segments_of(self, given: Given, faults: list[Fault]) -> list[str]:
        told = (given.segment, *given.segments.items())
        found = self._segments.get(told)
        if found is None:
            try:
                found = self._segments[told] = _found_segments(self._design, given)
            except NotAccepted as error:
                where = "segment" if given.segment else "segments"
                faults.append(Fault((where,), str(error)))
                return []
        return found


def _external_id(given: Given, faults: list[Fault]) -> str | None:
    found = given.external_id
    if found is None:
        return None
    sound = found.isprintable() and 1 <= len(found) <= LONGEST_EXTERNAL_ID
    if not sound:
        detail = _("From 1 to %(most)d printable characters.") % {"most": LONGEST_EXTERNAL_ID}
        faults.append(Fault(("external_id",), detail))
    return found


def _found_segments(design: Design, given: Given) -> list[str]:
    if given.segment and given.segments:
        raise NotAccepted(_("Give either segment or segments."))
    if given.segment:
        found = [_one_segment(design, kept_text(given.segment).strip())]
    else:
        pairs = given.segments.items()
        found = [_named_segment(design, kept_text(name), kept_text(one)) for name, one in pairs]
    found = list(dict.fromkeys(one for one in found if one))
    if len(found) > MOST_SEGMENTS:
        raise NotAccepted(_("At most %(most)d segments.") % {"most": MOST_SEGMENTS})
    if any(len(one) > SEGMENT_LENGTH for one in found):
        raise NotAccepted(_("At most %(most)d characters.") % {"most": SEGMENT_LENGTH})
    return found


def _one_segment(design: Design, value: str) -> str:
    """Find which declared segment has this value; a plan that declares none keeps it."""
    if not value or not design.segments:
        return value
    name, equals, rest = value.partition("=")
    if equals and name in design.segments:
        return _named_segment(design, name, rest)
    owners = [name for name, values in design.segments.items() if value in values]
    return f"{owners[0]}={value}" if len(owners) == 1 else OTHER


def _named_segment(design: Design, name: str, value: str) -> str:
    name, value = name.strip(), value.strip()
    if not name or not value:
        return ""
    if not design.segments:
        return f"{name}={value}"
    if name not in design.segments:
        return OTHER
    return f"{name}={value if value in design.segments[name] else OTHER}"

"""What each column of a file means: as it is kept and sent, guessed at first, and checked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import msgspec
from django.utils.translation import gettext as _

from cxplanner.base.refusals import Refused
from surveys.design.selectors import Asked
from surveys.imports.times import ORDERS, order_of
from surveys.responses.answers import MOST_SEGMENTS

To = Literal["skip", "time", "external_id", "touchpoint", "segment", "question", "new"]
Kind = Literal["nps", "csat", "ces", "choice", "open"]

NO_ANSWER = ("n/a", "na", "null", "none", "-")  # offered, in any case, where a file holds them
FEW = 12  # different values of a column that could be a score or a choice
VALUES_SHOWN = 12
_WORDS: dict[To, tuple[str, ...]] = {
    "external_id": ("id", "response id", "responseid", "respondent", "submission_id", "ticket"),
    "time": (
        "time",
        "date",
        "when",
        "answered",
        "created",
        "submitted",
        "timestamp",
        "datum",
        "posted_at",
    ),
    "touchpoint": ("touchpoint", "touch point"),
}


class Unclear(Refused):
    """The mapping does not say enough, or says something twice."""


class Column(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one column holds.

    `question` is the id it answers; "new" makes a question (and, unless told otherwise, a metric
    and a touchpoint) of its `name`, `kind` and scale. `values` gives words their score or choice.
    """

    to: To = "skip"
    question: int | None = None
    name: str = ""
    kind: Kind = "csat"
    low: int | None = None
    high: int | None = None
    metric: bool = True
    touchpoint: bool = True
    values: dict[str, int | str] = {}
    no_answer: list[str] = []

    @property
    def is_asked(self) -> bool:
        return self.to in ("question", "new")


class When(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How times are read. `date` stands for rows without a time; `zone` for naive ones."""

    order: Literal["", "ymd", "dmy", "mdy", "unix"] = ""
    zone: str = ""
    date: str = ""  # ISO


class Meaning(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A whole mapping; columns are named by their letter, or by their header."""

    columns: dict[str, Column] = {}
    time: When = When()
    no_answer: list[str] = []
    survey_name: str = ""  # of the survey to make where none is named
    keep_good: bool = False

    @classmethod
    def of(cls, kept: Any) -> Self:
        """Read a mapping. Raises Unclear."""
        try:
            return msgspec.convert(kept, cls)
        except msgspec.ValidationError as error:
            raise Unclear(str(error)) from None

    def as_json(self) -> dict[str, Any]:
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built

    def by_letter(self, columns: Sequence[Mapping[str, Any]]) -> dict[int, Column]:
        """Return what each used column is, by its place. Raises Unclear for one not there."""
        places = {column["letter"]: place for place, column in enumerate(columns)}
        names = Counter(column["name"] for column in columns)
        named = {column["name"]: place for place, column in enumerate(columns)}
        found: dict[int, Column] = {}
        for key, column in self.columns.items():
            place = named[key] if names[key] == 1 else places.get(key)
            if place is None:
                raise Unclear(_("The file has no column “%(name)s”.") % {"name": key})
            if column.to != "skip":
                found[place] = column
        return dict(sorted(found.items()))


def checked(
    meaning: Meaning,
    columns: Sequence[Mapping[str, Any]],
    asked: Mapping[int, Asked],
    *,
    makes_survey: bool,
) -> dict[int, Column]:
    """Return the used columns by their place. Raises Unclear with the first thing amiss."""
    used = meaning.by_letter(columns)
    if not any(column.is_asked for column in used.values()):
        raise Unclear(_("Say of at least one column which question it answers."))
    for one in ("time", "external_id", "touchpoint"):
        if sum(column.to == one for column in used.values()) > 1:
            raise Unclear(_("Two columns are said to be the %(what)s.") % {"what": said(one)})
    segments = [column.name.strip() for column in used.values() if column.to == "segment"]
    if len(segments) > MOST_SEGMENTS:
        raise Unclear(_("At most %(most)d segments.") % {"most": MOST_SEGMENTS})
    if not all(segments) or len(set(segments)) < len(segments):
        raise Unclear(_("Each segment needs a name of its own."))
    if makes_survey and not meaning.survey_name.strip():
        raise Unclear(_("Name the survey that shall hold these answers."))
    _check_questions(used, asked)
    _check_time(meaning.time, used)
    return used


def _check_questions(used: Mapping[int, Column], asked: Mapping[int, Asked]) -> None:
    found = [column.question or 0 for column in used.values() if column.to == "question"]
    for question in found:
        if question not in asked or asked[question].archived_at is not None:
            raise Unclear(_("The survey does not ask question %(id)s.") % {"id": question})
        if found.count(question) > 1:
            raise Unclear(
                _("Two columns answer “%(question)s”.") % {"question": asked[question].text}
            )
    if not all(column.name.strip() for column in used.values() if column.to == "new"):
        raise Unclear(_("A new question needs its words."))


def _check_time(when: When, used: Mapping[int, Column]) -> None:
    has_column = any(column.to == "time" for column in used.values())
    if not has_column and not when.date:
        raise Unclear(_("Say when these answers were given: a column, or one date for all."))
    if has_column and when.order not in ORDERS:
        raise Unclear(_("Say whether day or month stands first in the time."))
    if when.zone and when.zone not in available_timezones():
        raise Unclear(_("“%(zone)s” is no time zone.") % {"zone": when.zone})
    if when.date:
        try:
            date.fromisoformat(when.date)
        except ValueError:
            raise Unclear(_("The date for all is not a date.")) from None


def said(to: str) -> str:
    """Word what a column can be."""
    return {
        "time": _("time of the answer"),
        "external_id": _("id of the answer"),
        "touchpoint": _("touchpoint"),
    }[to]


def zone_of(when: When, workspace: ZoneInfo) -> ZoneInfo:
    return ZoneInfo(when.zone) if when.zone else workspace


# --- looking at columns ---------------------------------------------------------------------


def columns_of(names: Sequence[str], letters: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:
    """Describe each column by the values it holds in the rows at hand."""
    found = []
    for place, letter in enumerate(letters):
        values = Counter(row[place].strip() for row in rows if place < len(row))
        name = names[place].strip() if place < len(names) else ""
        most = values.most_common(VALUES_SHOWN)
        if all(text.isdecimal() for text, _n in most if text) and len(values) <= VALUES_SHOWN:
            most.sort(key=lambda pair: int(pair[0] or -1))
        shown = [[text[:80], n] for text, n in most]
        found.append(
            {"name": name or letter, "letter": letter, "distinct": len(values), "values": shown}
        )
    return found


def fingerprint_of(names: Iterable[str]) -> str:
    """Return what tells a header: the next file of the same kind has the same."""
    return sha256("\x1f".join(name.strip().casefold() for name in names).encode()).hexdigest()


def scale_of(values: Sequence[Sequence[Any]]) -> tuple[int, int] | None:
    """Guess a scale from the scores a column holds; 0 beside 1 to 5 is taken for no answer."""
    texts = {text for text, _n in values if text}
    if not texts or not all(
        text.isdecimal() and len(text) <= 2 for text in texts
    ):  # scores have two digits at most
        return None
    scores = {int(text) for text in texts}
    most = max(scores)
    if most in (6, 8, 9, 10):
        return (0, 10) if min(scores) == 0 else (1, 10)
    return (1, max(most, 3)) if most <= 7 else None  # no usual scale is wider


def guessed(columns: Sequence[Mapping[str, Any]], asked: Iterable[Asked]) -> Meaning:
    """Guess what the columns of a file are: by their names, then by their values."""
    questions = {question.text.casefold(): question for question in asked}
    found: dict[str, Column] = {}
    taken: set[To] = set()
    when = When()
    for column in columns:
        name = column["name"].casefold().strip()
        question = questions.pop(name, None)
        to = None if question else _by_name(name, taken)
        if to == "time":
            order, sure = order_of(text for text, _n in column["values"])
            if not order:
                continue
            when = When(order=order if sure else "")  # type: ignore[arg-type]  # one of ORDERS
        if question:
            found[column["letter"]] = Column(to="question", question=question.id)
        elif to:
            taken.add(to)
            found[column["letter"]] = Column(to=to)
    return Meaning(columns=found, time=when)


def _by_name(name: str, taken: set[To]) -> To | None:
    for to, words in _WORDS.items():
        exact = to == "external_id"
        if to not in taken and any(name == word if exact else word in name for word in words):
            return to
    return None

"""Bodies of answers as REST takes and gives them, read and written by msgspec."""

import json
import re
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec

from cxplanner.base.problems import Problem, pointer
from surveys.responses.answers import LONGEST_EXTERNAL_ID, Fault, Given, Value
from surveys.responses.models import Response
from surveys.responses.services import Outcome

Body = TypeVar("Body")


class AnswerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer: a whole number for a score, words, or one choice or a list of them."""

    question: int
    value: int | float | str | list[str] | None


class ResponseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One response. Sent again with the same external_id and content, it counts once."""

    answers: list[AnswerIn]
    external_id: Annotated[str, msgspec.Meta(max_length=LONGEST_EXTERNAL_ID)] | None = None
    answered_at: datetime | None = None
    touchpoint: int | None = None
    segment: str | None = None
    segments: dict[str, str] | None = None

    def given(self) -> Given:
        return Given(
            answers=[(answer.question, answer.value) for answer in self.answers],
            external_id=self.external_id,
            answered_at=self.answered_at,
            touchpoint_id=self.touchpoint,
            segment=self.segment or "",
            segments=self.segments or {},
        )


class ResponsesIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many responses in one call; each is judged by itself."""

    responses: list[ResponseIn]


class AnswerOut(msgspec.Struct, frozen=True):
    question: int
    value: Value


class ResponseOut(msgspec.Struct, frozen=True):
    """One response as it is kept, without a name. `day` is on the workspace's clock."""

    id: UUID
    external_id: str | None
    answered_at: datetime
    day: str
    touchpoint: int | None
    segments: list[str]
    via: str
    answers: list[AnswerOut]

    @classmethod
    def of(cls, row: Response) -> "ResponseOut":
        return cls(
            id=row.pk,
            external_id=row.external_id,
            answered_at=row.answered_at,
            day=row.day.isoformat(),
            touchpoint=row.touchpoint_id,
            segments=row.segments,
            via=row.via,
            answers=[AnswerOut(int(key), value) for key, value in row.answers.items()],
        )


class ResponsesOut(msgspec.Struct, frozen=True):
    results: list[ResponseOut]
    next: str | None
    previous: str | None


class Created(msgspec.Struct, frozen=True):
    id: UUID


class ItemError(msgspec.Struct, frozen=True):
    """What is wrong with the item at `index`; the pointer leads into that item."""

    index: int
    pointer: str
    detail: str


class ItemResult(msgspec.Struct, frozen=True):
    index: int
    id: UUID


class OutcomeOut(msgspec.Struct, frozen=True):
    accepted: int
    duplicates: int
    errors: list[ItemError]
    results: list[ItemResult]

    @classmethod
    def of(cls, outcome: Outcome) -> "OutcomeOut":
        return cls(
            accepted=outcome.accepted,
            duplicates=outcome.duplicates,
            errors=[
                ItemError(found.index, pointer(found.fault.path), found.fault.detail)
                for found in outcome.faults
            ],
            results=[ItemResult(index, pk) for index, pk in sorted(outcome.ids.items())],
        )


class BadShape(Exception):
    """JSON that is not what was asked for, and where."""

    def __init__(self, error: msgspec.ValidationError) -> None:
        super().__init__(str(error))
        self.fault = _fault(error)


_ONE = msgspec.json.Decoder(ResponseIn)
_MANY = msgspec.json.Decoder(ResponsesIn)
_HOLDS_MANY = re.compile(rb'\s*\{\s*"responses"\s*:')


def holds_many(body: bytes) -> bool:
    """Tell whether a body is that of a call with many responses."""
    return _HOLDS_MANY.match(body) is not None


def one_response(body: bytes) -> Given:
    """Read the body of one response. Raises BadShape, and Problem 400 when it is no JSON."""
    try:
        return _ONE.decode(body).given()
    except msgspec.ValidationError as error:
        raise BadShape(error) from error
    except (msgspec.DecodeError, ValueError, RecursionError):
        # It stops at half characters (\ud800) too, which the check of answers explains.
        return _converted(_json(body)).given()


def many_responses(body: bytes) -> tuple[list[tuple[int, Given]], list[tuple[int, Fault]]]:
    """Read a body of many: those of good shape with their index, and what is wrong with others.

    Raises BadShape when the body as a whole is not a list of responses.
    """
    try:
        return [(i, one.given()) for i, one in enumerate(_MANY.decode(body).responses)], []
    except (msgspec.DecodeError, ValueError, RecursionError):
        found = _convert(_json(body), _Items).responses
    good: list[tuple[int, Given]] = []
    bad: list[tuple[int, Fault]] = []
    for index, item in enumerate(found):
        try:
            good.append((index, _converted(item).given()))
        except BadShape as error:
            bad.append((index, error.fault))
    return good, bad


class _Items(msgspec.Struct, forbid_unknown_fields=True):
    responses: list[Any]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"The body is not valid JSON: {error}") from error


def _converted(found: Any) -> ResponseIn:
    return _convert(found, ResponseIn)


def _convert(found: Any, kind: type[Body]) -> Body:
    try:
        return msgspec.convert(found, type=kind)
    except msgspec.ValidationError as error:
        raise BadShape(error) from error


def _fault(error: msgspec.ValidationError) -> Fault:
    """Turn “Expected … - at `$.answers[0].value`” into a pointer and its detail."""
    detail, at, path = str(error).rpartition(" - at `$")
    steps = path.rstrip("`").replace("[", ".").replace("]", "").split(".") if at else []
    return Fault(tuple(step for step in steps if step), detail if at else str(error))


def encode(body: Any) -> bytes:
    """Write a reply."""
    return msgspec.json.encode(body)


# --- for the API's description ----------------------------------------------------------------

_REF = "#/components/schemas/{name}"
_KINDS = (ResponseIn, ResponsesIn, ResponseOut, ResponsesOut, Created, OutcomeOut)


def schema_of(*kinds: type[msgspec.Struct]) -> dict[str, Any]:
    """Refer to the schema of a body, or of one of several."""
    refs = [{"$ref": _REF.format(name=kind.__name__)} for kind in kinds]
    return refs[0] if len(refs) == 1 else {"oneOf": refs}


def add_schemas(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the bodies' schemas to the OpenAPI document (a hook of drf-spectacular)."""
    _schemas, components = msgspec.json.schema_components(_KINDS, ref_template=_REF)
    result["components"]["schemas"].update(components)
    return result

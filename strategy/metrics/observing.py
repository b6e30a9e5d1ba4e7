"""Numbers that no survey asked for: recorded by hand, over REST or by an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from cxplanner.base.refusals import Refused
from cxplanner.events.services import record
from strategy.metrics.definitions import SCORES
from strategy.metrics.models import Kind, Metric, Observation
from strategy.metrics.observed import SOURCE, append_observed
from strategy.metrics.pending import ask_recount
from strategy.plans.segments import sorted_into

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
MOST_AHEAD = timedelta(minutes=5)
LONGEST = Decimal(1_000_000_000)  # seconds: three decades
GREATEST_COUNT = 10**12

_FIGURES = ("value", "milliseconds", "numerator", "denominator")
_CONTENT = ("observed_at", "touchpoint_id", "segment", *_FIGURES)
_UNCHECKED = ["id", "workspace", "metric", "touchpoint", "by", "day"]


class ObservationConflict(Refused):
    """The external id is known, with other content."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What was observed, by the metric's kind: `seconds`, `numerator` of `denominator`, `value`.

    Scores take a whole `value` on their scale. `segment` as typed: `LT` or `country=LT`.
    """

    observed_at: datetime
    value: Decimal | None = None
    seconds: Decimal | None = None
    numerator: Decimal | None = None
    denominator: int | None = None
    touchpoint_id: int | None = None
    segment: str = ""
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one observation of many: a row, new or known before, or an error."""

    observation: Observation | None = None
    is_new: bool = False
    error: ValidationError | ObservationConflict | None = None


def record_observation(
    metric: Metric, observed: Observed, *, by: Membership | None
) -> tuple[Observation, bool]:
    """Record one observation; the same one again is the first row, and not new.

    Raises ValidationError, and ObservationConflict for a known external id with other content.
    """
    [outcome] = record_observations(metric, [observed], by=by)
    if outcome.observation is None:
        raise outcome.error or AssertionError("an outcome is a row or an error")
    return outcome.observation, outcome.is_new


def record_observations(
    metric: Metric, many: Sequence[Observed], *, by: Membership | None
) -> list[Outcome]:
    """Record the sound ones of many observations, and say of each what became of it."""
    try:
        with transaction.atomic():
            return _record(metric, many, by)
    except IntegrityError:  # another call wrote one of the external ids meanwhile: now it is known
        with transaction.atomic():
            return _record(metric, many, by)


def _record(metric: Metric, many: Sequence[Observed], by: Membership | None) -> list[Outcome]:
    known: dict[str | None, Observation] = {
        row.external_id: row
        for row in Observation.objects.filter(
            metric=metric, external_id__in={one.external_id for one in many if one.external_id}
        )
    }
    touchpoints = set(metric.plan.touchpoints.values_list("pk", flat=True))
    outcomes: list[Outcome] = []
    for observed in many:
        row = Observation(metric=metric, by=by, external_id=observed.external_id)
        try:
            _fill(row, observed, touchpoints)
            outcomes.append(_outcome(row, known.get(observed.external_id)))
        except (ValidationError, ObservationConflict) as error:
            outcomes.append(Outcome(error=error))
        else:
            if observed.external_id is not None:
                known.setdefault(observed.external_id, row)
    fresh = [one.observation for one in outcomes if one.is_new and one.observation]
    # One order for all calls: two that overlap wait for each other, and never deadlock.
    Observation.objects.bulk_create(sorted(fresh, key=lambda row: row.external_id or ""))
    if fresh:
        append_observed([row.pk for row in fresh])
    return outcomes


def _outcome(row: Observation, first: Observation | None) -> Outcome:
    if first is None:
        return Outcome(row, is_new=True)
    if any(getattr(row, name) != getattr(first, name) for name in _CONTENT):
        raise ObservationConflict(_("This external id is known, with another content."))
    return Outcome(first)


@transaction.atomic
def change_observation(
    observation: Observation, observed: Observed, *, by: Membership
) -> Observation:
    """Replace what was observed; its days are counted again. Raises ValidationError."""
    row = Observation.objects.select_for_update(of=("self",)).get(pk=observation.pk)
    before = row.day
    _fill(row, observed, set(row.metric.plan.touchpoints.values_list("pk", flat=True)))
    row.external_id = observed.external_id
    row.validate_constraints(exclude={"workspace"})
    row.save()
    ask_recount(SOURCE, {before, row.day})
    record("observation.changed", _ref(row), by=by, metric=row.metric_id, day=row.day)
    return row


@transaction.atomic
def delete_observation(observation: Observation, *, by: Membership) -> None:
    """Delete an observation; its day is counted again."""
    ask_recount(SOURCE, [observation.day])
    record(
        "observation.deleted",
        _ref(observation),
        by=by,
        metric=observation.metric_id,
        day=observation.day,
    )
    observation.delete()


def _ref(observation: Observation) -> Ref:
    return Ref("observation", observation.pk)


# --- what an observation may hold -----------------------------------------------------------


def _fill(row: Observation, observed: Observed, touchpoints: set[int]) -> None:
    """Put what was observed into a row. Raises ValidationError, pointing at its fields."""
    metric = row.metric
    faults = _faults(metric, observed, touchpoints)
    if faults:
        raise ValidationError(faults)
    row.observed_at = observed.observed_at
    row.day = observed.observed_at.astimezone(metric.workspace.zone).date()
    row.touchpoint_id = observed.touchpoint_id
    row.segment = sorted_into(metric.plan.segments, observed.segment)
    row.value = observed.value
    row.milliseconds = None if observed.seconds is None else _milliseconds(observed.seconds)
    row.numerator = observed.numerator
    row.denominator = observed.denominator
    row.clean_fields(exclude=_UNCHECKED)


def _milliseconds(seconds: Decimal) -> int:
    return int((seconds * 1000).to_integral_value(ROUND_HALF_EVEN))


def _faults(metric: Metric, observed: Observed, touchpoints: set[int]) -> dict[str, Any]:
    faults: dict[str, Any] = {}
    if timezone.is_naive(observed.observed_at):
        faults["observed_at"] = _("A time carries its offset, as 2026-06-01T12:00:00+02:00.")
    elif not EARLIEST <= observed.observed_at <= timezone.now() + MOST_AHEAD:
        faults["observed_at"] = _("From the year 2000 to now, five minutes ahead at most.")
    if observed.touchpoint_id is not None and observed.touchpoint_id not in touchpoints:
        faults["touchpoint"] = _("The metric's plan has no such touchpoint.")
    return faults | _faults_of_figures(metric, observed)


def _faults_of_figures(metric: Metric, observed: Observed) -> dict[str, Any]:
    wanted = {Kind.DURATION: ("seconds",), Kind.RATIO: ("numerator", "denominator")}
    fields = wanted.get(Kind(metric.kind), ("value",))
    faults: dict[str, Any] = {}
    for name in ("value", "seconds", "numerator", "denominator"):
        given = getattr(observed, name)
        if given is None and name in fields:
            faults[name] = _("This metric needs it.")
        elif given is not None and name not in fields:
            faults[name] = _("This metric does not take it.")
        elif isinstance(given, Decimal) and not given.is_finite():
            faults[name] = _("Enter a number.")
    return faults or _faults_of_amounts(metric, observed)


def _faults_of_amounts(metric: Metric, observed: Observed) -> dict[str, Any]:
    if observed.seconds is not None and not 0 <= observed.seconds <= LONGEST:
        return {"seconds": _("From 0 to %(most)s seconds.") % {"most": f"{LONGEST:,}"}}
    if observed.denominator is not None and not 1 <= observed.denominator <= GREATEST_COUNT:
        return {"denominator": _("Of 1 or more; of nothing there is no share.")}
    if observed.numerator is not None and observed.numerator < 0:
        return {"numerator": _("Enter 0 or more.")}
    if metric.kind in SCORES and observed.value is not None:
        low, high = metric.scale_min or 0, metric.scale_max or 0
        if not low <= observed.value <= high or observed.value % 1:
            text = _("A whole number from %(low)d to %(high)d.")
            return {"value": text % {"low": low, "high": high}}
    return {}

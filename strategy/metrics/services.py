"""Everything a person can do with a metric and its definition."""

from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.deletion import delete_for_good, what_goes
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.services import record
from strategy.metrics import definitions
from strategy.metrics.models import Metric, MetricVersion, Observation, Pending, Tally
from strategy.metrics.observed import SOURCE
from strategy.metrics.pending import ask_recount_of_metric, ask_recount_twice, ask_refresh
from strategy.plans.models import Plan
from strategy.plans.services import bump_pulse

_READ_BY = {*definitions.DEFINING, "higher_is_better", "window_days", "combine"}


class DefinitionInUse(Refused):
    """A metric with answers is redefined from a day on, never changed for the days before."""


class MetricInUse(Refused):
    """A goal, question or tactic still uses the metric."""


class DefinitionFields(TypedDict, total=False):
    """What decides how answers are read; scores on the scale, both ends included."""

    scale_min: int | None
    scale_max: int | None
    method: str
    top_box_from: int | None
    bottom_box_to: int | None


class MetricFields(DefinitionFields, total=False):
    """What people say of a metric; the window in days, money in `value_currency`."""

    plan: Plan
    name: str
    kind: str
    unit: str
    higher_is_better: bool
    window_days: int
    combine: str
    description: str
    benchmark_value: Decimal | None
    benchmark_source: str
    benchmark_on: date | None
    value_per_point: Decimal | None
    value_currency: str
    value_basis: str


@transaction.atomic
def create_metric(*, by: Membership | None, **fields: Unpack[MetricFields]) -> Metric:
    """Make a metric; what is not said of its definition is the usual of its kind.

    Raises ValidationError where it could not be read, as NPS from 1 to 10.
    """
    metric = Metric(**definitions.completed(fields))
    definitions.check(metric)
    definitions.spell_out(metric)
    kept(metric)
    kept(MetricVersion(metric=metric, number=1, **_definition(metric)))
    record("metric.created", metric.ref, by=by, name=metric.name, kind=metric.kind)
    bump_pulse(metric.plan_id)
    return metric


@transaction.atomic
def change_metric(
    metric: Metric,
    *,
    by: Membership,
    expected_version: int | None = None,
    **fields: Unpack[MetricFields],
) -> Metric:
    """Change a metric. Raises Stale, ValidationError, DefinitionInUse."""
    metric = locked(metric, expected_version=expected_version)
    if fields.get("plan", metric.plan) != metric.plan:
        raise ValidationError({"plan": _("A metric stays in its plan.")})
    wanted = {name for name, value in fields.items() if value != getattr(metric, name)}
    refuse_redefinition(metric, wanted)
    changes = assign(metric, {**fields})
    definitions.check(metric)
    if changes:
        record("metric.changed", metric.ref, by=by, fields=changes)
        follow_up(metric, set(changes))
    return metric


def follow_up(metric: Metric, changed: set[str]) -> None:
    """Carry changed columns of a metric to its newest definition, its goals and its pages."""
    if not changed.isdisjoint(definitions.DEFINING):
        newest = metric.versions.filter(number=metric.definition_version)
        newest.update(**_definition(metric))
    if _READ_BY & changed:
        ask_refresh([metric.pk])
    bump_pulse(metric.plan_id)


def refuse_redefinition(metric: Metric, changed: set[str]) -> None:
    """Refuse a change that gives the answers so far another meaning. Raises DefinitionInUse."""
    fixed = {"kind", "combine", *definitions.DEFINING}
    if metric.kind in definitions.SCORES:
        fixed.add("higher_is_better")  # it decides at which end of the scale the top box lies
    if not fixed.isdisjoint(changed) and is_in_use(metric):
        raise DefinitionInUse(
            _("The metric has answers. Redefine it from a day on: earlier days keep theirs.")
        )


@transaction.atomic
def redefine_metric(
    metric: Metric,
    *,
    by: Membership,
    from_day: date,
    expected_version: int | None = None,
    **definition: Unpack[DefinitionFields],
) -> Metric:
    """Read a metric in another way from a day on; the days before keep their definition.

    Windows across the cut are not pooled, and goals with an older baseline have no data until it
    is taken again. Without answers yet the definition simply changes. Raises Stale and
    ValidationError.
    """
    metric = locked(metric, expected_version=expected_version)
    newest = metric.versions.latest("number")
    if newest.from_day is not None and from_day <= newest.from_day:
        raise ValidationError(
            {"from_day": _("The metric was redefined from %(day)s on. Choose a later day.")
             % {"day": newest.from_day.isoformat()}}
        )  # fmt: skip
    before = _definition(metric)
    for name, value in definition.items():
        setattr(metric, name, value)
    definitions.check(metric)
    definitions.spell_out(metric)
    after = _definition(metric)
    if after == before:
        return metric
    if is_in_use(metric):
        metric.definition_version += 1
        number = metric.definition_version
        kept(MetricVersion(metric=metric, number=number, from_day=from_day, **after))
    else:
        metric.versions.filter(pk=newest.pk).update(**after)
    metric.edit(expected_version=None)
    kept(metric)
    version = metric.definition_version
    record("metric.redefined", metric.ref, by=by, version=version, from_day=from_day)
    ask_refresh([metric.pk])
    return metric


@transaction.atomic
def archive_metric(
    metric: Metric, *, by: Membership, expected_version: int | None = None
) -> Metric:
    """Hide a metric; its answers stay and its goals are still read."""
    metric = locked(metric, expected_version=expected_version)
    if assign(metric, {"archived_at": metric.archived_at or timezone.now()}):
        record("metric.archived", metric.ref, by=by, name=metric.name)
        bump_pulse(metric.plan_id)
    return metric


@transaction.atomic
def restore_metric(metric: Metric, *, by: Membership) -> Metric:
    """Show an archived metric again."""
    metric = locked(metric)
    if assign(metric, {"archived_at": None}):
        record("metric.restored", metric.ref, by=by, name=metric.name)
        bump_pulse(metric.plan_id)
    return metric


@transaction.atomic
def delete_metric(metric: Metric, *, by: Membership) -> dict[str, int]:
    """Delete a metric for good with its observations and cells; return how many rows went.

    Raises MetricInUse while a goal, question or tactic uses it.
    """
    metric = locked(metric)
    try:
        gone = what_goes(metric)
    except RestrictedError as error:
        users = sorted({str(row._meta.verbose_name) for row in error.restricted_objects})
        raise MetricInUse(_("Still used by: %(users)s.") % {"users": ", ".join(users)}) from error
    # An add under way may bring a cell back; the second recount takes it away.
    ask_recount_of_metric(metric.pk)
    ask_recount_twice(SOURCE, metric.observations.values_list("day", flat=True))
    record("metric.deleted", metric.ref, by=by, name=metric.name, gone=gone)
    bump_pulse(metric.plan_id)
    delete_for_good(metric)
    return gone


def is_in_use(metric: Metric) -> bool:
    """Tell whether anything was ever counted, or waits to be, for this metric."""
    return (
        Observation.objects.filter(metric=metric).exists()
        or Tally.objects.filter(metric=metric).exists()
        or Pending.objects.filter(metric_id=metric.pk, bucket__isnull=False).exists()
    )


def _definition(metric: Metric) -> dict[str, Any]:
    return {name: getattr(metric, name) for name in definitions.DEFINING}

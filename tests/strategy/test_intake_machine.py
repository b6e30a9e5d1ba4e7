"""Whatever people do in whatever order, after a run the cells are what the raw rows make."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from cxplanner.base.tenancy import workspace_scope
from strategy import intake
from strategy.metrics.models import Pending
from strategy.metrics.observing import (
    Observed,
    change_observation,
    delete_observation,
    record_observation,
    record_observations,
)
from strategy.metrics.pending import ask_recount, ask_recount_of_metric
from tests import factories
from tests.strategy.counting import cells_in_tally, cells_of_raw

DAYS = st.sampled_from([datetime(2026, 6, day, 12, tzinfo=UTC) for day in (1, 2)])
AMOUNTS = st.decimals(-(10**14) + 1, 10**14 - 1, places=4)
FIGURES = {
    "nps": st.integers(0, 10).map(lambda score: {"value": Decimal(score)}),
    "duration": st.integers(0, 10**12).map(lambda ms: {"seconds": Decimal(ms) / 1000}),
    "ratio": st.tuples(st.integers(0, 9), st.integers(1, 9)).map(
        lambda both: {"numerator": Decimal(both[0]), "denominator": both[1]}
    ),
    "value": AMOUNTS.map(lambda value: {"value": value}),
}


class Numbers(RuleBasedStateMachine):
    rows: "Bundle" = Bundle("rows")

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic._from_testcase = True  # type: ignore[attr-defined]  # as TestCase does: the runner wants the outermost one
        self.atomic.__enter__()
        workspace = factories.workspace()
        self.scope = workspace_scope(workspace.pk)
        self.scope.__enter__()
        self.workspace_id = workspace.pk
        self.member = factories.member(workspace)
        plan = factories.plan()
        self.metrics = {kind: factories.metric(plan=plan, kind=kind) for kind in FIGURES}
        self.touchpoints = [None, factories.touchpoint(plan=plan).pk]
        self.is_counted = True

    def observed(self, data, kind):
        return Observed(
            observed_at=data.draw(DAYS),
            touchpoint_id=data.draw(st.sampled_from(self.touchpoints)),
            segment=data.draw(st.sampled_from(["", "a", "b"])),
            external_id=data.draw(st.sampled_from([None, None, *"uvwxyz"])),
            **data.draw(FIGURES[kind]),
        )

    @rule(target=rows, data=st.data(), kind=st.sampled_from(sorted(FIGURES)))
    def record(self, data, kind):
        self.is_counted = False
        observed = self.observed(data, kind)
        many = [observed] * data.draw(st.integers(1, 2))
        [first, *_again] = record_observations(self.metrics[kind], many, by=None)
        return first.observation

    @rule(row=rows, data=st.data())
    def change(self, row, data):
        if row is None or row.pk is None or row.external_id is not None:
            return
        self.is_counted = False
        observed = self.observed(data, row.metric.kind)
        change_observation(
            row, Observed(**{**_fields(observed), "external_id": None}), by=self.member
        )

    @rule(row=consumes(rows))
    def delete(self, row):
        if row is None or not type(row).objects.filter(pk=row.pk).exists():
            return
        self.is_counted = False
        delete_observation(row, by=self.member)

    @rule(kind=st.sampled_from(sorted(FIGURES)))
    def recount(self, kind):
        self.is_counted = False
        ask_recount_of_metric(self.metrics[kind].pk)
        ask_recount("observations", [datetime(2026, 6, 1, tzinfo=UTC).date()])

    @rule()
    def run(self):
        intake.drain(self.workspace_id)
        self.is_counted = True

    @invariant()
    def cells_are_what_raw_rows_make(self):
        if self.is_counted:
            assert cells_in_tally() == cells_of_raw()
            assert not Pending.objects.filter(not_before=None).exists()
            assert intake.check(self.workspace_id) == []

    def teardown(self):
        self.scope.__exit__(None, None, None)
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def _fields(observed):
    return {name: getattr(observed, name) for name in Observed.__dataclass_fields__}


@pytest.mark.django_db
def test_cells_are_what_raw_rows_make_after_any_acts():
    run_state_machine_as_test(
        Numbers,
        settings=settings(max_examples=15, stateful_step_count=15, deadline=None),
    )


@pytest.mark.django_db
def test_a_duration_falls_into_one_bucket_whether_added_or_counted_again_or_read(scope):
    metric = factories.metric(kind="duration")
    edges = {int(Decimal("1.05") ** power) + off for power in range(0, 560, 7) for off in (0, 1)}
    at = datetime(2026, 6, 1, tzinfo=UTC)
    for milliseconds in edges | {0, 1, 2, 1000}:
        seconds = Decimal(milliseconds) / 1000
        record_observation(metric, Observed(observed_at=at, seconds=seconds), by=None)
    intake.run(scope.pk)
    assert cells_in_tally() == cells_of_raw()
    intake.rebuild(scope.pk)
    assert cells_in_tally() == cells_of_raw()

"""Another workspace's rows are out of reach by every door."""

import pytest
from django.db.models import Count

from cxplanner.base.history import versions_of
from cxplanner.base.tenancy import NoWorkspace, workspace_scope
from strategy.models import Goal, Metric, Plan
from tests import factories

DOORS = {
    "list": lambda: list(Plan.objects.all()),
    "exists": lambda: Plan.objects.exists(),
    "exclude exists": lambda: Plan.objects.exclude(name="x").exists(),
    "count": lambda: Plan.objects.count(),
    "contains": lambda: Plan.objects.contains(Plan(pk=1)),
    "in_bulk": lambda: Plan.objects.in_bulk([1]),
    "update": lambda: Plan.objects.update(name="x"),
    "delete": lambda: Plan.objects.all().delete(),
    "aggregate": lambda: Plan.objects.aggregate(n=Count("id")),
    "subquery": lambda: list(Metric.unscoped.filter(plan__in=Plan.objects.all())),
    "iterator": lambda: list(Plan.objects.iterator()),
    "explain": lambda: Plan.objects.explain(),
    "reverse": lambda: list(Plan(pk=1).metrics.all()),
    "bulk_update": lambda: Plan.objects.bulk_update([Plan(pk=1, name="x")], ["name"]),
    "values": lambda: list(Metric.objects.values("name")),
    "get_or_create": lambda: Plan.objects.get_or_create(name="x"),
    "raw create": lambda: Plan.objects.create(name="x"),
    "history": lambda: list(versions_of(Plan)),
}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_every_door_is_shut_while_no_workspace_is_active(workspace, door):
    with workspace_scope(workspace.pk):
        factories.plan()
    with pytest.raises(NoWorkspace):
        DOORS[door]()


def test_a_queryset_made_at_import_follows_the_active_workspace(db):
    plans = Plan.objects.all()
    for name in ("a", "b"):
        with workspace_scope(factories.workspace().pk):
            factories.plan(name=name)
            assert [plan.name for plan in plans.all()] == [name]


@pytest.mark.parametrize(
    "write",
    [
        lambda plan: plan.save(),
        lambda plan: plan.delete(),
        lambda plan: Plan.objects.bulk_create([Plan(name="x", workspace=plan.workspace)]),
        lambda plan: Plan.objects.create(name="x", workspace=plan.workspace),
    ],
    ids=["save", "delete", "bulk_create", "create"],
)
def test_no_row_is_written_into_another_workspace(db, write):
    with workspace_scope(factories.workspace().pk):
        theirs = factories.plan()
    with workspace_scope(factories.workspace().pk), pytest.raises(NoWorkspace):
        write(theirs)


def test_no_row_moves_to_another_workspace(scope):
    other = factories.workspace()
    factories.plan()
    with pytest.raises(NoWorkspace):
        Plan.objects.update(workspace=other)


def test_an_update_reaches_only_the_active_workspace(db):
    a, b = factories.workspace(), factories.workspace()
    for workspace in (a, b):
        with workspace_scope(workspace.pk):
            factories.plan(name="before")
    with workspace_scope(a.pk):
        Plan.objects.update(name="after")
    with workspace_scope(b.pk):
        assert Plan.objects.get().name == "before"


def test_every_version_of_a_row_is_kept_with_its_deletion(scope):
    plan = factories.plan(name="first")
    plan.name = "second"
    plan.save()
    plan.pulse.delete()
    plan.delete()
    versions = versions_of(Plan).order_by("pgh_id")
    assert [(v.pgh_label, v.name) for v in versions] == [
        ("insert", "first"),
        ("update", "second"),
        ("delete", "second"),
    ]
    assert Goal.objects.count() == 0

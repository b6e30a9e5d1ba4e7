"""Nothing is reached without saying who may: views, methods, and doors around the workspace."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from cxplanner.accounts.access import access_of
from tests.architecture.sources import attributes_in, calls_in, name_of, python_files

# Files that may go around the workspace's manager or write SQL, each with its reason.
AROUND: dict[str, dict[str, str]] = {
    "unscoped": {
        "cxplanner/base/tenancy.py": "defines it",
        "cxplanner/accounts/tokens.py": "a token names its own workspace",
        "cxplanner/events/mail/delivery.py": "finds all workspaces with mail that is due",
        "cxplanner/accounts/invitations/services.py": "an invitation names its own workspace",
        "surveys/imports/selectors.py": "finds files left alone, in all workspaces",
    },
    "cursor": {
        "strategy/metrics/observed.py": "appends what observations add, naming the workspace",
        "cxplanner/base/health.py": "asks whether the database answers",
        "strategy/intake.py": "the runner's statements name their workspace",
        "strategy/goals/refresh.py": "finds all workspaces with a new day",
        "strategy/metrics/readings.py": "joins cells and asks; names the workspace",
        "strategy/metrics/pending.py": "writes pending rows with their workspace",
        "strategy/metrics/combinations.py": "holds what the workspace wants counted",
        "strategy/metrics/matching.py": "asks the sources of the workspace",
        "strategy/metrics/recording.py": "changes cells of the workspace it is given",
        "surveys/imports/making.py": "takes the lock of one name in one plan",
        "surveys/imports/storing.py": "writes responses with their workspace",
        "surveys/imports/running.py": "takes the lock of one file, finds the days it brought in",
        "surveys/responses/recording.py": "writes responses with their workspace",
    },
    "raw": {},
    "extra": {},
}
WRITES = {
    "save",
    "create",
    "delete",
    "update_or_create",
    "get_or_create",
    "bulk_create",
    "bulk_update",
    "full_clean",
}
BORDERS = [path for path in python_files() if path.name in ("views.py", "api.py", "resources.py")]


def patterns(found: list[Any], start: str = "") -> list[tuple[str, Any]]:
    every: list[tuple[str, Any]] = []
    for one in found:
        if isinstance(one, URLResolver):
            every += patterns(one.url_patterns, start + str(one.pattern))
        elif isinstance(one, URLPattern):
            every.append((start + str(one.pattern), one.callback))
    return every


def test_every_view_says_who_may_see_it():
    every = patterns(get_resolver().url_patterns)
    assert len(every) > 20
    assert [path for path, view in every if access_of(view) is None] == []


@pytest.mark.parametrize("path", BORDERS, ids=name_of)
def test_pages_and_api_write_through_services_alone(path: Path):
    assert [(line, name) for line, name in calls_in(path) if name in WRITES] == []


@pytest.mark.parametrize("door", AROUND)
def test_doors_around_the_workspace_are_listed_with_a_reason(door: str):
    find = attributes_in if door == "unscoped" else calls_in
    users = {
        name_of(path) for path in python_files() if any(name == door for _, name in find(path))
    }
    assert users <= set(AROUND[door])


def test_htmx_is_asked_for_in_one_place():
    users = {
        name_of(path)
        for path in python_files()
        if any(name == "htmx" for _, name in attributes_in(path))
    }
    assert users <= {"cxplanner/base/htmx.py"}

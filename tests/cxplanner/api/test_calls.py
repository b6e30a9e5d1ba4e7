"""What every call to the API can count on: tokens, limits, repetition, problems, history."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from cxplanner.accounts.models import ApiToken
from cxplanner.base.history import versions_of
from cxplanner.base.models import IdempotencyKey
from cxplanner.base.tenancy import workspace_scope
from strategy.models import Plan
from tests import factories
from tests.api import Api

NEW = {"name": "Air travel", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}


def plans_of(member):
    with workspace_scope(member.workspace_id):
        return Plan.objects.count()


def only_token(**fields):
    ApiToken.unscoped.update(**fields)


@pytest.mark.parametrize(
    "header", ["Bearer cxp_wrong", "Bearer", "Bearer é", "Basic dXNlcjpwYXNz", "Bearer \x00"]
)
def test_a_wrong_token_is_401(db, header):
    api = Api(None)
    api.headers = {"Authorization": header}
    assert api.get("plans/").status_code == 401


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_token_revoked_or_expired_is_dead_at_once(api, field):
    assert api.get("plans/").status_code == 200
    only_token(**{field: timezone.now() - timedelta(seconds=1)})
    assert api.get("plans/").status_code == 401


def test_a_token_falls_with_its_members_role(cast):
    api = Api(factories.token(cast.editor))
    assert api.post("plans/", NEW).status_code == 201
    cast.editor.role = "viewer"
    cast.editor.save()
    assert api.post("plans/", NEW).status_code == 403


def test_a_session_does_not_open_the_api(cast):
    assert cast.client("owner").get("/api/v1/plans/").status_code == 401


def test_every_reply_says_what_is_left_of_the_minute(api):
    first, second = api.get("plans/"), api.get("plans/")
    left = [int(reply.headers["RateLimit-Remaining"]) for reply in (first, second)]
    assert left[0] == left[1] + 1
    assert first.headers["RateLimit-Limit"] == "6000"
    assert 0 < int(first.headers["RateLimit-Reset"]) <= 60


@override_settings(TOKEN_REQUESTS_PER_MINUTE=2)
def test_more_calls_than_allowed_are_429_and_say_when_to_come_back(api, monkeypatch):
    monkeypatch.setattr("cxplanner.base.limits.time.time", lambda: 1_000_000_000.0)
    assert [api.get("plans/").status_code for _ in range(3)] == [200, 200, 429]
    refused = api.get("plans/")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert 0 < int(refused.headers["Retry-After"]) <= 60


def test_a_repeated_call_gets_the_first_reply_and_does_nothing(api, cast):
    first = api.post("plans/", NEW, Idempotency_Key='"a-1"')
    again = api.post("plans/", NEW, Idempotency_Key="a-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert plans_of(cast.owner) == 1


def test_a_repeated_refusal_is_refused_the_same_way(api):
    replies = [api.post("plans/", {}, Idempotency_Key="a-1") for _ in range(2)]
    assert [reply.status_code for reply in replies] == [400, 400]
    assert replies[0].json() == replies[1].json()


def test_a_key_with_another_body_is_422(api, cast):
    api.post("plans/", NEW, Idempotency_Key="a-1")
    other = api.post("plans/", {**NEW, "name": "Rail"}, Idempotency_Key="a-1")
    assert other.status_code == 422
    assert plans_of(cast.owner) == 1


def test_a_key_whose_first_call_still_runs_is_409(api):
    api.post("plans/", NEW, Idempotency_Key="a-1")
    IdempotencyKey.objects.update(status=None)
    assert api.post("plans/", NEW, Idempotency_Key="a-1").status_code == 409


def test_a_key_is_the_tokens_own(api, cast):
    api.post("plans/", NEW, Idempotency_Key="a-1")
    other = Api(factories.token(cast.editor))
    assert other.post("plans/", NEW, Idempotency_Key="a-1").status_code == 201
    assert plans_of(cast.owner) == 2


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "é\x01"])
def test_a_key_that_is_none_is_400(api, key):
    assert api.post("plans/", NEW, Idempotency_Key=key).status_code == 400


@pytest.fixture
def broken(db):
    """Take a table away so that a call fails half-way; called, it puts the table back."""

    def rename(before, after):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {before} RENAME TO {after}")

    rename("strategy_cycle", "gone")
    return lambda: rename("gone", "strategy_cycle")


def test_a_call_that_failed_here_may_be_repeated_with_its_key(api, cast, broken):
    assert api.post("plans/", NEW, Idempotency_Key="a-1").status_code == 500
    broken()
    assert plans_of(cast.owner) == 0
    assert api.post("plans/", NEW, Idempotency_Key="a-1").status_code == 201


def test_a_failure_here_is_a_problem_that_tells_nothing(api, broken):
    failed = api.post("plans/", NEW)
    assert failed.headers["Content-Type"] == "application/problem+json"
    assert "strategy_cycle" not in failed.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'"text"',
        b"[" * 100_000,
        b'{"name": "\\u0000"}',
        b'{"name": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"name": NaN}',
        b'{"name": 1e999}',
        b'{"name": ' + b"9" * 5000 + b"}",
    ],
    ids=str,
)
def test_a_body_that_cannot_be_kept_is_a_400_problem(api, body):
    refused = api.post("plans/", body)
    assert refused.status_code == 400
    assert refused.headers["Content-Type"] == "application/problem+json"
    problem = json.loads(refused.content)
    assert problem["type"] == "about:blank"
    assert (problem["title"], problem["status"]) == ("Bad Request", 400)
    assert problem["detail"]


def test_each_fault_of_a_body_has_its_pointer(api):
    refused = api.post("plans/", {"name": "", "starts_on": "soon", "a/b~c": 1})
    faults = {fault["pointer"] for fault in refused.json()["errors"]}
    assert {"/name", "/starts_on", "/ends_on"} <= faults


def test_a_field_nobody_knows_is_refused_by_name(api):
    refused = api.post("plans/", {**NEW, "a/b~c": 1})
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/a~1b~0c"]


def test_another_content_type_is_415(api):
    path = "/api/v1/plans/"
    sent = api.client.post(path, NEW, content_type="text/csv", headers=api.headers)
    assert sent.status_code == 415


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
def test_too_large_a_body_is_413(api, cast):
    assert api.post("plans/", {**NEW, "brand": "x" * 100}).status_code == 413
    assert plans_of(cast.owner) == 0


def test_a_post_without_the_closing_slash_is_told_and_not_redirected(api):
    missed = api.post("plans", NEW)
    assert missed.status_code == 404
    assert "end in /" in missed.json()["detail"]


def test_history_says_who_and_through_which_token(api, cast):
    plan = api.post("plans/", NEW).json()
    api.patch(f"plans/{plan['id']}/", {"name": "Air"})
    with workspace_scope(cast.owner.workspace_id):
        versions = list(versions_of(Plan).order_by("pgh_id").select_related("pgh_context"))
    token = ApiToken.unscoped.get(membership=cast.owner)
    for version in versions:
        assert version.pgh_context.metadata["user"] == cast.owner.user_id
        assert version.pgh_context.metadata["token"] == token.pk
    assert [version.name for version in versions] == ["Air travel", "Air"]

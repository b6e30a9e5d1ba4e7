"""The API does what its OpenAPI document says, whatever is sent to it."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.serializers import Serializer
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cxplanner.base.tenancy import workspace_scope
from cxplanner.wsgi import application
from tests import factories

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OURS = ("cxplanner.", "strategy.", "surveys.")
generator: Any = SchemaGenerator
DOCUMENT = generator().get_schema(request=None, public=True)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = application
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]


def every_serializer(above=Serializer):
    for one in above.__subclasses__():
        yield one
        yield from every_serializer(one)


def test_no_two_bodies_share_a_name_as_one_would_be_documented_as_the_other():
    own = {one for one in every_serializer() if one.__module__.startswith(OURS)}
    names = Counter(one.__name__ for one in own)
    assert len(names) > 50
    assert [name for name, count in names.items() if count > 1] == []


@pytest.fixture
def rows(cast):
    """A row of each kind that a path may name, by the name of its path parameter or resource."""
    with workspace_scope(cast.owner.workspace_id):
        metric = factories.metric()
        cycle = factories.cycle(plan=metric.plan)
        tactic = factories.tactic(cycle=cycle)
        return {
            "plans": metric.plan_id,
            "cycles": cycle.pk,
            "metrics": metric.pk,
            "goals": factories.goal(cycle=cycle, metric=metric, baseline=20, target=40).pk,
            "touchpoints": factories.touchpoint(plan=metric.plan).pk,
            "surveys": factories.survey(plan=metric.plan).pk,
            "audits": factories.audit(touchpoint=factories.touchpoint(plan=metric.plan)).pk,
            "evidence": factories.evidence(about=metric.ref).pk,
            "imports": factories.answerimport(survey=factories.survey(plan=metric.plan)).pk,
            "swot": factories.swotentry(plan=metric.plan).pk,
            "personas": factories.persona(plan=metric.plan).pk,
            "persona-statements": factories.personastatement().pk,
            "tactics": tactic.pk,
            "tactic-steps": factories.tacticstep(tactic=tactic).pk,
            "members": cast.editor.pk,
            "comments": factories.comment(metric.ref).pk,
            "events": factories.event().pk,
            "notifications": factories.notification().pk,
        }


@pytest.fixture(autouse=True)
def in_one_transaction():
    """Keep the test's connection open between calls, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(
    ("path", "method"), OPERATIONS, ids=[f"{method} {path}" for path, method in OPERATIONS]
)
def test_every_operation_answers_as_its_document_says(cast, rows, path, method):
    headers = {"Authorization": f"Bearer {factories.token(cast.owner)}", "Host": "testserver"}

    operation = SCHEMA[path][method]
    valid, wrong = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(
        max_examples=10,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=valid | wrong, known=st.booleans())
    def calls(case, known):
        resource = path.split("/")[3]
        if known and resource in rows:
            names = [name for name in case.path_parameters if name in ("id", resource[:-1])]
            case.path_parameters |= dict.fromkeys(names, rows[resource])
        if known and isinstance(case.body, dict):
            plurals = {name: rows.get(f"{name}s") for name in case.body}
            case.body |= {name: pk for name, pk in plurals.items() if pk}
        case.call_and_validate(headers=headers, checks=CHECKS)

    calls()

"""What the reference tells an integrator, so that nobody has to guess."""

import re

import pytest
from drf_spectacular.generators import SchemaGenerator

from cxplanner.base.tenancy import workspace_scope
from tests import factories

DOCUMENT = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
STEPS = ("touchpoints", "audits", "evidence", "swot", "personas", "journeys", "plans")


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_operation_says_in_a_line_what_it_does(path, method, operation):
    assert len(operation["summary"]) > 5
    assert not operation["summary"].endswith(".")


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_parameter_is_explained_in_words_of_the_product(path, method, operation):
    for one in operation.get("parameters", []):
        assert one.get("description"), one["name"]
        assert "unique integer value" not in one["description"]


def test_what_may_come_too_late_takes_the_version_and_says_412():
    posts = {
        (path, "412" in operation["responses"])
        for path, methods in DOCUMENT["paths"].items()
        if (operation := methods.get("post"))
        and any(one["name"] == "If-Match" for one in operation["parameters"])
    }
    assert len(posts) > 15
    assert all(says_so for _path, says_so in posts)
    assert {path for path, _ in posts} >= {
        "/api/v1/touchpoints/{id}/move/",
        "/api/v1/evidence/{id}/verify/",
        "/api/v1/audits/{audit}/history/{pgh_id}/restore/",
    }


@pytest.mark.parametrize("resource", STEPS)
def test_whoever_reads_or_writes_one_thing_is_told_of_its_version(resource):
    one = DOCUMENT["paths"][f"/api/v1/{resource}/{{id}}/"]
    for method in ("get", "put", "patch"):
        assert "ETag" in one[method]["responses"]["200"]["headers"]


def test_names_of_schemas_are_words():
    assert [name for name in DOCUMENT["components"]["schemas"] if re.search(r"\d", name)] == []


def test_the_document_begins_with_what_all_calls_share():
    for word in ("Bearer", "If-Match", "Idempotency-Key", "updated_since", "kind:id", "pointer"):
        assert word in DOCUMENT["info"]["description"]


def test_a_checklist_names_its_items():
    items = DOCUMENT["components"]["schemas"]["Audit"]["properties"]["checklist"]["properties"]
    assert {"sight", "taste", "colour", "tracking"} <= set(items)


def test_no_link_is_a_link_too():
    link = DOCUMENT["components"]["schemas"]["Evidence"]["properties"]["link"]
    assert link["type"] == "string"
    assert "oneOf" not in link


MADE = ["touchpoints", "audits", "evidence", "swot/none", "personas", "persona-statements"]
MADE += ["journeys", "journey-steps", "journey-cards", "swot", "plans"]


@pytest.fixture
def ids(cast):
    """The caller's own rows, for the ids of the examples."""
    with workspace_scope(cast.owner.workspace_id):
        plan = factories.plan(segments={"travel": ["business"]})
        journey = factories.journey(plan=plan)
        rows = {
            "plan": plan,
            "touchpoint": factories.touchpoint(plan=plan),
            "persona": factories.persona(plan=plan),
            "journey": journey,
            "step": factories.journeystep(journey=journey),
        }
    return {name: row.pk for name, row in rows.items()}


def owned(value, ids, name=""):
    """Put the caller's ids where the example has the id 1."""
    if isinstance(value, dict):
        return {key: owned(one, ids, key) for key, one in value.items()}
    if isinstance(value, list):
        return [owned(one, ids, name.removesuffix("s")) for one in value]
    if value == "touchpoint:1":
        return f"touchpoint:{ids['touchpoint']}"
    return ids[name] if name in ids and value == 1 else value


@pytest.mark.parametrize("resource", MADE)
def test_the_example_of_a_body_makes_what_it_shows(api, ids, resource):
    content = DOCUMENT["paths"][f"/api/v1/{resource}/"]["post"]["requestBody"]["content"]
    [shown] = content["application/json"]["examples"].values()
    made = api.post(f"{resource}/", owned(shown["value"], ids))
    assert made.status_code == 201, made.json()

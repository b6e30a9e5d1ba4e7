"""What the reference tells an integrator, so that nobody has to guess."""

import re

import pytest
from drf_spectacular.generators import SchemaGenerator

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

"""The frame of the API: who calls, what is described, and errors outside views."""

import pytest

from tests.api import Api


def test_me_names_member_workspace_and_scopes(api, cast):
    me = api.get("me/").json()
    assert me["email"] == cast.owner.user.email
    assert me["role"] == "owner"
    assert me["workspace"]["slug"] == cast.owner.workspace.slug
    assert set(me["scopes"]) == {"read", "write", "answers", "admin"}


def test_members_are_those_of_the_workspace(api, cast):
    listed = api.get("members/").json()
    assert {row["email"] for row in listed["results"]} == {
        member.user.email for member in (cast.owner, cast.editor, cast.reviewer, cast.viewer)
    }
    assert listed["next"] is None


def test_a_member_of_another_workspace_is_not_found(api, cast):
    assert api.get(f"members/{cast.stranger.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["nothing/", "members", "members/99999999999999999999999/"])
def test_an_unknown_path_is_a_problem(api, path):
    response = api.get(path)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_a_method_a_resource_lacks_is_405_and_names_those_it_has(api):
    response = api.delete("me/")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.json()["status"] == 405


def test_no_token_is_401_with_a_challenge(db):
    response = Api(None).get("me/")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_document_is_open_and_states_its_security(db):
    document = Api(None).get("openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    responses = document["paths"]["/api/v1/members/"]["get"]["responses"]
    assert {"200", "400", "401", "403", "429"} <= set(responses)
    assert "Problem" in responses["401"]["content"]["application/problem+json"]["schema"]["$ref"]


def test_docs_load_no_script_from_elsewhere(db):
    response = Api(None).get("docs/")
    assert response.status_code == 200
    assert "https://" not in response.content.decode()
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "query", ["cursor=x", "cursor=cD1hYmM=", "page_size=0", "page_size=x", "cursor=é"]
)
def test_garbage_in_paging_is_400(api, query):
    assert api.get(f"members/?{query}").status_code == 400


def test_paging_walks_over_all_rows_and_back(api):
    first = api.get("members/?page_size=3").json()
    second = api.get(first["next"]).json()
    assert [len(page["results"]) for page in (first, second)] == [3, 1]
    assert second["next"] is None
    assert api.get(second["previous"]).json()["results"] == first["results"]

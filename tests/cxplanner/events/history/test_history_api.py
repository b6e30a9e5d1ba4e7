"""History, restore and undo over REST, below every resource whose history is kept."""

import pytest

from cxplanner.accounts.roles import Scope
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.api import Api


@pytest.fixture
def goal(api, cast):
    """A goal made and changed over REST, as its own document."""
    with workspace_scope(cast.owner.workspace_id):
        cycle = factories.cycle()
    body = {"cycle": cycle.pk, "statement": "Seats", "starts_on": "2026-01-01"}
    made = api.post("goals/", body | {"due_on": "2026-12-01"}).json()
    api.patch(f"goals/{made['id']}/", {"statement": "Better seats", "target": "40"})
    return made


def test_a_history_tells_each_act_with_values_and_words(api, cast, goal):
    page = api.get(f"goals/{goal['id']}/history/").json()
    changed, made = page["results"]
    assert (made["what"], made["version"], made["changes"]) == ("made", 1, [])
    assert (changed["what"], changed["version"]) == ("changed", 2)
    assert changed["who"]["name"] == str(cast.owner)
    assert changed["who"]["token"] == "test"
    assert changed["who"]["words"] == f"{cast.owner}, by the token “test”"
    fields = {one["field"]: one for one in changed["changes"]}
    assert (fields["statement"]["before"], fields["statement"]["after"]) == (
        "Seats",
        "Better seats",
    )
    assert (fields["target"]["before"], fields["target"]["after"]) == (None, "40.0000")
    assert (fields["target"]["was"], fields["target"]["now"]) == ("none", "40")


def test_a_history_is_paged_by_cursor(api, goal):
    first = api.get(f"goals/{goal['id']}/history/?page_size=1").json()
    second = api.get(first["next"]).json()
    assert [one["what"] for one in first["results"] + second["results"]] == ["changed", "made"]
    assert first["results"][0]["changes"]


def test_a_version_is_restored_and_if_match_is_obeyed(api, goal):
    path = f"goals/{goal['id']}/history/"
    oldest = api.get(path).json()["results"][-1]["id"]
    stale = api.post(f"{path}{oldest}/restore/", {}, If_Match=f'"goal-{goal["id"]}-1"')
    assert (stale.status_code, stale.json()["current_version"]) == (412, 2)
    done = api.post(f"{path}{oldest}/restore/", {}, If_Match=f'"goal-{goal["id"]}-2"')
    assert (done.status_code, done.json()["what"]) == (200, "returned")
    assert done.headers["ETag"] == f'"goal-{goal["id"]}-3"'
    assert api.get(f"goals/{goal['id']}/").json()["statement"] == "Seats"


def test_an_act_is_undone_and_done_again(api, goal):
    undone = api.post("undo/", {})
    assert undone.status_code == 200, undone.json()
    told = undone.json()
    assert (told["what"], told["rows"]) == (
        "goal.changed",
        [{"kind": "goal", "id": goal["id"], "version": 3}],
    )
    assert api.get(f"goals/{goal['id']}/").json()["statement"] == "Seats"
    again = api.post("undo/", {"act": told["act"]})
    assert again.json()["rows"][0]["version"] == 4
    assert api.get(f"goals/{goal['id']}/").json()["statement"] == "Better seats"
    assert api.post("undo/", {"act": told["act"]}).status_code == 409


def test_a_token_takes_back_its_own_acts_alone(api, cast, goal):
    other = Api(factories.token(cast.owner, Scope.WRITE))
    nothing = other.post("undo/", {})
    assert (nothing.status_code, nothing.json()["detail"]) == (
        409,
        "There is nothing of this token to take back.",
    )


def test_somebody_elses_change_is_named(api, cast, goal):
    Api(factories.token(cast.editor)).patch(f"goals/{goal['id']}/", {"statement": "Theirs"})
    refused = api.post("undo/", {})
    assert refused.status_code == 409
    assert str(cast.editor) in refused.json()["detail"]


def test_an_unknown_act_is_not_found(api, goal):
    missing = api.post("undo/", {"act": "00000000-0000-7000-8000-000000000000"})
    assert missing.status_code == 404
    assert api.post("undo/", {"act": "x"}).status_code == 400


@pytest.mark.parametrize("who", ["owner", "editor", "reviewer", "viewer", "stranger"])
def test_everybody_reads_a_history_and_editors_restore(cast, goal, who):
    caller = Api(factories.token(getattr(cast, who)))
    path = f"goals/{goal['id']}/history/"
    page = caller.get(path)
    assert page.status_code == (404 if who == "stranger" else 200)
    with workspace_scope(cast.owner.workspace_id):
        number = Api(factories.token(cast.owner)).get(path).json()["results"][-1]["id"]
    done = caller.post(f"{path}{number}/restore/", {})
    expected = {"owner": 200, "editor": 200, "stranger": 404}
    assert done.status_code == expected.get(who, 403)
    assert caller.post("undo/", {}).status_code == (
        200 if who in expected and who != "stranger" else 409 if who == "stranger" else 403
    )


def test_the_history_of_archived_things_is_read_too(api, goal):
    api.delete(f"goals/{goal['id']}/")
    page = api.get(f"goals/{goal['id']}/history/").json()
    assert page["results"][0]["what"] == "archived"

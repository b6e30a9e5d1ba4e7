"""Surveys over REST: made with their questions in one call."""

import pytest

from cxplanner.accounts.roles import Role, Scope
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Kind
from tests import factories
from tests.api import Api

WORDS = {"kind": "open", "text": "Why?"}


@pytest.fixture
def plan(workspace):
    with workspace_scope(workspace.pk):
        return factories.plan()


@pytest.fixture
def metric(workspace, plan):
    with workspace_scope(workspace.pk):
        return factories.metric(plan=plan)


@pytest.fixture
def body(plan, metric):
    score = {"kind": "nps", "text": "Recommend?", "metric": metric.pk}
    return {"plan": plan.pk, "name": "Visit", "questions": [score, WORDS]}


def test_a_survey_is_made_open_with_its_questions_in_order(api, body):
    reply = api.post("surveys/", body)
    made = reply.json()
    assert (reply.status_code, made["status"]) == (201, "open")
    assert [question["text"] for question in made["questions"]] == ["Recommend?", "Why?"]
    assert all(isinstance(question["id"], int) for question in made["questions"])
    assert api.client.get(made["public_url"]).status_code == 200


def test_a_draft_is_made_on_wish(api, body):
    made = api.post("surveys/", {**body, "status": "draft"}).json()
    assert made["status"] == "draft"
    assert api.client.get(made["public_url"]).status_code == 404


@pytest.mark.parametrize(
    ("question", "pointer"),
    [
        ({"kind": "nps", "text": "x", "scale_min": 1, "scale_max": 10}, "/questions/1/scale_min"),
        ({"kind": "open", "text": "x", "metric": 0}, "/questions/1/metric"),
        ({"kind": "choice", "text": "x", "choices": []}, "/questions/1/choices"),
        ({"kind": "open"}, "/questions/1/text"),
        ({"kind": "open", "text": "x", "colour": "red"}, "/questions/1/colour"),
    ],
)
def test_a_wrong_question_is_pointed_at(api, body, metric, question, pointer):
    if question.get("metric") == 0:
        question = {**question, "metric": metric.pk}
    reply = api.post("surveys/", {**body, "questions": [WORDS, question]})
    assert reply.status_code == 400
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]
    assert api.get("surveys/").json()["results"] == []


def test_a_survey_without_questions_cannot_be_open(api, plan):
    assert api.post("surveys/", {"plan": plan.pk, "name": "x"}).status_code == 409


def test_a_survey_is_closed_and_reopened_by_its_status(api, body):
    url = f"surveys/{api.post('surveys/', body).json()['id']}/"
    assert api.patch(url, {"status": "closed"}).json()["closed_at"] is not None
    assert api.patch(url, {"status": "open"}).json()["closed_at"] is None


def test_a_stale_change_is_refused(api, body):
    made = api.post("surveys/", body)
    url = f"surveys/{made.json()['id']}/"
    assert api.patch(url, {"name": "Mine"}, If_Match=made["ETag"]).status_code == 200
    assert api.patch(url, {"name": "Theirs"}, If_Match=made["ETag"]).status_code == 412


def test_an_answer_does_not_move_the_edit_version(api, body):
    made = api.post("surveys/", body)
    answer = {"answers": [{"question": made.json()["questions"][0]["id"], "value": 9}]}
    url = f"surveys/{made.json()['id']}/"
    assert api.post(f"{url}responses/", answer).status_code == 201
    assert api.get(url)["ETag"] == made["ETag"]


def test_the_list_of_questions_is_changed_as_a_whole(api, body):
    made = api.post("surveys/", body).json()
    kept = {"id": made["questions"][1]["id"], "kind": "open", "text": "Why so?"}
    reply = api.patch(f"surveys/{made['id']}/", {"questions": [kept, WORDS]})
    assert [question["text"] for question in reply.json()["questions"]] == ["Why so?", "Why?"]
    assert reply.json()["questions"][0]["id"] == kept["id"]


def test_an_archived_survey_takes_no_more_answers(api, body):
    made = api.post("surveys/", body).json()
    assert api.delete(f"surveys/{made['id']}/").status_code == 204
    answer = {"answers": [{"question": made["questions"][0]["id"], "value": 9}]}
    assert api.post(f"surveys/{made['id']}/responses/", answer).status_code == 409
    assert b"closed" in api.client.get(made["public_url"]).content


@pytest.mark.parametrize("field", ["plan", "metric", "touchpoint"])
def test_another_workspaces_things_do_not_exist(api, cast, body, field):
    with workspace_scope(cast.stranger.workspace_id):
        theirs = getattr(factories, field)().pk
    question = {"kind": "nps", "text": "x"}
    if field == "plan":
        body = {**body, "plan": theirs}
    else:
        body = {**body, "questions": [{**question, field: theirs}]}
    assert api.post("surveys/", body).status_code == 400


def test_another_workspaces_survey_is_not_found(api, cast, body):
    url = f"surveys/{api.post('surveys/', body).json()['id']}/"
    stranger = Api(factories.token(cast.stranger))
    calls = [stranger.get(url), stranger.patch(url, {"name": "x"}), stranger.delete(url)]
    assert [reply.status_code for reply in calls] == [404] * 3


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.EDITOR, Scope.WRITE, 201),
        (Role.EDITOR, Scope.READ, 403),
        (Role.EDITOR, Scope.ANSWERS, 403),
        (Role.REVIEWER, Scope.WRITE, 403),
        (Role.VIEWER, Scope.ADMIN, 403),
    ],
)
def test_only_editors_and_owners_make_surveys(workspace, body, role, scope, status):
    caller = Api(factories.token(factories.member(workspace, role), scope))
    assert caller.post("surveys/", body).status_code == status


def test_effort_on_seven_points_never_feeds_a_metric_of_five(api, workspace, plan):
    with workspace_scope(workspace.pk):
        five = factories.metric(plan=plan, kind=Kind.CES)
    seven = {"kind": "ces", "text": "x", "scale_min": 1, "scale_max": 7, "metric": five.pk}
    reply = api.post("surveys/", {"plan": plan.pk, "name": "x", "questions": [seven]})
    assert [error["pointer"] for error in reply.json()["errors"]] == ["/questions/0/metric"]


def test_bodies_of_answers_are_described(client, db):
    schema = client.get("/api/v1/openapi.json").json()
    post = schema["paths"]["/api/v1/surveys/{survey}/responses/"]["post"]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    names = [one["$ref"].rpartition("/")[2] for one in body["oneOf"]]
    assert names == ["ResponseIn", "ResponsesIn"]
    assert "answers" in schema["components"]["schemas"]["ResponseIn"]["properties"]

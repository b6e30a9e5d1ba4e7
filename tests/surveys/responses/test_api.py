"""Answers over REST: each fault has its pointer, each retry its first id."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from cxplanner.accounts.models import Workspace
from cxplanner.accounts.roles import Role, Scope
from cxplanner.base.tenancy import workspace_scope
from strategy.metrics.models import Pending
from surveys.design.services import close_survey
from surveys.responses.models import Response
from tests import factories
from tests.api import Api


def count(asked):
    with workspace_scope(asked.survey.workspace_id):
        return Response.objects.count()


def added(asked):
    with workspace_scope(asked.survey.workspace_id):
        return sum(row.n for row in Pending.objects.filter(metric_id__isnull=False))


def pointers(reply):
    return [error["pointer"] for error in reply.json()["errors"]]


def test_an_answer_is_created_and_can_be_read(api, asked):
    reply = api.post(asked.url, asked.body(9, external_id="a", segment="LT"))
    assert reply.status_code == 201
    found = api.get(reply["Location"]).json()
    assert found["id"] == reply.json()["id"]
    assert found["answers"] == [{"question": asked.score.pk, "value": 9}]
    assert (found["external_id"], found["segments"], found["via"]) == ("a", ["LT"], "rest")


def test_a_retry_gets_the_first_id_and_counts_once(api, asked):
    first = api.post(asked.url, asked.body(9, external_id="a"))
    again = api.post(asked.url, asked.body(9, external_id="a"))
    assert (again.status_code, again.json()) == (200, first.json())
    assert (count(asked), added(asked)) == (1, 1)


def test_other_content_is_a_conflict_unless_it_shall_replace(api, asked):
    api.post(asked.url, asked.body(9, external_id="a"))
    assert api.post(asked.url, asked.body(3, external_id="a")).status_code == 409
    replaced = api.post(f"{asked.url}?on_conflict=update", asked.body(3, external_id="a"))
    assert replaced.status_code == 200
    assert api.get(asked.url).json()["results"][0]["answers"][0]["value"] == 3


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"value": 11}, 422, "/answers/0/value"),
        ({"value": -1}, 422, "/answers/0/value"),
        ({"value": "nine"}, 422, "/answers/0/value"),
        ({"value": True}, 422, "/answers/0/value"),
        ({"value": {"a": 1}}, 422, "/answers/0/value"),
        ({"question": 2**70}, 422, "/answers/0/question"),
        ({"question": "1"}, 422, "/answers/0/question"),
        ({"answered_at": "2026-05-01T12:00:00"}, 400, "/answered_at"),
        ({"answered_at": "yesterday"}, 422, "/answered_at"),
        ({"answered_at": "1999-12-31T23:59:59Z"}, 422, "/answered_at"),
        ({"answered_at": "2999-01-01T00:00:00Z"}, 422, "/answered_at"),
        ({"external_id": ""}, 422, "/external_id"),
        ({"external_id": "x" * 101}, 422, "/external_id"),
        ({"external_id": "a\x00"}, 422, "/external_id"),
        ({"segment": "x" * 121}, 422, "/segment"),
        ({"touchpoint": 2**70}, 422, "/touchpoint"),
        ({"touchpoint": -1}, 422, "/touchpoint"),
        ({"answers": []}, 422, "/answers"),
        ({"answers": None}, 422, "/answers"),
    ],
)
def test_a_fault_is_pointed_at(api, asked, change, status, pointer):
    body = asked.body(9)
    for name, value in change.items():
        (body["answers"][0] if name in ("question", "value") else body)[name] = value
    reply = api.post(asked.url, body)
    assert (reply.status_code, pointers(reply)) == (status, [pointer])
    assert reply["Content-Type"] == "application/problem+json"
    assert count(asked) == 0


def test_text_of_a_megabyte_is_refused(api, asked):
    body = {"answers": [{"question": asked.words.pk, "value": "x" * 1_000_000}]}
    reply = api.post(asked.url, body)
    assert (reply.status_code, pointers(reply)) == (422, ["/answers/0/value"])


def test_half_a_character_is_refused_and_nul_left_out(api, asked):
    half = b'{"answers": [{"question": %d, "value": "a\\ud800b"}]}' % asked.words.pk
    reply = api.post(asked.url, half)
    assert (reply.status_code, pointers(reply)) == (422, ["/answers/0/value"])
    nul = b'{"answers": [{"question": %d, "value": "a\\u0000b"}]}' % asked.words.pk
    assert api.post(asked.url, nul).status_code == 201
    assert api.get(asked.url).json()["results"][0]["answers"][0]["value"] == "ab"


NO_UTF8 = b'{"external_id": "\xff", "answers": []}'


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", NO_UTF8, b'{"responses": ['])
def test_what_is_no_json_is_said_to_be_none(api, asked, body):
    assert api.post(asked.url, body).status_code == 400


@pytest.mark.parametrize("body", [[], 1, None, "x", {"responses": 1}, {"responses": [], "x": 1}])
def test_json_of_another_shape_is_refused(api, asked, body):
    assert api.post(asked.url, json.dumps(body).encode()).status_code == 422


def test_a_body_nested_without_end_is_refused(api, asked):
    assert api.post(asked.url, b"[" * 100_000).status_code == 422


def test_an_unknown_question_is_refused(api, asked, workspace):
    with workspace_scope(workspace.pk):
        other = factories.question(survey=factories.survey())
    reply = api.post(asked.url, {"answers": [{"question": other.pk, "value": 9}]})
    assert (reply.status_code, pointers(reply)) == (422, ["/answers/0/question"])


def test_a_closed_survey_takes_only_what_was_answered_before(api, asked, workspace):
    with workspace_scope(workspace.pk):
        close_survey(asked.survey, by=None)
    assert api.post(asked.url, asked.body()).status_code == 409
    before = (timezone.now() - timedelta(hours=1)).isoformat()
    assert api.post(asked.url, asked.body(answered_at=before)).status_code == 201


def test_a_body_over_16_mb_is_too_large(api, asked):
    assert api.post(asked.url, b" " * (17 * 1024 * 1024)).status_code == 413


def test_an_idempotency_key_replays_the_first_reply(api, asked):
    first = api.post(asked.url, asked.body(), Idempotency_Key="k")
    again = api.post(asked.url, asked.body(), Idempotency_Key="k")
    assert (again.status_code, again.json()) == (201, first.json())
    assert count(asked) == 1


class TestMany:
    """Up to 5,000 answers in a call."""

    def test_valid_ones_are_kept_and_others_pointed_at(self, api, asked):
        items = [
            asked.body(9, external_id="a"),
            asked.body(11),
            {"answers": 1},
            asked.body(9, external_id="a"),
            asked.body(8, answered_at="2026-05-01T12:00:00"),
        ]
        reply = api.post(asked.url, {"responses": items})
        found = reply.json()
        assert (reply.status_code, found["accepted"], found["duplicates"]) == (200, 1, 1)
        assert [(error["index"], error["pointer"]) for error in found["errors"]] == [
            (1, "/answers/0/value"),
            (2, "/answers"),
            (4, "/answered_at"),
        ]
        assert [result["index"] for result in found["results"]] == [0, 3]
        assert len({result["id"] for result in found["results"]}) == 1
        assert (count(asked), added(asked)) == (1, 1)

    def test_half_a_character_spoils_only_its_own_item(self, api, asked):
        good, words = json.dumps(asked.body(9)), asked.words.pk
        bad = f'{{"answers": [{{"question": {words}, "value": "\\ud800"}}]}}'
        reply = api.post(asked.url, f'{{"responses": [{good}, {bad}]}}'.encode())
        assert reply.json()["accepted"] == 1
        assert [error["index"] for error in reply.json()["errors"]] == [1]

    def test_all_or_none(self, api, asked):
        items = [asked.body(9), asked.body(11)]
        reply = api.post(f"{asked.url}?atomic=true", {"responses": items})
        assert (reply.status_code, pointers(reply)) == (422, ["/responses/1/answers/0/value"])
        assert count(asked) == 0

    def test_ten_thousand_are_too_many(self, api, asked):
        reply = api.post(asked.url, {"responses": [asked.body()] * 10_000})
        assert reply.status_code == 413
        assert count(asked) == 0

    def test_five_thousand_are_taken(self, api, asked):
        items = [asked.body(n % 11, external_id=str(n)) for n in range(5000)]
        reply = api.post(asked.url, {"responses": items})
        assert (reply.json()["accepted"], count(asked), added(asked)) == (5000, 5000, 5000)

    def test_none_at_all_is_no_error(self, api, asked):
        reply = api.post(asked.url, {"responses": []})
        assert reply.json() == {"accepted": 0, "duplicates": 0, "errors": [], "results": []}

    def test_a_word_named_as_the_list_is_no_list(self, api, asked):
        reply = api.post(asked.url, asked.body(external_id="responses"))
        assert reply.status_code == 201


class TestReading:
    """Lists and single responses."""

    def test_pages_go_newest_first_and_back_though_many_share_one_moment(self, api, asked):
        at = "2026-05-01T12:00:00Z"
        items = [asked.body(n % 11, external_id=str(n), answered_at=at) for n in range(7)]
        api.post(asked.url, {"responses": items})
        api.post(asked.url, asked.body(external_id="newest"))
        pages, url = [], f"{asked.url}?page_size=3"
        while url:
            page = api.get(url).json()
            pages.append(page)
            url = page["next"]
        ids = [row["id"] for page in pages for row in page["results"]]
        assert [len(page["results"]) for page in pages] == [3, 3, 2]
        assert len(set(ids)) == 8
        assert pages[0]["results"][0]["external_id"] == "newest"
        back = api.get(pages[2]["previous"]).json()
        assert back["results"] == pages[1]["results"]
        assert api.get(back["previous"]).json()["previous"] is None

    @pytest.mark.parametrize("query", ["cursor=x", "cursor=%ff", "page_size=0", "page_size=x"])
    def test_a_made_up_place_is_refused(self, api, asked, query):
        assert api.get(f"{asked.url}?{query}").status_code == 400

    def test_a_deleted_answer_is_gone(self, api, asked):
        where = api.post(asked.url, asked.body())["Location"]
        assert api.delete(where).status_code == 204
        assert api.get(where).status_code == 404

    def test_an_answer_is_found_only_under_its_own_survey(self, api, asked, workspace):
        pk = api.post(asked.url, asked.body()).json()["id"]
        with workspace_scope(workspace.pk):
            other = factories.survey()
        assert api.get(f"surveys/{other.pk}/responses/{pk}/").status_code == 404


def test_another_workspaces_token_finds_nothing(cast, api, asked):
    pk = api.post(asked.url, asked.body()).json()["id"]
    stranger = Api(factories.token(cast.stranger))
    calls = [
        stranger.post(asked.url, asked.body()),
        stranger.get(asked.url),
        stranger.get(f"{asked.url}{pk}/"),
        stranger.delete(f"{asked.url}{pk}/"),
    ]
    assert [reply.status_code for reply in calls] == [404] * 4
    assert count(asked) == 1


@pytest.mark.parametrize(
    ("role", "scopes", "send", "read", "delete"),
    [
        (Role.OWNER, [Scope.ANSWERS], 201, 403, 403),
        (Role.EDITOR, [Scope.WRITE], 201, 200, 204),
        (Role.EDITOR, [Scope.READ], 403, 200, 403),
        (Role.REVIEWER, [Scope.WRITE], 403, 200, 403),
        (Role.VIEWER, [Scope.ANSWERS], 403, 403, 403),
        (Role.VIEWER, [Scope.READ], 403, 200, 403),
    ],
)
def test_scopes_and_role_decide_together(workspace, asked, role, scopes, send, read, delete):
    with workspace_scope(workspace.pk):
        row = factories.response(asked.survey, {asked.score.pk: 9})
    caller = Api(factories.token(factories.member(workspace, role), *scopes))
    replies = (
        caller.post(asked.url, asked.body()),
        caller.get(asked.url),
        caller.delete(f"{asked.url}{row.pk}/"),
    )
    assert tuple(reply.status_code for reply in replies) == (send, read, delete)


def test_no_token_sends_nothing(asked):
    assert Api(None).post(asked.url, asked.body()).status_code == 401


def test_one_answer_takes_two_statements(api, asked, statements):
    api.post(asked.url, asked.body())
    with statements() as seen:
        assert api.post(asked.url, asked.body()).status_code == 201
    assert [" ".join(sql.split()[:4]) for sql in seen] == [
        "SELECT t.id, t.workspace_id, t.membership_id,",
        "WITH r AS (",
    ]


def test_a_clock_far_west_keeps_its_day(api, asked, workspace):
    Workspace.objects.filter(pk=workspace.pk).update(time_zone="Pacific/Honolulu")
    reply = api.post(asked.url, asked.body(answered_at="2026-05-02T05:00:00Z"))
    assert api.get(reply["Location"]).json()["day"] == "2026-05-01"

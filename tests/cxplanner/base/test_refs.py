"""Anything may be named by a Ref, found again by it, and takes along what hangs on it."""

import pytest

from cxplanner.base.refs import Ref, UnknownRef, kinds, target, targets
from cxplanner.base.tenancy import workspace_scope
from tests import factories


@pytest.fixture
def rows(scope):
    survey = factories.survey()
    return [
        factories.plan(),
        factories.goal(),
        factories.metric(),
        factories.touchpoint(),
        survey,
        factories.question(survey=survey),
        factories.response(survey, {}),
    ]


def test_every_kind_is_found_again_by_its_name(rows):
    refs = [Ref.parse(str(row.ref)) for row in rows]
    assert targets(refs) == {row.ref: row for row in rows}


def test_a_kind_asks_one_question_however_many_there_are(rows, django_assert_num_queries):
    refs = [factories.goal().ref for _ in range(5)]
    with django_assert_num_queries(1):
        found = targets(refs)
        assert all(row.ref_plan_id for row in found.values())


def test_every_kind_has_a_page_and_a_plan(rows):
    for row in rows:
        assert row.page_in("acme").startswith("/w/acme/")
        assert row.ref_plan_id


def test_a_kind_is_registered_once():
    models = list(kinds().values())
    assert len(set(models)) == len(models)


@pytest.mark.parametrize(
    "text", ["goal:0", "goal:999999", "goal:x", "response:12", "nothing:1", f"goal:{10**30}"]
)
def test_a_ref_to_nothing_is_unknown(scope, text):
    with pytest.raises(UnknownRef):
        target(Ref.parse(text))


@pytest.mark.parametrize("text", ["", "goal", "goal:", ":1", "a b:1"])
def test_a_text_that_names_nothing_is_refused(text):
    with pytest.raises(ValueError, match="names nothing"):
        Ref.parse(text)


def test_a_ref_into_another_workspace_is_unknown(rows):
    stranger = factories.workspace()
    with workspace_scope(stranger.pk):
        assert targets([row.ref for row in rows]) == {}

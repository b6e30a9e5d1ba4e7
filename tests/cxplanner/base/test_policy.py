"""Every reply carries the content policy: the usual one, or a page's own."""

from csp.constants import HEADER
from django.test import Client

from tests import factories
from tests.api import Api


def test_a_page_carries_its_nonce_and_each_page_another(scope):
    survey = factories.survey()
    factories.question(survey=survey)
    first, second = (Client().get(f"/s/{survey.token}/") for _ in range(2))
    assert "'nonce-" in first.headers[HEADER]
    assert first.headers[HEADER] != second.headers[HEADER]
    nonce = first.headers[HEADER].partition("'nonce-")[2].partition("'")[0]
    assert f'nonce="{nonce}"' in first.content.decode()


def test_redirects_and_json_carry_the_policy_without_a_nonce(db, cast):
    redirect = Client().get(f"/w/{cast.owner.workspace.slug}/plans/")
    listed = Api(factories.token(cast.owner)).get("members/")
    assert redirect.status_code == 302
    for reply in (redirect, listed):
        assert "default-src 'none'" in reply.headers[HEADER]
        assert "script-src 'self'" in reply.headers[HEADER]
        assert "nonce-" not in reply.headers[HEADER]


def test_a_view_with_words_of_its_own_keeps_them(db):
    assert "'unsafe-inline'" in Client().get("/api/v1/docs/").headers[HEADER]

"""A request that is refused unread is read all the same."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from cxplanner.base.draining import MOST, Drained
from tests import factories
from tests.api import Api


@pytest.mark.parametrize("path", ["touchpoints/1/", "no-such-thing/1/"])
def test_a_refused_body_leaves_nothing_in_the_connection(cast, path):
    refused = Api(factories.token(cast.viewer)).patch(path, {"name": "Check-in"})
    assert refused.status_code in (403, 404)
    assert refused.wsgi_request.read() == b""


def test_a_body_too_large_to_wait_for_is_left_alone():
    request = RequestFactory().post("/", b"x" * (MOST + 5), content_type="text/plain")
    Drained(lambda _: HttpResponse(status=413))(request)
    assert len(request.read()) == 5

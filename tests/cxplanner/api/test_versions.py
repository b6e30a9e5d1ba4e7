"""A late change over REST is refused with the thing as it is now; every resource that is edited."""

import pytest

from cxplanner.accounts.resources import Changes, Removes, Rows
from cxplanner.base.tenancy import workspace_scope
from cxplanner.base.versions import VersionedModel
from tests import factories
from tests.cxplanner.api.routes import routes

METHODS = {"PUT": Changes, "PATCH": Changes, "DELETE": Removes}


def edited():
    return [
        pytest.param(route, method, id=f"{method} {route.path}")
        for route in routes()
        for method in route.needs
        if issubclass(route.view, Rows)
        and issubclass(route.view, METHODS.get(method, type(None)))
        and issubclass(route.view.queryset.model, VersionedModel)
    ]


def test_the_sweep_finds_what_is_edited():
    assert len(edited()) >= 15


@pytest.mark.parametrize(("route", "method"), edited())
def test_a_late_change_is_412_with_the_thing_as_it_is_now(cast, api, route, method):
    model = route.view.queryset.model
    with workspace_scope(cast.owner.workspace_id):
        row = getattr(factories, model._meta.model_name)()
        seen = row.etag
        row.edit(expected_version=None)
        row.save()
    ids = {"pk": row.pk} | {name: getattr(row, f"{name}_id", 0) for name in route.names[:-1]}
    path = route.at(**ids)
    now = api.get(path)
    assert now.status_code == 200
    for sent in (seen, '"another-1-1"', "nonsense"):
        late = api.call(method, path, {}, If_Match=sent)
        assert late.status_code == 412, late.text
        assert late["Content-Type"] == "application/problem+json"
        assert late.json()["current"] == now.json()
        assert late.json()["current_version"] == row.version
        assert late["ETag"] == now["ETag"] == row.etag

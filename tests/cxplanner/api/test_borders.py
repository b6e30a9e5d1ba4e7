"""No route of the API reaches into another workspace, and every role does what it may."""

from typing import Any

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer, ModelSerializer

from cxplanner.accounts.models import Membership
from cxplanner.accounts.resources import Creates
from cxplanner.accounts.roles import Action, Role, Scope
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.api import Api
from tests.cxplanner.api.routes import Route, references, routes

ROUTES = routes()
# What each role may do, as the product's rules say it, and the scopes that open each act.
MAY = {
    "viewer": "view",
    "reviewer": "view comment approve",
    "editor": "view comment edit respondents",
    "owner": "view comment approve edit respondents manage",
}
OPENED_BY = {
    "view": {"read", "write", "admin"},
    "manage": {"admin"},
    **{act: {"write", "admin"} for act in ("comment", "approve", "edit", "respondents")},
}


def theirs(model: Any, cast: Any) -> Any:
    """Make a row in the stranger's workspace."""
    if model is Membership:
        return cast.stranger
    with workspace_scope(cast.stranger.workspace_id):
        return getattr(factories, model._meta.model_name)()


def ours(model: Any, cast: Any) -> Any:
    """Make a row in the workspace of the cast."""
    if model is Membership:
        return cast.owner
    with workspace_scope(cast.owner.workspace_id):
        return getattr(factories, model._meta.model_name)()


def serializers() -> list[type[BaseSerializer[Any]]]:
    found: list[type[BaseSerializer[Any]]] = []
    waiting: list[type[BaseSerializer[Any]]] = list(BaseSerializer.__subclasses__())
    for one in waiting:
        waiting += one.__subclasses__()
        abstract = issubclass(one, ModelSerializer) and not hasattr(one, "Meta")
        if not abstract and one.__module__.partition(".")[0] in (
            "cxplanner",
            "strategy",
            "surveys",
            "competitors",
        ):
            found.append(one)
    return list(dict.fromkeys(found))


def fields_with_references() -> list[Any]:
    return [
        pytest.param(field, id=f"{one.__name__}{pointer}")
        for one in serializers()
        for pointer, field in references(one())
    ]


@pytest.mark.parametrize("field", fields_with_references())
def test_no_reference_takes_an_id_of_another_workspace(cast, field):
    model = field.queryset.model
    own, other = ours(model, cast), theirs(model, cast)
    with workspace_scope(cast.owner.workspace_id):
        assert field.run_validation(own.pk) == own
        with pytest.raises(ValidationError) as refused:
            field.run_validation(other.pk)
    assert refused.value.get_codes() == ["does_not_exist"]


def nested(pointer: str, value: Any) -> Any:
    """Build the body in which this pointer points at the value."""
    for part in reversed(pointer.strip("/").split("/")):
        value = [value] if part == "0" else {part: value}
    return value


CREATED = [route for route in ROUTES if "POST" in route.needs and issubclass(route.view, Creates)]
POSTED = [
    pytest.param(route, pointer, field.queryset.model, id=f"{route.path}{pointer}")
    for route in CREATED
    if (serializer := getattr(route.view, "serializer_class", None)) is not None
    for pointer, field in references(serializer())
    if route.path.count("<") == (route.view.under is not None)
]


@pytest.mark.parametrize(("route", "pointer", "model"), POSTED)
def test_a_body_that_names_a_row_of_another_workspace_is_refused_there(
    api, cast, route, pointer, model
):
    ids = {part: ours(route.model_of(part), cast).pk for part in route.names}
    refused = api.post(route.at(**ids), nested(pointer, theirs(model, cast).pk))
    assert refused.status_code == 400
    faults = {fault["pointer"]: fault["detail"] for fault in refused.json()["errors"]}
    assert "does not exist" in faults[pointer]


WITH_IDS = [
    pytest.param(route, method, id=f"{method} {route.path}")
    for route in ROUTES
    for method in route.needs
    if route.names and hasattr(route.view, "queryset")
]


@pytest.mark.parametrize(("route", "method"), WITH_IDS)
def test_a_path_into_another_workspace_is_not_found(api, cast, route: Route, method):
    model = route.model_of(route.names[0])
    body: Any = None if method in ("GET", "HEAD", "DELETE") else {}
    ids = dict.fromkeys(route.names, theirs(model, cast).pk)
    assert api.call(method, route.at(**ids), body).status_code == 404
    if method == "GET" and len(route.names) == 1:
        assert api.get(route.at(**{route.names[0]: ours(model, cast).pk})).status_code == 200


def test_every_method_of_every_route_declares_its_act():
    undeclared = [
        (route.path, name) for route in ROUTES for name, act in route.needs.items() if not act
    ]
    assert len(ROUTES) > 10
    assert undeclared == []


def test_roles_may_do_what_the_rules_say():
    assert {role.value for role in Role} == set(MAY)
    assert {act for acts in MAY.values() for act in acts.split()} == {act.value for act in Action}


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("scopes", ["read", "write", "answers", "admin", "read write"])
def test_a_token_may_what_its_role_and_its_scopes_allow(cast, role, scopes):
    secret = factories.token(getattr(cast, role), *(Scope(name) for name in scopes.split()))
    caller = Api(secret)
    for route in ROUTES:
        for method, act in route.needs.items():
            opened = OPENED_BY[act.value] & set(scopes.split())
            sends = method == "POST" and route.view.sends_answers
            answers = sends and "answers" in scopes
            allowed = act.value in MAY[role].split() and bool(opened or answers)
            body: Any = None if method in ("GET", "HEAD", "DELETE") else {}
            status = caller.call(
                method, route.at(**dict.fromkeys(route.names, 0)), body
            ).status_code
            assert (status != 403) == allowed, (method, route.path, status)
            assert status not in (401, 405, 500), (method, route.path)

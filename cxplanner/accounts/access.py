"""Views declare here what they need; the middleware refuses a view that says nothing."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import ALLOWED, SCOPE_OF, Action, Role, Scope

View = TypeVar("View", bound=Callable[..., Any])


class Open(Enum):
    """Access that needs no workspace."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    TOKEN = "bearer token"  # noqa: S105  # the name of a kind of access, not a secret


Access = Action | Open


class MemberRequest(HttpRequest):
    """A request that passed `needs`: somebody with a role, inside a workspace."""

    member: Membership


class MayNot(PermissionDenied):
    """A member's role does not include an action; the page says which roles do."""

    def __init__(self, member: Membership, action: Action) -> None:
        super().__init__()
        self.member = member
        self.action = action


def require(member: Membership, action: Action) -> None:
    """Let a member go on whose role allows `action`. Raises MayNot."""
    if not member.can(action):
        raise MayNot(member, action)


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]  # a declaration read by the middleware
        return view

    return mark


def needs(action: Action) -> Callable[[View], View]:
    """Admit members of the workspace in the URL whose role allows `action`."""
    return _mark(action)


public = _mark(Open.PUBLIC)
signed_in = _mark(Open.SIGNED_IN)

# Third-party views, by the start of their dotted name; ours declare themselves.
ADMITTED: dict[str, Access] = {
    "allauth.account.views": Open.PUBLIC,
    "django.views.i18n": Open.PUBLIC,
    "django.contrib.staticfiles": Open.PUBLIC,
    "drf_spectacular.views": Open.PUBLIC,
}


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view declares. API views declare an action per method and meet TokenMay."""
    declared: Access | None = getattr(view, "access", None)
    if declared is not None:
        return declared
    if hasattr(getattr(view, "cls", None), "actions_by_method"):
        return Open.TOKEN
    name = f"{view.__module__}."
    return next((access for start, access in ADMITTED.items() if name.startswith(start)), None)


class TokenMay(BasePermission):
    """A token's rights are its scopes and its member's role now. Undeclared methods are refused."""

    def has_permission(self, request: Request, view: Any) -> bool:
        caller: Any = request.user  # accounts.tokens.Caller, or None without a token
        action: Action | None = view.actions_by_method.get(request.method)
        if caller is None or action is None:
            return caller is not None and request.method == "OPTIONS"
        sends_answers = view.sends_answers and request.method == "POST"
        return allows(caller.role, caller.scopes, action, sends_answers=sends_answers)


def allows(role: str, scopes: list[str], action: Action, *, sends_answers: bool = False) -> bool:
    """Tell whether a token with these scopes, held by this role, may do `action`."""
    if action not in ALLOWED[Role(role)]:
        return False
    if sends_answers and Scope.ANSWERS in scopes:
        return True
    wanted = SCOPE_OF[action]
    if wanted == Scope.READ:
        return bool({Scope.READ, Scope.WRITE, Scope.ADMIN} & set(scopes))
    if wanted == Scope.WRITE:
        return bool({Scope.WRITE, Scope.ADMIN} & set(scopes))
    return wanted in scopes

"""The base of every API view: authenticate, enter the token's workspace, limit, answer problems."""

import re
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.accounts.tokens import Caller, caller_of
from cxplanner.base import idempotency
from cxplanner.base.history import acting
from cxplanner.base.limits import Allowance
from cxplanner.base.problems import Problem
from cxplanner.base.tenancy import enter_workspace
from cxplanner.base.versions import Stale, UnknownVersion, VersionedModel

READ = {"GET": Action.VIEW, "HEAD": Action.VIEW}
EDIT = {**READ, **dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), Action.EDIT)}


class Replayed(Exception):
    """The call was made before; here is its reply."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


class WorkspaceAPI(APIView):
    """An API view inside the workspace of its token.

    `actions_by_method` declares what each method needs; a method it does not name is refused.
    """

    actions_by_method: ClassVar[dict[str, Action]] = {}
    sends_answers: ClassVar[bool] = False
    streams: ClassVar[bool] = False  # takes bodies of any size, piece by piece
    allowance: Allowance | None = None
    held: idempotency.Claim | None = None

    @classmethod
    def as_view(cls, *args: Any, **kwargs: Any) -> Any:
        view: Any = super().as_view(*args, **kwargs)
        view.should_append_slash = False  # a redirect would lose the body of a POST
        return view

    def perform_authentication(self, request: Request) -> None:
        caller: Any = request.user
        if isinstance(caller, Caller):
            enter_workspace(caller.workspace_id)
            timezone.activate(ZoneInfo(caller.time_zone))
            # Inside the block that dispatch opened: every version says by whom and through what.
            acting(user=caller.user_id, token=caller.token_id)

    def check_permissions(self, request: Request) -> None:
        caller_of(request)
        if not hasattr(self, str(request.method).lower()):
            raise MethodNotAllowed(str(request.method))
        super().check_permissions(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "%00" in request.META.get("QUERY_STRING", ""):  # PostgreSQL keeps no text that has one
            raise Problem(400, "A parameter of the address holds a NUL.")
        if request.method not in READ and not self.streams:
            _ = request._request.body  # too large a body is refused before anything is done
        if request.method == "POST" and not self.streams:
            held = idempotency.claim(request._request, caller_of(request).token_id)
            if isinstance(held, HttpResponse):
                raise Replayed(held)
            self.held = held

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with acting(url=request.path):
            try:
                return super().dispatch(request, *args, **kwargs)
            except Exception:
                if self.held:
                    idempotency.free(self.held)
                raise

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, Replayed):
            return exc.response
        return super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        final = super().finalize_response(request, response, *args, **kwargs)
        if self.allowance:
            for name, value in self.allowance.headers().items():
                final[name] = value
        if self.held:
            if isinstance(final, SimpleTemplateResponse):
                final.render()
            idempotency.settle(self.held, final)
        return final


def member_of(request: Request) -> Membership:
    """Return the member a token acts for: who the services are told did it."""
    caller = caller_of(request)
    return Membership.objects.select_related("user", "workspace").get(pk=caller.membership_id)


def expected_version(request: Request, row: VersionedModel) -> int | None:
    """Read the edit version out of If-Match; None when the caller sent none or `*`.

    Raises UnknownVersion when the header names another thing or is no ETag of ours, and Stale
    when the row has moved on: before the body is looked at. The service looks again, locked.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    name = row._meta.model_name
    found = re.fullmatch(rf'(?:W/)?"{name}-{row.pk}-([0-9]{{1,10}})"', header.strip())
    if found is None:
        raise UnknownVersion(row)
    if int(found[1]) != row.version:
        raise Stale(row)
    return int(found[1])

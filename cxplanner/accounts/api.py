"""The base of every API view: authenticate, enter the token's workspace, limit, answer problems."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from cxplanner.accounts.roles import Action
from cxplanner.accounts.tokens import Caller, caller_of
from cxplanner.base import idempotency
from cxplanner.base.history import acting
from cxplanner.base.limits import Allowance
from cxplanner.base.problems import Problem
from cxplanner.base.tenancy import enter_workspace

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
    allowance: Allowance | None = None
    held: idempotency.Claim | None = None

    def perform_authentication(self, request: Request) -> None:
        caller: Any = request.user
        if isinstance(caller, Caller):
            enter_workspace(caller.workspace_id)
            timezone.activate(ZoneInfo(caller.time_zone))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            held = idempotency.claim(request._request, caller_of(request).token_id)
            if isinstance(held, HttpResponse):
                raise Replayed(held)
            self.held = held

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with acting(url=request.path):
            return super().dispatch(request, *args, **kwargs)

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


def expected_version(request: Request, model_name: str, pk: int) -> int | None:
    """Read the edit version out of If-Match; None when the caller sent none or `*`.

    Raises Problem 412 when the header names another thing or is no ETag of ours.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    start = f'"{model_name}-{pk}-'
    value = header.strip().removeprefix("W/")
    number = value[len(start) : -1]
    if not value.startswith(start) or not value.endswith('"') or not number.isdigit():
        raise Problem(412, "If-Match does not name the version you were given as ETag.")
    return int(number)

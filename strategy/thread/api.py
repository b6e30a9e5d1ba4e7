"""`thread/?about=goal:12`."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import READ, WorkspaceAPI, member_of
from cxplanner.base.problems import Problem
from cxplanner.base.refs import Ref, UnknownRef
from strategy.thread.selectors import thread_of
from strategy.thread.serializers import ThreadSerializer

MOST = 40


class Threads(WorkspaceAPI):
    """The golden thread of one thing, read only."""

    actions_by_method = READ

    @extend_schema(
        parameters=[
            OpenApiParameter("about", str, required=True, description="A thing, as goal:12.")
        ],
        responses=ThreadSerializer,
    )
    def get(self, request: Request, **where: Any) -> Response:
        """Return what a thing serves and what it rests on, at most 40 of a kind."""
        try:
            about = Ref.parse(request.query_params.get("about", ""))
        except ValueError as error:
            raise Problem(400, "about names a thing, as goal:12.") from error
        try:
            found = thread_of(about, member=member_of(request), most=MOST)
        except UnknownRef as error:
            raise Http404 from error
        return Response(ThreadSerializer(found).data)

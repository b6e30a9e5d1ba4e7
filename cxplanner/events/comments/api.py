"""`comments/`: what members say about things."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cxplanner.accounts.api import READ, member_of
from cxplanner.accounts.narrowing import about
from cxplanner.accounts.resources import Resource
from cxplanner.accounts.roles import Action
from cxplanner.events.comments import services
from cxplanner.events.comments.models import Comment
from cxplanner.events.comments.serializers import CommentSerializer, WordsSerializer


class Comments(Resource):
    """Comments on things, the oldest first. `@name` or `@e-mail` in the text mentions a member.

    Words are changed by who wrote them alone; an owner may delete any. A comment that answers a
    deleted one keeps its `reply_to`.
    """

    queryset = Comment.objects.filter(deleted_at=None)
    serializer_class = CommentSerializer
    actions_by_method = {
        **READ,
        **dict.fromkeys(("POST", "PUT", "PATCH", "DELETE"), Action.COMMENT),
    }
    filters = {"by": "by", "reply_to": "reply_to"}
    narrows = {"about": about("Only what is about this thing: its kind and id, as goal:12.")}
    create_with = staticmethod(services.write_comment)
    change_with = staticmethod(services.change_comment)
    remove_with = staticmethod(services.delete_comment)

    def get_serializer_class(self) -> type[CommentSerializer]:
        changes = self.action in ("update", "partial_update")
        return WordsSerializer if changes else CommentSerializer

    @extend_schema(request=None, responses=CommentSerializer)
    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, **where: Any) -> Response:
        """Say that the talk this comment began is settled."""
        return self.shown(services.resolve_comment(self.found(), by=member_of(request)))

    @extend_schema(request=None, responses=CommentSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, **where: Any) -> Response:
        """Say that the talk is not settled after all."""
        return self.shown(services.reopen_comment(self.found(), by=member_of(request)))

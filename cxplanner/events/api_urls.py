"""The resources of this app under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from cxplanner.events.api import Events
from cxplanner.events.comments.api import Comments
from cxplanner.events.history.api import Undo, history_of
from cxplanner.events.history.kept import all_kept
from cxplanner.events.inbox.api import Notifications

router = SimpleRouter(use_regex_path=False)
router.register("comments", Comments, basename="comment")
router.register("events", Events, basename="event")
router.register("notifications", Notifications, basename="notification")
for kept in all_kept():
    if kept.path:
        prefix = f"{kept.path}/<int:{kept.kind}>/history"
        router.register(prefix, history_of(kept), basename=f"{kept.kind}-history")

urlpatterns = [path("undo/", Undo.as_view(), name="api-undo"), *router.urls]

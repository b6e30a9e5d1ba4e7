"""Addresses of talks, of the inbox and of mail, inside a workspace; and the one outside."""

from django.urls import path

from cxplanner.events.comments import views as comments
from cxplanner.events.history import views as history
from cxplanner.events.inbox import views as inbox
from cxplanner.events.mail import views as mail

urlpatterns = [
    path("comments/people/", comments.people, name="comment-people"),
    path("comments/<int:comment_id>/change/", comments.change, name="comment-change"),
    path("comments/<int:comment_id>/settle/", comments.settle, name="comment-settle"),
    path("comments/<slug:kind>/<slug:thing_id>/", comments.comments, name="comments"),
    path("comments/<slug:kind>/<slug:thing_id>/news/", comments.news, name="comments-news"),
    path("comments/<slug:kind>/<slug:thing_id>/follow/", comments.follow, name="follow"),
    path("history/<slug:kind>/<int:row_id>/", history.history, name="history"),
    path(
        "history/<slug:kind>/<int:row_id>/restore/<int:version_id>/",
        history.restore,
        name="history-restore",
    ),
    path("undo/", history.undo, name="undo"),
    path("undo/<uuid:act>/", history.undo, name="undo-act"),
    path("redo/", history.redo, name="redo"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/count/", inbox.count, name="inbox-count"),
    path("inbox/read/", inbox.read_all, name="inbox-read"),
    path("inbox/<int:notification_id>/read/", inbox.read, name="notification-read"),
    path("inbox/settings/", mail.choices, name="inbox-settings"),
    path("outbox/", mail.outbox, name="outbox"),
    path("outbox/<int:mail_id>/", mail.one, name="outbox-mail"),
]

# Behind /mail/: whoever has read a mail may stop the next.
public = [path("off/<str:token>/", mail.off, name="mail-off")]

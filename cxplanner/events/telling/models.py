"""Who was told of what, what they follow or have muted, and when they want mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Attached
from cxplanner.base.tenancy import WorkspaceModel


class Reason(models.TextChoices):
    """Why somebody is told. Of several the first counts: a person is told once."""

    MENTION = "mention", _("somebody mentioned you")
    HANDED = "handed", _("it was handed to you")
    ASKED = "asked", _("you are asked to decide")
    OWNER = "owner", _("you answer for it")
    TALK = "talk", _("you take part in the talk")
    FOLLOW = "follow", _("you follow it")


# These are meant for the reader in person; the rest is news.
IN_PERSON = frozenset({Reason.MENTION, Reason.HANDED, Reason.ASKED})


class Notification(WorkspaceModel):
    """One event told to one member: a row of their inbox."""

    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    event = models.ForeignKey("events.Event", models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    # When it is to be mailed if it is not read by then; null: not by mail.
    mail_due_at = models.DateTimeField(null=True)
    # The one mail that carries it.
    mail = models.ForeignKey("events.Mail", models.SET_NULL, null=True, related_name="carries")

    class Meta(WorkspaceModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "event"], name="told_once")
        ]
        indexes = [
            models.Index(fields=["workspace", "member", "-id"], name="inbox_newest"),
            models.Index(
                fields=["workspace", "member", "-id"],
                condition=models.Q(read_at=None),
                name="inbox_unread",
            ),
            models.Index(
                fields=["mail_due_at"],
                condition=models.Q(mail=None, mail_due_at__isnull=False, read_at=None),
                name="notification_to_mail",
            ),
        ]


class Watch(Attached):
    """A member's wish to hear all of a thing, or nothing but what names them."""

    class Mode(models.TextChoices):
        FOLLOW = "follow", _("follow")
        MUTE = "mute", _("mute")

    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices)

    class Meta(Attached.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "about_kind", "about_id", "member"], name="one_watch_each"
            )
        ]


class MailChoice(WorkspaceModel):
    """When a member wants mail; without a row the defaults stand."""

    class Pace(models.TextChoices):
        NOW = "now", _("at once")
        DAILY = "daily", _("once a day, at 8:00")
        OFF = "off", _("never")

    member = models.OneToOneField(Membership, models.CASCADE, related_name="+")
    in_person = models.CharField(max_length=10, choices=Pace.choices, default=Pace.NOW)
    news = models.CharField(max_length=10, choices=Pace.choices, default=Pace.DAILY)

    class Meta(WorkspaceModel.Meta):
        pass

"""Mail: every message to a member, written down before anything is sent."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import WorkspaceModel

_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=30)
GIVEN_UP_AFTER = timedelta(days=5)


class Mail(WorkspaceModel):
    """What is sent to one member, and how far it got.

    Only notifications become rows: codes and links to sign in never pass here.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENT = "sent", _("sent")
        # No mail leaves this machine: owners read it in the outbox.
        KEPT = "kept", _("kept here")
        FAILED = "failed", _("given up")

    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    address = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=300, blank=True)

    class Meta(WorkspaceModel.Meta):
        indexes = [
            models.Index(fields=["workspace", "-id"], name="mail_newest"),
            models.Index(
                fields=["next_try_at"], condition=models.Q(state="pending"), name="mail_pending"
            ),
        ]

    def put_off(self, now: datetime, why: str) -> None:
        """Note a failed try: the next waits twice as long, and after five days none follows."""
        self.error = why[:300]
        self.next_try_at = now + min(_FIRST_WAIT * 2 ** min(self.attempts, 10), _LONGEST_WAIT)
        self.attempts += 1
        if now - self.made_at > GIVEN_UP_AFTER:
            self.state = self.State.FAILED

"""Tables no feature owns: signs of life, and replies kept for a repeated call."""

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of a kind of process; read by /readyz on every broker alike."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class IdempotencyKey(models.Model):
    """The first reply to a call, replayed to its repetitions for 24 hours.

    `status` is null while the first call is still running.
    """

    token_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, default="application/json")
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_id", "key"], name="one_reply_a_key")]

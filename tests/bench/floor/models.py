"""One row an answer, with the two indexes anybody would give it and no foreign keys."""

import uuid

from django.db import models
from django.utils import timezone


class Answer(models.Model):
    """One answer to one question of one survey."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey_id = models.IntegerField()
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    touchpoint_id = models.IntegerField()
    answered_at = models.DateTimeField(default=timezone.now)
    meta = models.JSONField(default=dict)

    class Meta:
        app_label = "floor"
        indexes = [models.Index(fields=["survey_id", "answered_at"], name="answer_of_survey")]

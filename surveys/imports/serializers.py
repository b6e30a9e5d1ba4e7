"""A file of past answers as REST shows it, and what may be said of it."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from cxplanner.accounts.serializers import RowSerializer
from surveys.imports.models import AnswerImport
from surveys.imports.selectors import flaws_kept


class ImportSerializer(RowSerializer):
    """Where a file stands. `mapping` says what its columns are; `columns` what they hold.

    `totals` counts: `rows` read, `taken`, `known` before, `twice` in the file, rows `flawed`, and
    `cells`, all faults; the first `errors_kept` of them stand at `errors_url`. The answers it
    brought in lie between `first_day` and `last_day`.
    """

    errors_url = serializers.SerializerMethodField()
    errors_kept = serializers.SerializerMethodField()
    mapping = serializers.JSONField(required=False)
    act = serializers.ChoiceField(choices=["check", "start"], write_only=True, required=False)
    totals = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    columns = serializers.JSONField(read_only=True)

    class Meta:
        model = AnswerImport
        fields = [
            "id",
            "survey",
            "file_name",
            "size",
            "status",
            "progress",
            "totals",
            "trouble",
            "columns",
            "mapping",
            "act",
            "errors_url",
            "errors_kept",
            "first_day",
            "last_day",
            "created_at",
            "ended_at",
        ]
        read_only_fields = [name for name in fields if name not in ("mapping", "act")]

    def get_errors_kept(self, row: AnswerImport) -> int:
        return flaws_kept(row)

    def get_errors_url(self, row: AnswerImport) -> str:
        request: Any = self.context.get("request")
        path = reverse("api-import-errors", args=[row.pk])
        return str(request.build_absolute_uri(path)) if request else path

"""Serializers whose references never leave the workspace and that refuse what they do not know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import CurrentWorkspace, WorkspaceModel


class Strict(serializers.Serializer[Any]):
    """A body whose unknown fields are errors: a misspelt name must not be lost in silence."""

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            raise serializers.ValidationError(
                {name: [_("There is no such field.")] for name in unknown}
            )
        return found


class Reference(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row of the active workspace; any other id does not exist."""

    def to_internal_value(self, data: Any) -> Any:
        digits = isinstance(data, str) and data.isascii() and data.isdigit()
        if isinstance(data, bool) or not (isinstance(data, int) or digits):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class OwnerField(Reference):
    """The id of a member, or the plain name of somebody without an account."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or (data.isascii() and data.isdigit()):
            return super().to_internal_value(data)
        return serializers.CharField(max_length=120).run_validation(data)


def reference_to(model: type[Model], **options: Any) -> Reference:
    """Make a field that takes an id of this model, of the active workspace only."""
    return Reference(queryset=scoped(model), **options)


def scoped(model: type[Model]) -> Any:
    """Return the active workspace's rows of a model; fails for one that no workspace owns."""
    if issubclass(model, WorkspaceModel):
        return model.objects.all()
    if model is Membership:
        return Membership.objects.filter(workspace_id=CurrentWorkspace())
    raise ImproperlyConfigured(f"{model.__name__} belongs to no workspace")


class Moment(serializers.DateTimeField):
    """A time with its offset; one without could be anybody's."""

    default_error_messages = {"naive": _("Give the offset, as in 2026-06-01T12:00:00+02:00.")}

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("naive")
        return super().enforce_timezone(value)


def example(**body: Any) -> Any:
    """Show in the reference a body that makes a row; ids in it stand for the caller's own."""
    shown = OpenApiExample("A body", value=body, request_only=True)
    return extend_schema_serializer(examples=[shown])


class RowSerializer(Strict, serializers.ModelSerializer[Any]):
    """A row of the workspace. Amounts are decimal strings, references are ids.

    `said_elsewhere` names what is read here and yet written by another resource: left unheard in
    a new row, or alone in a change, it would be taken for kept.
    """

    said_elsewhere: ClassVar[Mapping[str, str]] = {}
    serializer_related_field = Reference
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: Moment,
    }

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        # Beside other fields it is what the caller read; alone it is what they want changed.
        is_meant = self.instance is None or set(data) <= set(self.said_elsewhere)
        lost = [one for one in self.said_elsewhere if is_meant and data.get(one)]
        if lost:
            raise serializers.ValidationError(
                {name: [f"Say it by POST {self.said_elsewhere[name]}."] for name in lost}
            )
        return found

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        field_class, options = super().build_relational_field(field_name, relation_info)
        if "queryset" in options:
            options["queryset"] = scoped(relation_info.related_model)
        return field_class, options

    def get_unique_together_validators(self) -> list[Any]:
        return []  # the service checks the whole row, with the workspace in it

    def get_unique_for_date_validators(self) -> list[Any]:
        return []

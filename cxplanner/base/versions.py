"""Edit versions: two people who change one row never overwrite each other unseen."""

from typing import Any, TypeVar

from django.db import models

from cxplanner.base.tenancy import WorkspaceModel, current_workspace_id

Row = TypeVar("Row", bound="VersionedModel")
Owned = TypeVar("Owned", bound=WorkspaceModel)
Changes = dict[str, dict[str, Any]]


class Stale(Exception):
    """The row was changed since the version the caller saw."""

    # What the API answers as the thing is now; its resource knows how it is shown.
    current: Any = None
    detail = "It was changed since you read it. Read it again, then change it."

    def __init__(self, row: "VersionedModel") -> None:
        super().__init__(f"{type(row).__name__} {row.pk} is at version {row.version}")
        self.row = row


class UnknownVersion(Stale):
    """The caller named a version that the row never had, or another thing."""

    detail = "If-Match does not name the version you were given as ETag."


class VersionedModel(WorkspaceModel):
    """A row people edit. `version` counts edits by people; computed state lives elsewhere."""

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(WorkspaceModel.Meta):
        abstract = True

    @property
    def etag(self) -> str:
        return f'"{self._meta.model_name}-{self.pk}-{self.version}"'

    def edit(self, *, expected_version: int | None) -> None:
        """Begin an edit of a locked row. Raises Stale when it is not the expected version."""
        if expected_version is not None and expected_version != self.version:
            raise Stale(self)
        self.version += 1


def locked(row: Row, *, expected_version: int | None = None) -> Row:
    """Read a row again and hold it until the transaction ends.

    Raises Stale when it is not the expected version, DoesNotExist when it is gone.
    """
    rows: Any = type(row)._default_manager.select_for_update(of=("self",))
    fresh: Row = rows.get(pk=row.pk)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(fresh)
    return fresh


def assign(row: Row, fields: dict[str, Any]) -> Changes:
    """Put new values into a locked row and save it as one edit; equal values are no edit.

    Returns what differed, as {field: {"before": …, "after": …}} with ids for rows.
    Raises ValidationError, pointing at the field, when a value or the whole does not hold.
    """
    changes: Changes = {}
    for name, value in fields.items():
        column = row._meta.get_field(name)
        before = getattr(row, name)
        if before != value:
            changes[name] = {"before": _plain(before), "after": _plain(value)}
            setattr(row, column.name, value)
    if changes:
        row.edit(expected_version=None)
        kept(row)
    return changes


def kept(row: Owned) -> Owned:
    """Check a row as a whole and save it into the active workspace. Raises ValidationError."""
    if row.workspace_id is None:
        row.workspace_id = current_workspace_id()
    row.full_clean()
    row.save()
    return row


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else value

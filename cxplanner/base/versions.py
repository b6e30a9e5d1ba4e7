"""Edit versions: two people who change one row never overwrite each other unseen."""

from django.db import models

from cxplanner.base.tenancy import WorkspaceModel


class Stale(Exception):
    """The row was changed since the version the caller saw."""

    def __init__(self, row: "VersionedModel") -> None:
        super().__init__(f"{type(row).__name__} {row.pk} is at version {row.version}")
        self.row = row


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

"""Ref: the name of any one thing (`goal:12`), kept in two plain columns."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from cxplanner.base.links import address
from cxplanner.base.tenancy import WorkspaceModel


class UnknownRef(Exception):
    """No such kind, or no such thing in the active workspace."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Points at a thing by its kind and id; a model registers its kind as `ref_kind`."""

    kind: str
    id: int | str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read `goal:12`. Raises ValueError for anything else."""
        kind, colon, identity = text.partition(":")
        if not (kind.isidentifier() and colon and identity):
            raise ValueError(f"{text!r} names nothing")
        return cls(kind, int(identity) if identity.isdecimal() else identity)


class Referable(models.Model):
    """A kind of row other rows may hang on: `class Goal(Referable, VersionedModel)`."""

    # The first half of its Ref.
    ref_kind: ClassVar[str]
    # The URL name of its page, which takes the workspace's slug and the row's id.
    ref_page: ClassVar[str]
    # Rows to read along, so that label and plan ask nothing more.
    ref_related: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def ref(self) -> Ref:
        return Ref(self.ref_kind, self.pk if isinstance(self.pk, int) else str(self.pk))

    @property
    def ref_plan_id(self) -> int:
        """The plan it belongs to."""
        plan_id: int = getattr(self, "plan_id")  # noqa: B009  # most referable models have the column
        return plan_id

    def page_in(self, workspace_slug: str) -> str:
        """The address of its page."""
        return address(self.ref_page, workspace_slug, self.pk)


class Attached(WorkspaceModel):
    """A row that hangs on a Ref and goes when the thing is deleted for good."""

    about_kind = models.CharField(max_length=30, editable=False)
    about_id = models.CharField(max_length=40, editable=False)

    class Meta(WorkspaceModel.Meta):
        abstract = True

    @property
    def about(self) -> Ref:
        return Ref.parse(f"{self.about_kind}:{self.about_id}")

    @about.setter
    def about(self, ref: Ref) -> None:
        self.about_kind, self.about_id = ref.kind, str(ref.id)


@cache
def kinds() -> dict[str, type[Referable]]:
    """Every registered kind and its model."""
    return {
        model.ref_kind: model
        for model in apps.get_models()
        if issubclass(model, Referable) and not model._meta.proxy
    }


def targets(refs: Iterable[Ref]) -> dict[Ref, Any]:
    """Find the things of the active workspace, one query a kind; what is gone is left out."""
    wanted: defaultdict[str, set[int | str]] = defaultdict(set)
    for ref in refs:
        wanted[ref.kind].add(ref.id)
    found: dict[Ref, Any] = {}
    for kind, ids in wanted.items():
        model: Any = kinds().get(kind)
        if model is None:
            continue
        known = [identity for identity in ids if _fits(model, identity)]
        rows = model._default_manager.select_related(*model.ref_related)
        found.update({row.ref: row for row in rows.filter(pk__in=known)})
    return found


def target(ref: Ref) -> Any:
    """Find one thing of the active workspace. Raises UnknownRef."""
    row = targets([ref]).get(ref)
    if row is None:
        raise UnknownRef(str(ref))
    return row


def _fits(model: type[models.Model], identity: int | str) -> bool:
    key: Any = model._meta.pk
    try:
        key.run_validators(key.to_python(identity))
    except ValidationError:
        return False
    return True

"""Ref: the name of any one thing (`goal:12`), kept in two plain columns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ref:
    """Points at a thing by its kind and id; kinds are registered by the feature that owns them."""

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
        return cls(kind, int(identity) if identity.isdigit() else identity)

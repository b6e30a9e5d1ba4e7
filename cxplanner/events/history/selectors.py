"""What an act did to which rows, who changed them since, and which act comes off next."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery
from pghistory.models import Context

from cxplanner.accounts.models import Membership
from cxplanner.base.history import versions_of
from cxplanner.events.facts import Event
from cxplanner.events.history.kept import Kept, all_kept

UNDONE = "act.undone"
# How far back one person's acts are looked through for the one that comes off next.
MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class Step:
    """What an act did to one row. `before` is None when it made the row or nothing older is known.

    `after` is the last version the act wrote; a deletion's holds what was deleted.
    """

    kept: Kept
    pk: Any
    before: Any | None
    after: Any

    @property
    def made(self) -> bool:
        return self.before is None

    @property
    def removed(self) -> bool:
        return bool(self.after.pgh_label == "delete")


def closings(kept: Kept, pk: Any) -> Any:
    """Return a row's versions as a queryset, one an act: the last that each act wrote."""
    versions = versions_of(kept.model)
    later = versions.filter(
        pgh_obj_id=OuterRef("pgh_obj_id"),
        pgh_context_id=OuterRef("pgh_context_id"),
        pgh_id__gt=OuterRef("pgh_id"),
    )
    found = versions.filter(~Exists(later), pgh_obj_id=pk)
    return found.select_related("pgh_context").order_by("-pgh_id")


def steps_of(act: UUID) -> list[Step]:
    """Return what an act did, row by row, in the order in which rows are held."""
    return [step for kept in all_kept() for step in _steps_on(kept, act)]


def _steps_on(kept: Kept, act: UUID) -> Iterator[Step]:
    versions = versions_of(kept.model)
    older = versions.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    found = list(
        versions.filter(pgh_context_id=act)
        .annotate(older=Subquery(older.order_by("-pgh_id").values("pgh_id")[:1]))
        .order_by("pgh_obj_id", "pgh_id")
    )
    first: dict[Any, Any] = {}
    for version in found:
        first.setdefault(version.pgh_obj_id, version)
    last = {version.pgh_obj_id: version for version in found}
    known = {one.pgh_id: one for one in versions.filter(pgh_id__in=[v.older for v in found])}
    for pk, version in first.items():
        before = None if version.pgh_label == "insert" else known.get(version.older)
        if version.pgh_label == "delete":
            before = version
        made_and_gone = before is None and last[pk].pgh_label == "delete"
        if not made_and_gone:
            yield Step(kept, pk, before, last[pk])


def undone_by(acts: Iterable[UUID | None]) -> dict[UUID, UUID]:
    """Tell which of these acts took back another one, and which."""
    wanted = set(acts) - {None}
    rows = Event.objects.filter(name=UNDONE, act__in=wanted).values_list("act", "data__undone")
    return {act: UUID(undone) for act, undone in rows if act is not None}


def standing(acts: Sequence[UUID | None], undoes: Mapping[UUID, UUID]) -> Iterator[UUID | None]:
    """Yield, of acts from the newest to the oldest, those that neither undo nor are undone."""
    off: set[UUID] = set()
    for act in acts:
        if act in off:
            continue
        if act is not None and act in undoes:
            off.add(undoes[act])
        else:
            yield act


def changed_since(steps: Sequence[Step], act: UUID) -> tuple[Step, Any] | None:
    """Return the row of an act that was changed since, with the newest version; else None.

    Acts that were taken back do not count, nor those that took them back.
    """
    newer: defaultdict[int, list[Any]] = defaultdict(list)
    by_kept: defaultdict[Kept, dict[Any, int]] = defaultdict(dict)
    for at, step in enumerate(steps):
        by_kept[step.kept][step.pk] = at
    for kept, places in by_kept.items():
        oldest = min(steps[at].after.pgh_id for at in places.values())
        rows = versions_of(kept.model).filter(pgh_obj_id__in=places, pgh_id__gt=oldest)
        for version in rows.select_related("pgh_context").order_by("-pgh_id"):
            at = places[version.pgh_obj_id]
            if version.pgh_id > steps[at].after.pgh_id:
                newer[at].append(version)
    undoes = undone_by(one.pgh_context_id for found in newer.values() for one in found)
    for at, found in newer.items():
        acts = list(dict.fromkeys(one.pgh_context_id for one in found))
        for left in standing([*acts, act], undoes):
            if left != act:
                return steps[at], next(one for one in found if one.pgh_context_id == left)
    return None


def is_undone(act: UUID) -> bool:
    """Tell whether an act was taken back, and stays so."""
    backs = Event.objects.filter(name=UNDONE, data__undone=str(act), act__isnull=False)
    newest = backs.order_by("-id").values_list("act", flat=True).first()
    return newest is not None and not is_undone(newest)


def last_act(by: Membership, *, token_id: int | None = None) -> UUID | None:
    """Return the act a person can take back next: on pages, or through one token."""
    acts, undoes = _acts_of(by, token_id)
    return next(standing(acts, undoes), None)


def last_undo(by: Membership, *, token_id: int | None = None) -> UUID | None:
    """Return the undo a person can take back next; None once they did something else."""
    acts, undoes = _acts_of(by, token_id)
    off: set[UUID] = set()
    for act in acts:
        if act in off:
            continue
        undone = undoes.get(act)
        if undone is None or undone not in undoes:
            return act if undone else None
        off.add(undone)
    return None


def _acts_of(by: Membership, token_id: int | None) -> tuple[list[UUID], dict[UUID, UUID]]:
    """Return the acts of a person that wrote versions, the newest first, and what they undo."""
    events = Event.objects.filter(by=by, act__isnull=False).order_by("-id")
    acts = list(dict.fromkeys(events.values_list("act", flat=True)[:MOST_EVENTS]))
    contexts = Context.objects.filter(pk__in=acts).values_list("pk", "metadata")
    same_door = {pk for pk, said in contexts if said.get("token") == token_id}
    mine = [act for act in acts if act is not None and act in same_door]
    return mine, undone_by(mine)

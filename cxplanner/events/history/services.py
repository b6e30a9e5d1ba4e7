"""Taking an act back, and bringing back an earlier version of one thing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import SET_NULL, ForeignKey, RestrictedError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.deletion import delete_for_good, what_goes
from cxplanner.base.history import versions_of
from cxplanner.base.refs import Ref, targets
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale
from cxplanner.events.facts import Event
from cxplanner.events.history.kept import Kept, Returned, all_kept
from cxplanner.events.history.selectors import UNDONE, Step, changed_since, is_undone, steps_of
from cxplanner.events.history.telling import who_did
from cxplanner.events.services import record


class NoSuchAct(Exception):
    """This person did no such act here, or it left no version behind."""


class NoSuchVersion(Exception):
    """The thing was never like that, or it was a deletion."""


class AlreadyUndone(Refused):
    """The act was taken back before."""


class ChangedSince(Refused):
    """Somebody changed a row of the act after it."""


class CannotReturn(Refused):
    """What was can no longer be: something it needs is gone, or does not fit any more."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of taking an act back. `what` is the first event of the act, about `name`.

    `again` says that an undo was taken back, so that the act stands once more.
    """

    what: str
    about: Ref
    name: str
    again: bool
    returned: list[tuple[Kept, Returned]]

    @property
    def gone(self) -> list[Any]:
        """The rows that are not there any more."""
        return [one.before for _kept, one in self.returned if one.row is None]


@transaction.atomic
def undo(act: UUID, *, by: Membership) -> Undone:
    """Take back all that one act of a person did; an undo is such an act itself.

    Raises NoSuchAct, AlreadyUndone, ChangedSince, CannotReturn, and what the services refuse.
    """
    # Held, so that of two undos at once the second one finds the act taken back.
    done = Event.objects.select_for_update().filter(act=act, by=by).order_by("id").first()
    steps = steps_of(act)
    if done is None or not steps:
        raise NoSuchAct(str(act))
    rows = _hold(steps)
    if is_undone(act):
        raise AlreadyUndone(_("That was taken back already."))
    _refuse_if_changed(steps, act)
    _refuse_if_lost(act)
    is_undo = done.name == UNDONE
    what = str(done.data["what"]) if is_undo else done.name
    again = is_undo and not done.data["again"]
    about = Ref.parse(f"{done.about_kind}:{done.about_id}")
    try:
        returned = _take_back(steps, rows, by)
    except ValidationError as error:
        raise CannotReturn(_unfit(error)) from error
    record(UNDONE, about, by=by, undone=str(act), what=what, again=again)
    return Undone(what, about, _name(about, returned, steps), again, returned)


def _name(about: Ref, returned: Sequence[tuple[Kept, Returned]], steps: Sequence[Step]) -> str:
    """Name the thing an act was about, also where it is gone."""
    rows = [one.thing for _kept, one in returned]
    found = [row for row in rows if getattr(row, "ref", None) == about]
    known = found or list(targets([about]).values())
    return str(known[0] if known else _as_row(steps[0].kept, steps[0].after))


@transaction.atomic
def restore(
    kept: Kept, row: Any, version_id: int, *, by: Membership, expected_version: int | None = None
) -> Any:
    """Make a thing what it was at a version, as one more edit; an archived one is shown again.

    Raises Stale, NoSuchVersion, CannotReturn, and what the services refuse.
    """
    version = versions_of(kept.model).filter(pgh_obj_id=row.pk, pgh_id=version_id).first()
    if version is None or version.pgh_label == "delete":
        raise NoSuchVersion(str(version_id))
    kept.hold([row])
    row = _locked(kept, [row.pk])[row.pk]
    if expected_version is not None and expected_version != row.version:
        raise Stale(row)
    before = copy(row)
    _fill(kept, row, version, leave=kept.own | {"archived_at"})
    if kept.archives:
        row.archived_at = None
    one = Returned(before, row)
    if not one.changes:
        return row
    try:
        _keep(kept, row)
        kept.settle([one], by)
    except ValidationError as error:
        raise CannotReturn(_unfit(error)) from error
    fields = sorted(one.changes - kept.rising - {"updated_at"})
    record("version.restored", row.ref, by=by, version=version.version, fields=fields)
    return row


# --- what stands in the way -----------------------------------------------------------------


def _hold(steps: Sequence[Step]) -> dict[tuple[Kept, Any], Any]:
    """Lock the rows of an act, in the order in which the services do."""
    by_kept = _by_kept(steps)
    for kept, own in by_kept.items():
        kept.hold([step.before or step.after for step in own])
    return {
        (kept, pk): row
        for kept, own in by_kept.items()
        for pk, row in _locked(kept, [step.pk for step in own]).items()
    }


def _locked(kept: Kept, pks: Iterable[Any]) -> dict[Any, Any]:
    """Read rows and hold them; answers, whose foreign keys name them, still enter meanwhile."""
    rows = kept.model.objects.select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in rows.filter(pk__in=list(pks)).order_by("pk")}


def _by_kept(steps: Iterable[Step]) -> dict[Kept, list[Step]]:
    found: defaultdict[Kept, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.kept].append(step)
    return {kept: found[kept] for kept in all_kept() if kept in found}


def _refuse_if_changed(steps: Sequence[Step], act: UUID) -> None:
    found = changed_since(steps, act)
    if found is None:
        return
    step, newer = found
    who = who_did(newer)
    when = date_format(timezone.localtime(newer.pgh_created_at), "j E Y, H:i")
    named = {"who": who, "what": _as_row(step.kept, newer), "when": when}
    if newer.pgh_label == "delete":
        raise ChangedSince(_("%(who)s deleted “%(what)s” on %(when)s.") % named)
    raise ChangedSince(
        _("%(who)s changed “%(what)s” on %(when)s, so this cannot be taken back any more.") % named
    )


def _refuse_if_lost(act: UUID) -> None:
    """Refuse where rows without history were deleted for good in this act."""
    known = {str(kept.model._meta.model_name) for kept in all_kept()}
    known |= {name for kept in all_kept() for name in kept.goes_with or ()}
    for data in Event.objects.filter(act=act, data__has_key="gone").values_list("data", flat=True):
        if lost := {name: n for name, n in data["gone"].items() if name not in known}:
            raise CannotReturn(
                _("It was deleted for good, and %(n)d things without a history went with it.")
                % {"n": sum(lost.values())}
            )


def _unfit(error: ValidationError) -> str:
    return _("It cannot be as it was: %(why)s") % {"why": " ".join(error.messages)}


# --- putting rows back ----------------------------------------------------------------------


def _take_back(
    steps: Sequence[Step], rows: dict[tuple[Kept, Any], Any], by: Membership
) -> list[tuple[Kept, Returned]]:
    """Put all rows back: those that went, then those that changed, then off with the new ones."""
    befores = {key: copy(row) for key, row in rows.items()}
    for step in steps:
        if step.removed:
            rows[step.kept, step.pk] = _again(step)
    found: list[tuple[Kept, Returned]] = []
    for kept, own in _by_kept(step for step in steps if not step.made).items():
        returned = []
        for step in own:
            row = rows[kept, step.pk]
            if not step.removed:
                _return(step, row)
            row.full_clean()
            returned.append(Returned(befores.get((kept, step.pk)), row))
        kept.settle(returned, by)
        found += [(kept, one) for one in returned]
    return found + _unmake([step for step in steps if step.made], rows, by)


def _again(step: Step) -> Any:
    """Store a row that was deleted once more; rows may come in any order, keys are checked last."""
    row = _as_row(step.kept, step.before)
    for name in step.kept.rising & _names(step.kept):
        setattr(row, name, getattr(step.after, name) + 1)
    row.save(force_insert=True)
    return row


def _return(step: Step, row: Any) -> None:
    """Put a row that changed back; its edit version moves on where the act had moved it."""
    before = copy(row)
    was: Any = step.before
    _fill(step.kept, row, was)
    edited = getattr(was, "version", 0) != getattr(row, "version", 0)
    if edited or Returned(before, row).changes:
        _keep(step.kept, row, but=frozenset() if edited else frozenset({"version"}))


def _fill(kept: Kept, row: Any, version: Any, *, leave: frozenset[str] = frozenset()) -> None:
    for column in kept.columns:
        if column.name not in leave:
            setattr(row, column.attname, getattr(version, column.attname))
    for column in kept.columns:
        # Whoever left stays gone; a row that needs what is gone is refused when it is checked.
        if isinstance(column, ForeignKey) and column.remote_field.on_delete is SET_NULL:
            related: Any = column.related_model
            pk = getattr(row, column.attname)
            if pk is not None and not related._default_manager.filter(pk=pk).exists():
                setattr(row, column.attname, None)


def _keep(kept: Kept, row: Any, *, but: frozenset[str] = frozenset()) -> None:
    for name in kept.rising & _names(kept) - but:
        setattr(row, name, getattr(row, name) + 1)
    row.full_clean()
    row.save()


def _unmake(
    steps: Sequence[Step], rows: dict[tuple[Kept, Any], Any], by: Membership
) -> list[tuple[Kept, Returned]]:
    """Let rows that an act made go; archive them where something else hangs on one of them."""
    made = {kept: [rows[kept, step.pk] for step in own] for kept, own in _by_kept(steps).items()}
    alone = _stand_alone(made)
    found: defaultdict[Kept, list[Returned]] = defaultdict(list)
    for kept, own in reversed(made.items()):
        befores = [copy(row) for row in reversed(own)]
        if alone:
            delete_for_good(*reversed(own))
            found[kept] = [Returned(before, None) for before in befores]
            continue
        for before, row in zip(befores, reversed(own), strict=True):
            if kept.archives and row.archived_at is None:
                row.archived_at = timezone.now()
                _keep(kept, row)
                found[kept].append(Returned(before, row))
    for kept, returned in found.items():
        kept.settle(returned, by)
    return [(kept, one) for kept, its in found.items() for one in its]


def _stand_alone(made: Mapping[Kept, Sequence[Any]]) -> bool:
    """Tell whether nothing hangs on these rows but each other and what can be computed again."""
    own = {str(kept.model._meta.model_name): len(rows) for kept, rows in made.items()}
    computed = {name for kept in made for name in kept.goes_with or ()}
    try:
        return all(kept.goes_with is not None for kept in made) and all(
            name in computed or count <= own.get(name, 0)
            for rows in made.values()
            for name, count in what_goes(*rows).items()
        )
    except RestrictedError:
        return False


def _as_row(kept: Kept, version: Any) -> Any:
    """Make a row as it stood at a version; it is not stored."""
    columns = kept.model._meta.concrete_fields
    return kept.model(**{one.attname: getattr(version, one.attname) for one in columns})


def _names(kept: Kept) -> set[str]:
    return {column.name for column in kept.model._meta.concrete_fields}

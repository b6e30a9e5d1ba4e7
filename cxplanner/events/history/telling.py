"""History in words: who did what, when, and from what to what."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.models import ApiToken, Membership
from cxplanner.base.differences import Piece, words
from cxplanner.base.history import versions_of
from cxplanner.base.tenancy import CurrentWorkspace
from cxplanner.events.facts import Event
from cxplanner.events.history.kept import Kept, all_kept
from cxplanner.events.history.selectors import UNDONE, closings

# What an act did to a thing, as its verb.
VERBS = {
    "made": gettext_lazy("made it"),
    "changed": gettext_lazy("changed it"),
    "moved": gettext_lazy("moved it"),
    "archived": gettext_lazy("archived it"),
    "restored": gettext_lazy("brought it back"),
    "deleted": gettext_lazy("deleted it"),
    "undone": gettext_lazy("took an act back"),
    "returned": gettext_lazy("brought back an earlier version"),
}
# What was taken back, by the verb of its event.
_ACTS = {
    "created": gettext_lazy("“%(name)s” made"),
    "moved": gettext_lazy("“%(name)s” moved"),
    "archived": gettext_lazy("“%(name)s” archived"),
    "restored": gettext_lazy("“%(name)s” brought back"),
    "deleted": gettext_lazy("“%(name)s” deleted"),
    "approved": gettext_lazy("“%(name)s” approved"),
    "review_asked": gettext_lazy("“%(name)s” handed in for review"),
    "redefined": gettext_lazy("“%(name)s” redefined"),
    "opened": gettext_lazy("“%(name)s” opened"),
    "closed": gettext_lazy("“%(name)s” closed"),
    "reopened": gettext_lazy("“%(name)s” opened again"),
    "brought_in": gettext_lazy("touchpoints brought into “%(name)s”"),
}
_CHANGED = gettext_lazy("“%(name)s” changed")
_PLACE = {"position", "parent"}


@dataclass(frozen=True, slots=True)
class Who:
    """Who did it, through what; all empty where nobody said so."""

    name: str = ""
    user_id: int | None = None
    token: str = ""
    command: str = ""
    task: str = ""

    def __str__(self) -> str:
        if self.name and self.token:
            return _("%(name)s, by the token “%(token)s”") % {
                "name": self.name,
                "token": self.token,
            }
        if self.name:
            return self.name
        if self.command:
            return _("the command %(name)s") % {"name": self.command}
        if self.task:
            return _("the task %(name)s") % {"name": self.task.rpartition(".")[2]}
        return _("the program")


@dataclass(frozen=True, slots=True)
class Change:
    """A column that an act changed: raw, and as people read it. `pieces` where it is a text."""

    name: str
    label: str
    before: Any
    after: Any
    was: str
    now: str
    pieces: list[Piece] | None = None

    @property
    def course(self) -> str:
        """Say which way an amount went."""
        if not (isinstance(self.before, Decimal) and isinstance(self.after, Decimal)):
            return ""
        return _("raised") if self.after > self.before else _("lowered")


@dataclass(slots=True)
class Entry:
    """What one act did to one thing."""

    version: Any
    what: str
    who: Who
    changes: list[Change]
    others: int = 0
    after_approval: bool = False
    is_newest: bool = False

    @property
    def id(self) -> int:
        """The version the act left behind: what a restore brings back."""
        return int(self.version.pgh_id)

    @property
    def at(self) -> datetime:
        at: datetime = self.version.pgh_created_at
        return at

    @property
    def act(self) -> UUID | None:
        act: UUID | None = self.version.pgh_context_id
        return act

    @property
    def verb(self) -> str:
        return str(VERBS[self.what])


def entries_of(kept: Kept, row: Any, closing: Iterable[Any]) -> list[Entry]:
    """Tell what acts did to a thing, from their closing versions, the newest first.

    Costs the same number of queries however many there are.
    """
    shown = list(closing)
    if not shown:
        return []
    older = closings(kept, row.pk).filter(pgh_id__lt=shown[-1].pgh_id)[:1]
    versions = [*shown, *older]
    names = _named(kept, versions)
    people = people_of(shown)
    events = _events(kept, row, shown)
    others = _others(shown)
    found = []
    for at, version in enumerate(shown):
        before = versions[at + 1] if at + 1 < len(versions) else None
        if before is None and version.pgh_label != "insert":
            before = version  # what was before history began is not known
        said = events.get(version.pgh_context_id, {})
        changes = [] if before is None else _changes(kept, row, before, version, names)
        entry = Entry(version, _verb(before, version, changes, said), people[at], changes)
        entry.others = max(others.get(version.pgh_context_id, 0) - 1, 0)
        entry.after_approval = any(data.get("after_approval") for data in said.values())
        found.append(entry)
    return found


def named_act(event: str, name: str) -> str:
    """Say in words what an act did, by the name of its event: “Seats sit well” moved."""
    return str(_ACTS.get(event.partition(".")[2], _CHANGED) % {"name": name})


def who_did(version: Any) -> Who:
    """Return who wrote one version."""
    return people_of([version])[0]


def people_of(versions: Sequence[Any]) -> list[Who]:
    """Return who wrote each version, in two queries. Their contexts should be read along."""
    said = [one.pgh_context.metadata if one.pgh_context else {} for one in versions]
    asked = {data["user"] for data in said if data.get("user")}
    members = Membership.everyone.filter(workspace_id=CurrentWorkspace(), user__in=asked)
    users = {one.user_id: one for one in members.select_related("user")}
    ids = {data["token"] for data in said if data.get("token")}
    tokens = dict(ApiToken.objects.filter(pk__in=ids).values_list("pk", "name"))
    return [
        Who(
            name=str(users.get(data.get("user"), "")),
            user_id=data.get("user"),
            token=tokens.get(data.get("token"), ""),
            command=str(data.get("command", "")),
            task=str(data.get("task", "")),
        )
        for data in said
    ]


def _events(
    kept: Kept, row: Any, shown: Sequence[Any]
) -> dict[UUID | None, dict[str, dict[str, Any]]]:
    """Return what was said to have happened in each act: {act: {name: data}}."""
    rows = Event.objects.filter(act__in={one.pgh_context_id for one in shown} - {None})
    found: defaultdict[UUID | None, dict[str, dict[str, Any]]] = defaultdict(dict)
    for act, name, kind, pk, data in rows.values_list(
        "act", "name", "about_kind", "about_id", "data"
    ):
        if name == UNDONE or (kind, pk) == (kept.kind, str(row.pk)):
            found[act][name] = data
    return found


def _others(shown: Sequence[Any]) -> Counter[UUID]:
    """Count the things with a history of their own that each act touched."""
    acts = {one.pgh_context_id for one in shown} - {None}
    found: Counter[UUID] = Counter()
    for kept in all_kept():
        if kept.path:
            rows = versions_of(kept.model).filter(pgh_context_id__in=acts)
            counts = rows.order_by().values_list("pgh_context_id")
            found.update(dict(counts.annotate(n=Count("pgh_obj_id", distinct=True))))
    return found


def _verb(before: Any, version: Any, changes: list[Change], said: Mapping[str, Any]) -> str:
    for name, verb in ((UNDONE, "undone"), ("version.restored", "returned")):
        if name in said:
            return verb
    if version.pgh_label == "delete":
        return "deleted"
    if before is None or before.pgh_label == "delete":
        return "made"
    was, now = (getattr(one, "archived_at", None) for one in (before, version))
    if (was is None) != (now is None):
        return "archived" if now else "restored"
    if changes and {one.name for one in changes} <= _PLACE:
        return "moved"
    return "changed"


# --- values in words ------------------------------------------------------------------------


def _changes(
    kept: Kept, row: Any, before: Any, after: Any, names: Mapping[str, Mapping[Any, str]]
) -> list[Change]:
    found = []
    for column in kept.told:
        old, new = getattr(before, column.attname), getattr(after, column.attname)
        if old == new:
            continue
        was, now = (_said(kept, row, column, one, names) for one in (old, new))
        label = kept.labels.get(column.name, column.verbose_name)
        texts = _is_text(column) and bool(old) and bool(new)
        pieces = words(was, now) if texts else None
        found.append(Change(column.name, str(label), old, new, was, now, pieces))
    return found


def _is_text(column: Any) -> bool:
    return isinstance(column, models.CharField | models.TextField) and not column.choices


def _said(
    kept: Kept, row: Any, column: Any, value: Any, names: Mapping[str, Mapping[Any, str]]
) -> str:
    """Write a column's value as people read it; nothing at all is "none"."""
    if value is None or value in ("", [], {}):
        return _("none")
    if column.name in kept.say:
        return kept.say[column.name](row, value)
    if column.is_relation:
        return names[column.name].get(value, _("one that is gone"))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case Decimal() | int() | float():
            return number_format(f"{Decimal(str(value)).normalize():f}")
        case datetime():
            return date_format(timezone.localtime(value), "j E Y, H:i")
        case date():
            return date_format(value, "j E Y")
        case dict():
            return "; ".join(f"{name}: {_plain(one)}" for name, one in value.items())
        case list():
            return ", ".join(_plain(one) for one in value)
    return str(value)


def _named(kept: Kept, versions: Iterable[Any]) -> dict[str, dict[Any, str]]:
    """Name the rows that versions refer to, one query a reference."""
    found: dict[str, dict[Any, str]] = {}
    for column in kept.told:
        if column.is_relation:
            related: Any = column.related_model
            ids = {getattr(one, column.attname) for one in versions} - {None}
            # Whoever left stays named.
            rows = getattr(related, "everyone", related._default_manager).filter(pk__in=ids)
            if any(one.name == "user" for one in related._meta.concrete_fields):
                rows = rows.select_related("user")
            found[column.name] = {one.pk: str(one) for one in rows}
    return found

"""Reading evidence: that of a plan narrowed down, and how much hangs on things."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from cxplanner.base.refs import Ref
from cxplanner.base.sheets import safe_cell
from strategy.evidence.models import Evidence

ORDERS: Mapping[str, tuple[Any, ...]] = {
    "new": ("-pk",),
    "date": (F("date").desc(nulls_last=True), "-pk"),
    "kind": ("kind", "-pk"),
    "old": ("pk",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which evidence of a plan to read; what is empty does not narrow."""

    text: str = ""
    kind: str = ""
    verified: bool | None = None
    about_kind: str = ""
    archived: bool = False
    order: str = "new"


def evidence_of(plan_id: int, wanted: Wanted) -> QuerySet[Evidence]:
    """Return a plan's evidence as wanted; undated evidence comes last by date."""
    rows = Evidence.objects.filter(plan=plan_id, archived_at__isnull=not wanted.archived)
    if wanted.text:
        rows = rows.filter(Q(text__icontains=wanted.text) | Q(source__icontains=wanted.text))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.about_kind:
        rows = rows.filter(about_kind=wanted.about_kind)
    if wanted.verified is not None:
        rows = rows.filter(verified_at__isnull=not wanted.verified)
    order = ORDERS.get(wanted.order, ORDERS["new"])
    return rows.order_by(*order).select_related("verified_by__user")


def on_things(refs: Iterable[Ref]) -> QuerySet[Evidence]:
    """Return the living evidence that hangs on any of these things, the newest first."""
    hangs = Q(pk__in=[])
    by_kind: dict[str, list[str]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, []).append(str(ref.id))
    for kind, ids in by_kind.items():
        hangs |= Q(about_kind=kind, about_id__in=ids)
    rows = Evidence.objects.filter(hangs, archived_at=None).order_by("-pk")
    return rows.select_related("verified_by__user")


def counts_on(kind: str, ids: Iterable[int]) -> Mapping[int, int]:
    """Count the living evidence on things of one kind; one query, without an entry nothing."""
    return _counted(Evidence.objects.filter(about_kind=kind, about_id__in=map(str, ids)))


def counts_in(plan_id: int, kind: str) -> Mapping[int, int]:
    """Count the living evidence on all of a plan's things of one kind, however many; one query."""
    return _counted(Evidence.objects.filter(plan=plan_id, about_kind=kind))


def _counted(rows: QuerySet[Evidence]) -> Mapping[int, int]:
    counted = rows.filter(archived_at=None).order_by().values_list("about_id").annotate(Count("pk"))
    return {int(identity): n for identity, n in counted}


def sheet_of(rows: Iterable[Evidence]) -> Iterator[list[str]]:
    """Return the lines of a sheet of evidence: a head line, then one a piece."""
    yield ["id", "about", "kind", "text", "source", "link", "date", "verified_at", "verified_by"]
    for row in rows:
        verified = row.verified_at.isoformat() if row.verified_at else ""
        cells = [row.pk, row.about, row.kind, row.text, row.source, row.link, row.date or ""]
        yield [safe_cell(str(cell)) for cell in (*cells, verified, row.verified_by or "")]

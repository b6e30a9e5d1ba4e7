"""The table of a plan's touchpoints, cell by cell, and the page of one touchpoint."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.links import address
from cxplanner.base.merging import Merge, Place, Said, merged
from cxplanner.base.versions import Stale
from strategy.metrics.models import Metric
from strategy.metrics.readings import Ask, readings
from strategy.metrics.selectors import measured_at
from strategy.metrics.wording import reading_words
from strategy.plans.models import Plan
from strategy.touchpoints import services
from strategy.touchpoints.columns import BY_KEY, COLUMNS, Look, Row, seen_of
from strategy.touchpoints.comparing import Compared, compared
from strategy.touchpoints.forms import (
    CellForm,
    LensForm,
    TouchpointForm,
)
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.phrases import beside, headline
from strategy.touchpoints.selectors import audits_of
from strategy.touchpoints.showing import page_of, rows_of
from strategy.touchpoints.words import course_of, found_at, graded_words
from strategy.vocabulary.selectors import sentences_of

# --- the table --------------------------------------------------------------------------------


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def touchpoints(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show a plan's touchpoints as the address says; who may edit adds one under them."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    if request.method != "POST":
        return _table(request, plan, TouchpointForm(auto_id="new-%s"))
    if not request.member.can(Action.EDIT):
        raise PermissionDenied
    form = TouchpointForm(request.POST, auto_id="new-%s")
    if form.is_valid():
        said: Any = form.cleaned_data
        try:
            added = services.create_touchpoint(plan=plan, by=request.member, **said)
        except ValidationError as error:
            _take(form, error)
        else:
            words = _("“%(name)s” is added.") % {"name": added.name}
            if in_page(request):
                return _row(request, added, words)
            say_done(request, words)
            return _to_list(request, plan.pk)
    if in_page(request):
        return _refused(form)
    return _table(request, plan, form)


def _take(form: TouchpointForm, error: ValidationError) -> None:
    """Show a service's faults; those of the whole row stand at its name."""
    for name, faults in getattr(error, "error_dict", {"name": [error]}).items():
        form.add_error(name if name in form.fields else "name", faults)


def _table(request: MemberRequest, plan: Plan, form: TouchpointForm) -> HttpResponse:
    """Show the table; a bound form is a new row that could not be kept."""
    slug, members = request.member.workspace.slug, people_by_label()
    lens = LensForm(request.GET, plan=plan, owners=_owners(plan, members))
    wanted = lens.wanted()
    today = request.member.workspace.today()
    page, found = page_of(plan, wanted, request.GET.get("page"), today=today)
    rows = rows_of(plan, found, members)
    archived = list(plan.touchpoints.exclude(archived_at=None))
    living = page.paginator.count
    if wanted.narrows:
        living = plan.touchpoints.filter(archived_at=None).count()
    context = _around(request, plan) | {
        "rows": rows,
        "page": page,
        "living": living,
        "lens": lens,
        "is_narrowed": wanted.narrows,
        "apart": _apart(plan, found)
        if page.paginator.num_pages == 1 and not wanted.narrows
        else "",
        "headings": _headings(request, wanted.order),
        "archived": archived,
        "form": form,
        "options": _options(plan, members, rows),
        "crumbs": [
            {"name": plan.name, "url": address("plan", slug, plan.pk)},
            {"name": _("Touchpoints")},
        ],
    }
    status = 422 if form.is_bound else 200
    template = "strategy/touchpoints/touchpoints.html"
    return render_page(request, template, "table", context, status=status)


def _apart(plan: Plan, found: Sequence[Compared]) -> str:
    """Say where customers do not bear grades out; "" where they do, or nobody knows."""
    is_apart = any(row.verdict is not None and row.verdict.disagrees for row in found)
    return headline(found, plan) if is_apart else ""


def _around(request: MemberRequest, plan: Plan) -> dict[str, Any]:
    """Gather what the table and each of its rows need."""
    return {
        "plan": plan,
        "nav": "plan",
        "may_edit": request.member.can(Action.EDIT),
        "to": _addresses(request.member.workspace.slug),
    }


def _addresses(slug: str) -> dict[str, dict[str, str]]:
    """Return what stands before and behind an id in the addresses of a row.

    Made once: as many as there are rows, they would take longer than all the rest of the page.
    """
    found = {}
    for act in ("change", "edit", "archive"):
        before, _id, behind = reverse(f"touchpoint-{act}", args=[slug, 0]).rpartition("/0/")
        found[act] = {"before": f"{before}/", "behind": f"/{behind}"}
    return found


def _row_of(row: Touchpoint, members: Mapping[str, Membership]) -> Row:
    """Put beside one touchpoint what its row says."""
    found = compared([row], today=row.plan.workspace.today())
    return rows_of(row.plan, found, members)[0]


def _owners(plan: Plan, members: Mapping[str, Membership]) -> list[tuple[str, str]]:
    """Return whom the table can be narrowed to: members, then plain names."""
    named = plan.touchpoints.filter(owner=None, archived_at=None).exclude(owner_name="")
    names = named.order_by("owner_name").values_list("owner_name", flat=True).distinct()
    people = [(f"m{member.pk}", label) for label, member in members.items()]
    return [*people, *((f"n{name}", name) for name in names)]


def _headings(request: MemberRequest, order: str) -> list[dict[str, Any]]:
    """Return the heads of the columns: where each leads, and how the table is sorted by it."""
    found = []
    for column in COLUMNS:
        is_up = order == column.key
        asked = request.GET.copy()
        asked.pop("page", None)
        asked["sort"] = f"-{column.key}" if is_up else column.key
        found.append(
            {
                "column": column,
                "url": f"?{asked.urlencode()}",
                "sorted": {column.key: "ascending", f"-{column.key}": "descending"}.get(order, ""),
            }
        )
    return found


def _options(
    plan: Plan, members: Mapping[str, Membership], rows: Iterable[Row]
) -> dict[str, list[tuple[str, str | Promise]]]:
    """Return what the cells of a column choose from: a value, and what it means."""
    known: dict[str, list[str]] = {
        "stage": list(plan.stages),
        "channel": list(plan.channels),
        "owner": list(members),
    }
    for row in rows:
        for key, names in known.items():
            names.append(BY_KEY[key].value(row))
    found: dict[str, list[tuple[str, str | Promise]]] = {
        key: [(name, "") for name in dict.fromkeys(names) if name] for key, names in known.items()
    }
    for column in COLUMNS:
        if column.look is Look.CHOICE:
            found[column.key] = list(column.choices)
    return found | {"grade": list(sentences_of(plan).items())}


# --- one cell ---------------------------------------------------------------------------------


@needs(Action.EDIT)
@require_POST
def cell(request: MemberRequest, touchpoint_id: int, key: str) -> HttpResponse:
    """Keep one cell: answers the row anew, 422 with what is wrong, 409 with both versions."""
    column = BY_KEY.get(key)
    if column is None or not column.edits:
        raise Http404
    row = _found(touchpoint_id)
    if row.archived_at is not None:
        words = _("“%(name)s” is archived. Restore it, then press Enter here to keep this.")
        return _wrong([words % {"name": row.name}])
    form = CellForm(request.POST, column=column, members=people_by_label())
    if not form.is_valid():
        return _refused(form)
    try:
        if column.look in (Look.GRADE, Look.DAY):
            is_new = _grade(request, row, form)
        else:
            is_new = _change(request, row, form, form.cleaned_data["version"])
    except ValidationError as error:
        return _wrong(error.messages)
    except Stale as stale:
        return _clashed(request, row, form, stale)
    row = _found(touchpoint_id)
    words = _("%(column)s of “%(name)s” is kept.") % {"column": column.label, "name": row.name}
    return _row(request, row, words if is_new else "")


def _change(request: MemberRequest, row: Touchpoint, form: CellForm, seen: int) -> bool:
    """Keep a cell, and tell whether that changed anything.

    Others may have changed other cells of the row since it was seen. Raises Stale where this one
    is what they changed, ValidationError.
    """
    try:
        kept = services.change_touchpoint(
            row, by=request.member, expected_version=seen, **form.said()
        )
    except Stale as stale:
        shown = CellForm.showing(form.column, form.members)
        merge = merged(form, stale.row, shown=shown, reader_id=request.user.pk)
        if merge.open:
            raise
        return bool(merge.mine) and _change(request, row, form, merge.version)
    return kept.version != seen


def _grade(request: MemberRequest, row: Touchpoint, form: CellForm) -> bool:
    """Keep a grade or its day, and tell whether that changed anything.

    Raises Stale, ValidationError.
    """
    seen = request.POST.get("seen", "")
    kept = services.grade_in_place(row, seen=seen, by=request.member, **form.said())
    return seen_of(kept) != seen


def _clashed(request: MemberRequest, row: Touchpoint, form: CellForm, stale: Stale) -> HttpResponse:
    """Answer 409 with both versions of the cell, and the row as it is now."""
    row = _found(row.pk)
    now = _row_of(row, form.members)
    if form.column.look in (Look.GRADE, Look.DAY):
        merge = _graded_twice(form, now)
    else:
        shown = CellForm.showing(form.column, form.members)
        merge = merged(form, stale.row, shown=shown, reader_id=request.user.pk)
    context = _around(request, row.plan) | {
        "rows": [now],
        "merge": merge,
        "column": form.column,
        "takes_words": form.column.look in (Look.NAME, Look.LISTED, Look.PROSE),
    }
    return render(request, "strategy/touchpoints/_cell.html", context, status=409)


def _graded_twice(form: CellForm, now: Row) -> Merge:
    """Lay a grade or a day beside the newest one."""
    column, typed = form.column, str(form["value"].value())
    label = str(column.label)
    theirs = column.value(now)
    place = Place(
        "value",
        Said(label, theirs, theirs, (("value", theirs),)),
        Said(label, typed, typed, (("value", typed),)),
    )
    by = str(now.audit.by) if now.audit and now.audit.by else _("somebody who left")
    at = now.audit.updated_at if now.audit else now.touchpoint.updated_at
    return Merge(now.touchpoint.version, by, at, open=[place])


def _row(request: MemberRequest, row: Touchpoint, words: str) -> HttpResponse:
    """Answer one row anew; if anything happened, with words for it and the offer to undo it."""
    act = current_act() if words else None
    context = _around(request, row.plan) | {
        "rows": [_row_of(row, people_by_label())],
        "living": row.plan.touchpoints.filter(archived_at=None).count(),
        "words": words,
        "undo_url": reverse("undo-act", args=[request.member.workspace.slug, act]) if act else "",
    }
    return render(request, "strategy/touchpoints/_cell.html", context)


def _refused(form: Any) -> HttpResponse:
    """Say what is wrong in plain words."""
    return _wrong(str(fault) for found in form.errors.values() for fault in found)


def _wrong(faults: Iterable[str]) -> HttpResponse:
    return HttpResponse(" ".join(faults), status=422, content_type="text/plain")


def _found(touchpoint_id: int) -> Touchpoint:
    rows = Touchpoint.objects.select_related("plan__workspace", "owner__user")
    return get_object_or_404(rows, pk=touchpoint_id)


# --- one touchpoint ---------------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def touchpoint(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Show what is known of a touchpoint, and what is measured there."""
    found = _found(touchpoint_id)
    metrics = Metric.objects.filter(pk__in=measured_at([found.pk])[found.pk], archived_at=None)
    asked = list(metrics.order_by("name"))
    today, slug = request.member.workspace.today(), request.member.workspace.slug
    figures = readings([Ask(metric, today, found.pk) for metric in asked])
    past = audits_of(found.pk)
    [pair] = beside(compared([found], today=today), found.plan, slug)
    context = {
        "plan": found.plan,
        "nav": "plan",
        "touchpoint": found,
        "may_edit": request.member.can(Action.EDIT),
        "grades": graded_words(found.plan, past),
        "pair": pair,
        "course": course_of(past, rtl=get_language_bidi()),
        "found": found_at(found),
        "figures": [
            (metric, reading_words(metric, one)) for metric, one in zip(asked, figures, strict=True)
        ],
        "crumbs": [
            {"name": found.plan.name, "url": address("plan", slug, found.plan_id)},
            {"name": _("Touchpoints"), "url": address("touchpoints", slug, found.plan_id)},
            {"name": found.name},
        ],
    }
    return render(request, "strategy/touchpoints/touchpoint.html", context)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Hide a touchpoint; it stays below the table and comes back in one act."""
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    services.archive_touchpoint(touchpoint, by=request.member)
    say_done(request, _("“%(name)s” is archived.") % {"name": touchpoint.name})
    return _to_list(request, touchpoint.plan_id, look=request.POST.get("look", ""))


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    touchpoint = get_object_or_404(Touchpoint, pk=touchpoint_id)
    services.restore_touchpoint(touchpoint, by=request.member)
    say_done(request, _("“%(name)s” is back.") % {"name": touchpoint.name})
    return _to_list(request, touchpoint.plan_id)


def _to_list(request: MemberRequest, plan_id: int, look: str = "") -> HttpResponse:
    """Go to the table; `look` is the part of its address that narrows and sorts it."""
    table = reverse("touchpoints", args=[request.member.workspace.slug, plan_id])
    query = QueryDict(look).urlencode()
    return redirect(f"{table}?{query}" if query else table)

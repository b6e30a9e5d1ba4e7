"""A plan's own SWOT as a board of four quadrants, and one entry of it."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.plans.models import Plan
from strategy.swot import services
from strategy.swot.forms import EntryForm, LensForm, MoveForm, NoneForm, places_of, with_own
from strategy.swot.models import Quadrant, SwotEntry
from strategy.swot.phrases import finding, moved
from strategy.swot.selectors import Column, balance, board_of, own_entries, reasons_of
from strategy.touchpoints.models import Touchpoint

_ask = require_http_methods(["GET", "HEAD", "POST"])


# --- the board --------------------------------------------------------------------------------


@needs(Action.VIEW)
@_ask
def swot(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show the board; who may edit adds an entry to a quadrant."""
    plan = get_object_or_404(Plan, pk=plan_id)
    if request.method != "POST":
        return _page(request, plan)
    if not request.member.can(Action.EDIT):
        raise PermissionDenied
    quadrant = _quadrant(request)
    form = EntryForm(
        request.POST, places=places_of(plan), quadrant=quadrant, auto_id=f"add-{quadrant}-%s"
    )
    if form.is_valid():
        try:
            added = services.add_entry(plan=plan, by=request.member, **cast("Any", form.said()))
        except ValidationError as error:
            form.take(error)
        else:
            words = _("“%(entry)s” is added.") % {"entry": added}
            return _changed(request, plan, words, added, adding=quadrant)
    return _page(request, plan, {("add", quadrant): form}, status=422)


@needs(Action.EDIT)
@require_POST
def none(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Say why a quadrant stays empty, or take that back (`take_back`)."""
    plan = get_object_or_404(Plan, pk=plan_id)
    quadrant = _quadrant(request)
    if "take_back" in request.POST and quadrant:
        services.mark_none(plan, quadrant=quadrant, reason="", by=request.member)
        return _changed(request, plan, _("The quadrant is open again."))
    form = NoneForm(request.POST, quadrant=quadrant, auto_id=f"none-{quadrant}-%s")
    if form.is_valid():
        try:
            services.mark_none(plan, by=request.member, **form.cleaned_data)
        except ValidationError as error:
            form.take(error)
        else:
            return _changed(request, plan, _("Marked as none, which counts as done."))
    return _page(request, plan, {("none", quadrant): form}, status=422)


def _quadrant(request: MemberRequest) -> str:
    said = request.POST.get("quadrant", "")
    return said if said in Quadrant.values else ""


def _page(
    request: MemberRequest,
    plan: Plan,
    bound: dict[tuple[str, str], Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Show the board; `bound` are the forms that could not be kept, by act and quadrant."""
    context = _board(request, plan, bound or {}, adding="")
    if in_page(request):
        response = render(request, "strategy/swot/_board.html", context, status=status)
        return reswap(retarget(response, "#board"), "outerHTML")
    return render(request, "strategy/swot/swot.html", context, status=status)


def _board(
    request: MemberRequest, plan: Plan, bound: dict[tuple[str, str], Any], *, adding: str
) -> dict[str, Any]:
    """Gather the board in a few queries; `adding` is the quadrant that takes the next entry."""
    everybody = list(own_entries(plan.pk).select_related("touchpoint"))
    living = [one for one in everybody if one.archived_at is None]
    places = places_of(plan)
    lens = LensForm(request.GET, places=places)
    wanted = lens.touchpoint_id
    shown = [one for one in living if wanted in (None, one.touchpoint_id)]
    board = board_of(shown, reasons_of(plan.pk), order=lens.by)
    filled = {one.quadrant for one in living}
    return {
        "plan": plan,
        "nav": "plan",
        "columns": [_column(one, filled, places, bound, adding) for one in board],
        "pairs": balance(board),
        "finding": finding(board) if wanted is None else "",
        "lens": lens,
        "is_narrowed": wanted is not None,
        "is_empty": not living,
        "by_hand": lens.by == "hand",
        "archived": [one for one in everybody if one.archived_at is not None],
        "may_edit": request.member.can(Action.EDIT),
        "quadrants": Quadrant.choices,
        "crumbs": [_own_crumb(request, plan), {"name": _("Own SWOT")}],
    }


def _column(
    column: Column,
    filled: set[str],
    places: Sequence[Touchpoint],
    bound: dict[tuple[str, str], Any],
    adding: str,
) -> dict[str, Any]:
    name = column.quadrant.value
    form = bound.get(("add", name)) or EntryForm(
        places=places, quadrant=name, auto_id=f"add-{name}-%s"
    )
    if name == adding:
        form.fields["text"].widget.attrs["autofocus"] = True
    marking = bound.get(("none", name)) or NoneForm(quadrant=name, auto_id=f"none-{name}-%s")
    forms = {"adding": form, "marking": marking, "is_open": form.is_bound or name == adding}
    return {"column": column, "name": name, "has_any": name in filled} | forms


def _changed(
    request: MemberRequest,
    plan: Plan,
    words: str,
    entry: SwotEntry | None = None,
    *,
    adding: str = "",
    closed: str = "",
    quiet: bool = False,
) -> HttpResponse:
    """Answer an act: the board anew, and what happened in words, with the offer to undo it.

    `adding`: the quadrant that takes the next entry. `closed`: the slot whose form is done with.
    `quiet`: nothing was to be done.
    """
    slug = request.member.workspace.slug
    if in_page(request):
        context = _board(request, plan, {}, adding=adding)
        context |= {"words": words, "quiet": quiet, "closed": closed}
        context["picked"] = entry.pk if entry and not adding else None
        context["undo_url"] = "" if quiet else reverse("undo-act", args=[slug, current_act()])
        response = render(request, "strategy/swot/_changed.html", context)
        return reswap(retarget(response, "#board"), "outerHTML")
    if quiet:
        messages.info(request, words)
    else:
        say_done(request, words)
    lens = LensForm(request.GET, places=places_of(plan))
    place = reverse("swot", args=[slug, plan.pk]) + lens.query
    return redirect(f"{place}#entry-{entry.pk}" if entry else place)


def _own_crumb(request: MemberRequest, plan: Plan) -> dict[str, str]:
    return {"name": plan.name, "url": address("plan", request.member.workspace.slug, plan.pk)}


# --- one entry --------------------------------------------------------------------------------


def _found(entry_id: int) -> SwotEntry:
    return get_object_or_404(SwotEntry.objects.select_related("plan", "touchpoint"), pk=entry_id)


@needs(Action.VIEW)
@_ask
def entry(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Show an entry; who may edit changes it, on its page or in its place on the board."""
    row = _found(entry_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    places, sent = places_of(row.plan), posted(request)
    if sent is None:
        return _entry(request, row, EntryForm.of(row, places))
    form = EntryForm(sent, places=with_own(places, row), auto_id=f"e{row.pk}-%s")
    if not form.is_valid():
        return _entry(request, row, form, status=422)
    seen = form.cleaned_data["version"]
    try:
        services.change_entry(
            row, by=request.member, expected_version=seen, **cast("Any", form.said())
        )
    except ValidationError as error:
        form.take(error)
        return _entry(request, row, form, status=422)
    except Stale as stale:
        return both(
            request,
            form,
            stale,
            shown=lambda one: EntryForm.of(one, places),
            context={"plan": row.plan, "nav": "plan", "crumbs": _entry_crumbs(request, row)},
            back_url=row.page_in(request.member.workspace.slug),
        )
    words = _("“%(entry)s” is kept.") % {"entry": SwotEntry.objects.get(pk=row.pk)}
    if in_page(request):
        return _changed(request, row.plan, words, row, closed=f"edit-{row.pk}")
    say_done(request, words)
    return redirect("swot-entry", request.member.workspace.slug, row.pk)


def _entry(
    request: MemberRequest, row: SwotEntry, form: EntryForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "plan": row.plan,
        "nav": "plan",
        "entry": row,
        "form": form,
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": _entry_crumbs(request, row),
    }
    name = "_editor.html" if in_page(request) else "entry.html"
    return render(request, f"strategy/swot/{name}", context, status=status)


def _entry_crumbs(request: MemberRequest, row: SwotEntry) -> list[dict[str, str]]:
    board = reverse("swot", args=[request.member.workspace.slug, row.plan_id])
    own = {"name": _("Own SWOT"), "url": board}
    return [_own_crumb(request, row.plan), own, {"name": str(row)}]


@needs(Action.EDIT)
@require_POST
def move(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Move an entry a step, or into a quadrant."""
    row = _found(entry_id)
    form = MoveForm(request.POST)
    living = own_entries(row.plan_id).filter(archived_at=None)
    place = form.place(row, list(living)) if form.is_valid() and not row.archived_at else None
    if place is None:
        words = _("“%(entry)s” cannot go further that way.") % {"entry": row}
        return _changed(request, row.plan, words, row, quiet=True)
    quadrant, position = place
    services.move_entry(row, quadrant=quadrant, position=position, by=request.member)
    return _changed(request, row.plan, moved(row, quadrant), row)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Hide an entry; the board brings it back."""
    row = _found(entry_id)
    services.archive_entry(row, by=request.member)
    words = _("“%(entry)s” is archived.") % {"entry": row}
    return _changed(request, row.plan, words, closed=f"edit-{row.pk}")


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, entry_id: int) -> HttpResponse:
    """Show an archived entry again."""
    row = _found(entry_id)
    services.restore_entry(row, by=request.member)
    return _changed(request, row.plan, _("“%(entry)s” is back.") % {"entry": row}, row)


@needs(Action.EDIT)
@require_POST
def make(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Make an entry from what was noted of a touchpoint; asked in a page, answer where it is."""
    place = get_object_or_404(Touchpoint.objects.select_related("plan"), pk=touchpoint_id)
    quadrant, text = _quadrant(request), request.POST.get("text", "")
    slug = request.member.workspace.slug
    try:
        made, is_new = services.entry_from(place, quadrant, text, by=request.member)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("touchpoint-change", slug, place.pk)
    words = _("“%(entry)s” stands in the SWOT.") % {"entry": made}
    if in_page(request):
        undo_url = reverse("undo-act", args=[slug, current_act()]) if is_new else ""
        context = {"entry": made, "words": words, "undo_url": undo_url}
        return render(request, "strategy/swot/_made.html", context)
    if is_new:
        say_done(request, words)
    else:
        messages.info(request, words)
    return redirect("touchpoint-change", slug, place.pk)

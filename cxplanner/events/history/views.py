"""The history of one thing, an earlier version brought back, and acts taken back."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseLocation

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.htmx import in_page
from cxplanner.base.links import address
from cxplanner.base.refs import Ref, Referable, targets
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale
from cxplanner.events.history import services
from cxplanner.events.history.kept import Kept, kept_of
from cxplanner.events.history.selectors import closings, last_act, last_undo
from cxplanner.events.history.telling import entries_of, named_act

A_PAGE = 25


@needs(Action.VIEW)
@require_safe
def history(request: MemberRequest, kind: str, row_id: int) -> HttpResponse:
    """Show who changed what of a thing, the newest first (`?before=`: older than that version)."""
    kept, row = _found(kind, row_id)
    rows = closings(kept, row.pk)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 10:
        rows = rows.filter(pgh_id__lt=int(before))
    shown = list(rows[: A_PAGE + 1])
    entries = entries_of(kept, row, shown[:A_PAGE])
    if entries and not before:
        entries[0].is_newest = True
    slug, plan = request.member.workspace.slug, _plan_of(row)
    context = {
        "plan": plan,
        "nav": "plan",
        "row": row,
        "kind": kind,
        "page_url": row.page_in(slug),
        "plan_url": address("plan", slug, row.ref_plan_id),
        "entries": entries,
        "next": shown[A_PAGE - 1].pgh_id if len(shown) > A_PAGE else None,
        "may_edit": request.member.can(Action.EDIT),
        "last_act": last_act(request.member) if request.member.can(Action.EDIT) else None,
    }
    return render(request, "events/history/history.html", context)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, kind: str, row_id: int, version_id: int) -> HttpResponse:
    """Make a thing what it was at a version."""
    kept, row = _found(kind, row_id)
    seen = request.POST.get("version", "")
    wanted = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    try:
        row = services.restore(kept, row, version_id, by=request.member, expected_version=wanted)
    except services.NoSuchVersion as error:
        raise Http404 from error
    except Stale:
        messages.error(request, _("Somebody changed it meanwhile. Look at what is new first."))
    except Refused as error:
        messages.error(request, str(error))
    else:
        say_done(request, _("“%(what)s” is as it was then.") % {"what": row})
    return redirect("history", request.member.workspace.slug, kind, row.pk)


@needs(Action.EDIT)
@require_POST
def undo(request: MemberRequest, act: UUID | None = None) -> HttpResponse:
    """Take back an act of the caller: that one, or the last one on a page."""
    act = act or last_act(request.member)
    if act is None:
        messages.info(request, _("There is nothing of yours to take back."))
        return _back(request)
    return _undone(request, act)


@needs(Action.EDIT)
@require_POST
def redo(request: MemberRequest) -> HttpResponse:
    """Take back the caller's last undo."""
    act = last_undo(request.member)
    if act is None:
        messages.info(request, _("There is nothing of yours to do again."))
        return _back(request)
    return _undone(request, act)


def _undone(request: MemberRequest, act: UUID) -> HttpResponse:
    try:
        undone = services.undo(act, by=request.member)
    except services.NoSuchAct as error:
        raise Http404 from error
    except Refused as error:
        messages.error(request, str(error))
        return _back(request)
    words = _("Done again: %(act)s") if undone.again else _("Taken back: %(act)s")
    say_done(request, words % {"act": named_act(undone.what, undone.name)})
    return _back(request, gone=undone.gone)


def _back(request: MemberRequest, *, gone: Sequence[Any] = ()) -> HttpResponse:
    """Return to the page the act was taken back on, or to the plan where that page is gone."""
    slug = request.member.workspace.slug
    came_from = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer"))
    where, home = str(came_from.path), reverse("workspace-home", args=[slug])
    left = [page for row in gone if isinstance(row, Referable) and (page := row.page_in(slug))]
    if came_from.netloc != request.get_host() or not where.startswith(home):
        where = home
    elif any(where.startswith(page) for page in left):
        plan_id = next(_plans_of(gone), 0)
        plan = targets([Ref("plan", plan_id)])
        where = address("plan", slug, plan_id) if plan else home
    elif came_from.query:
        where = f"{where}?{came_from.query}"
    if in_page(request):
        whole = {"HX-Boosted": "true"}
        return HttpResponseLocation(
            where, target="#main", select="#main", swap="outerHTML", headers=whole
        )
    return redirect(where)


def _plans_of(gone: Sequence[Any]) -> Iterator[int]:
    """Yield the plans of rows that are gone; one knows it only through another that went too."""
    for row in gone:
        with suppress(ObjectDoesNotExist):
            if isinstance(row, Referable):
                yield row.ref_plan_id


def _found(kind: str, row_id: int) -> tuple[Kept, Any]:
    kept = kept_of(kind)
    if kept is None:
        raise Http404
    model: Any = kept.model
    return kept, get_object_or_404(model.objects.select_related(*model.ref_related), pk=row_id)


def _plan_of(row: Any) -> Any:
    ref = Ref("plan", row.ref_plan_id)
    return row if row.ref == ref else targets([ref]).get(ref)

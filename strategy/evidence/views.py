"""Evidence: that of a whole plan, that of one thing, and one piece of it."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.refs import Ref, UnknownRef, target, targets
from cxplanner.base.sheets import csv_lines
from cxplanner.base.versions import Stale
from strategy.evidence import services
from strategy.evidence.forms import EvidenceForm, SearchForm
from strategy.evidence.models import Evidence
from strategy.evidence.selectors import evidence_of, on_things, sheet_of
from strategy.plans.models import Plan
from strategy.sections import KINDS

A_PAGE = 40
MOST_HERE = 100
_ask = require_http_methods(["GET", "HEAD", "POST"])


# --- a plan's ------------------------------------------------------------------------------


@needs(Action.VIEW)
@require_safe
def evidence(request: MemberRequest, plan_id: int) -> HttpResponse:
    """List a plan's evidence; search, filters and order as the address says."""
    plan = get_object_or_404(Plan, pk=plan_id)
    form = SearchForm(request.GET)
    wanted = form.wanted()
    page = Paginator(evidence_of(plan.pk, wanted), A_PAGE).get_page(request.GET.get("page"))
    own = Evidence.objects.filter(plan=plan)
    context = {
        "form": form,
        "page": page,
        "rows": shown(request, page.object_list),
        "is_narrowed": any(value for name, value in form.data.items() if name != "page"),
        "shows_archived": wanted.archived,
        "archived_count": own.exclude(archived_at=None).count(),
        "crumbs": _crumbs(request, plan, {"name": _("Evidence")}),
    }
    context |= _around(request, plan)
    return render_page(request, "strategy/evidence/evidence.html", "rows", context)


def shown(request: MemberRequest, rows: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Put beside each piece what it hangs on, with one query for each kind of thing."""
    found = list(rows)
    things = targets({one.about for one in found})
    return [
        {"evidence": one, "thing": things.get(one.about)} | _about(request, one.about, things)
        for one in found
    ]


def _about(request: MemberRequest, about: Ref, things: dict[Ref, Any]) -> dict[str, str]:
    row = things.get(about)
    if row is None:
        return {"kind": "", "name": "", "url": ""}
    name = _("an answer") if about.kind == "response" else str(row)
    url = row.page_in(request.member.workspace.slug)
    return {"kind": str(KINDS.get(about.kind, about.kind)), "name": name, "url": url}


def _around(request: MemberRequest, plan: Plan) -> dict[str, Any]:
    return {"plan": plan, "nav": "voices", "may_edit": request.member.can(Action.EDIT)}


def _crumbs(request: MemberRequest, plan: Plan, *places: dict[str, str]) -> list[dict[str, str]]:
    own = {"name": plan.name, "url": address("plan", request.member.workspace.slug, plan.pk)}
    return [own, *places]


def _list_crumb(request: MemberRequest, plan: Plan) -> dict[str, str]:
    url = reverse("evidence", args=[request.member.workspace.slug, plan.pk])
    return {"name": _("Evidence"), "url": url}


@needs(Action.VIEW)
@require_safe
def export(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Send the evidence of the address as a sheet."""
    plan = get_object_or_404(Plan, pk=plan_id)
    rows = evidence_of(plan.pk, SearchForm(request.GET).wanted())
    response = HttpResponse(csv_lines(sheet_of(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="evidence.csv"'
    return response


# --- of one thing ---------------------------------------------------------------------------


@needs(Action.VIEW)
@_ask
def evidence_about(request: MemberRequest, ref: str) -> HttpResponse:
    """Show the evidence that hangs on a thing, as a page or inside another; add some."""
    about, row = _thing(ref)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    form = EvidenceForm(request.POST or None, auto_id="evidence-%s")
    words = ""
    if form.is_valid() and _added(about, form, by=request.member):
        words = _("The evidence is kept.")
        if not in_page(request):
            say_done(request, words)
            return redirect(request.path)
        form = EvidenceForm(auto_id="evidence-%s")
    return _of_thing(request, about, row, form, words)


def _added(about: Ref, form: EvidenceForm, *, by: Membership) -> bool:
    try:
        services.add_evidence(about=about, by=by, **cast("Any", form.said()))
    except ValidationError as error:
        form.take(error)
        return False
    return True


def _thing(ref: str) -> tuple[Ref, Any]:
    try:
        about = Ref.parse(ref)
        row = target(about)
    except (ValueError, UnknownRef) as error:
        raise Http404 from error
    if about.kind == Evidence.ref_kind:
        raise Http404
    return about, row


def _of_thing(
    request: MemberRequest, about: Ref, row: Any, form: EvidenceForm, words: str = ""
) -> HttpResponse:
    """Show a thing's evidence; `words` say what was done just now, which can be taken back."""
    plan = get_object_or_404(Plan, pk=row.ref_plan_id)
    hanging = on_things([about])
    failed = form.is_bound and bool(form.errors)
    thing = _about(request, about, {about: row})
    context = _around(request, plan) | {
        "about": about,
        "thing": thing,
        "form": form,
        "failed": failed,
        "words": words,
        "undo_url": reverse("undo-act", args=[request.member.workspace.slug, current_act()])
        if words
        else "",
        "pieces": list(hanging[:MOST_HERE]),
        "count": hanging.count(),
        "crumbs": _crumbs(request, plan, _list_crumb(request, plan), {"name": thing["name"]}),
    }
    return render_page(
        request, "strategy/evidence/about.html", "here", context, status=422 if failed else 200
    )


# --- one piece ------------------------------------------------------------------------------


@needs(Action.VIEW)
@_ask
def piece(request: MemberRequest, evidence_id: int) -> HttpResponse:
    """Show one piece; who may edit changes it here."""
    row = _found(evidence_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    sent = posted(request)
    form = EvidenceForm(sent) if sent is not None else EvidenceForm.of(row)
    if not form.is_bound or not form.is_valid():
        return _piece(request, row, form, status=422 if form.is_bound else 200)
    seen = form.cleaned_data["version"]
    try:
        services.change_evidence(
            row, by=request.member, expected_version=seen, **cast("Any", form.said())
        )
    except ValidationError as error:
        form.take(error)
        return _piece(request, row, form, status=422)
    except Stale as stale:
        return both(
            request,
            form,
            stale,
            shown=EvidenceForm.of,
            context=_around(request, row.plan) | {"crumbs": _piece_crumbs(request, row)},
            back_url=row.page_in(request.member.workspace.slug),
        )
    say_done(request, _("Changes kept."))
    return _back(request, row)


def _found(evidence_id: int) -> Evidence:
    rows = Evidence.objects.select_related("plan", "verified_by__user")
    return get_object_or_404(rows, pk=evidence_id)


def _piece_crumbs(request: MemberRequest, row: Evidence) -> list[dict[str, str]]:
    here = {"name": str(row.get_kind_display())}
    return _crumbs(request, row.plan, _list_crumb(request, row.plan), here)


def _piece(
    request: MemberRequest,
    row: Evidence,
    form: EvidenceForm,
    *,
    status: int = 200,
) -> HttpResponse:
    [line] = shown(request, [row])
    quoted = targets([Ref.parse(row.quotes)]) if row.quotes else {}
    answer = next(iter(quoted.values()), None)
    slug = request.member.workspace.slug
    context = _around(request, row.plan) | {
        "evidence": row,
        "line": line,
        "answer_url": answer.page_in(slug) if answer else "",
        "form": form,
        "crumbs": _piece_crumbs(request, row),
    }
    return render(request, "strategy/evidence/piece.html", context, status=status)


def _back(request: MemberRequest, row: Evidence) -> HttpResponse:
    return redirect("evidence-piece", request.member.workspace.slug, row.pk)


@needs(Action.EDIT)
@require_POST
def verify(request: MemberRequest, evidence_id: int) -> HttpResponse:
    """Say that the source was checked, or take that back (`verified=no`)."""
    row = _found(evidence_id)
    verified = request.POST.get("verified") != "no"
    services.verify_evidence(row, by=request.member, verified=verified)
    words = _("The evidence is verified.") if verified else _("The check is taken back.")
    return _after(request, row, words)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, evidence_id: int) -> HttpResponse:
    """Hide a piece; the plan's list brings it back."""
    row = _found(evidence_id)
    services.archive_evidence(row, by=request.member)
    return _after(request, row, _("The evidence is archived."))


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, evidence_id: int) -> HttpResponse:
    """Show an archived piece again."""
    row = _found(evidence_id)
    services.restore_evidence(row, by=request.member)
    say_done(request, _("The evidence is back."))
    return _back(request, row)


def _after(request: MemberRequest, row: Evidence, words: str) -> HttpResponse:
    """Answer an act inside another page with that thing's evidence, else go to the piece."""
    if not in_page(request):
        say_done(request, words)
        return _back(request, row)
    about, thing = _thing(str(row.about))
    return _of_thing(request, about, thing, EvidenceForm(auto_id="evidence-%s"), words)

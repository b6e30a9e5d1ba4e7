"""Grading a touchpoint, changing an audit or what lasts of it, and how grades stand to scores."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.history import say_done
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.audits.forms import AuditForm, FactsForm, VersionedForm
from strategy.plans.models import Plan
from strategy.touchpoints import services
from strategy.touchpoints.checklists import told
from strategy.touchpoints.comparing import compared_in, counted, furthest_first
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.phrases import beside, headline, meanings
from strategy.vocabulary.selectors import sentences_of

MOST_ROWS = 30
_ask = require_http_methods(["GET", "HEAD", "POST"])


@needs(Action.EDIT)
@_ask
def grade(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Grade a touchpoint on a day; the grades before stay."""
    row = _touchpoint(touchpoint_id)
    sent = posted(request)
    form = AuditForm(sent, touchpoint=row) if sent else AuditForm.begin(row)

    def keep() -> None:
        services.grade_touchpoint(
            row,
            by=request.member,
            expected_version=form.cleaned_data["version"],
            **cast("Any", form.said()),
        )

    kept = _kept(request, row, form, keep, shown=AuditForm.begin)
    if kept is None:
        return _page(request, row, form, "grade.html", _("Grade it"))
    return kept


@needs(Action.VIEW)
@_ask
def audit(request: MemberRequest, audit_id: int) -> HttpResponse:
    """Show one audit; who may edit changes it here."""
    found = get_object_or_404(Audit.objects.select_related("by__user"), pk=audit_id)
    row = _touchpoint(found.touchpoint_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    sent = posted(request)
    form = AuditForm(sent, touchpoint=row) if sent else AuditForm.of(found, row)

    def keep() -> None:
        services.change_audit(
            found,
            by=request.member,
            expected_version=form.cleaned_data["version"],
            **cast("Any", form.said(before=found.checklist)),
        )

    kept = _kept(request, row, form, keep, shown=lambda seen: AuditForm.of(seen, row))
    if kept is not None:
        return kept
    more = {
        "audit": found,
        "sentence": sentences_of(row.plan)[found.grade],
        "checklist": told(found.checklist),
    }
    return _page(
        request, row, form, "audit.html", _("Grade %(grade)s") % {"grade": found.grade}, more
    )


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, audit_id: int) -> HttpResponse:
    """Take an audit out of the count."""
    found = get_object_or_404(Audit, pk=audit_id)
    services.archive_audit(found, by=request.member)
    say_done(request, _("The grade no longer counts."))
    return _back(request, found.touchpoint_id)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, audit_id: int) -> HttpResponse:
    """Count an audit again."""
    found = get_object_or_404(Audit, pk=audit_id)
    services.restore_audit(found, by=request.member)
    say_done(request, _("The grade counts again."))
    return _back(request, found.touchpoint_id)


@needs(Action.EDIT)
@_ask
def facts(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    """Change what lasts of a touchpoint."""
    row = _touchpoint(touchpoint_id)
    members = people_by_label()
    shown = FactsForm.showing(members)
    sent = posted(request)
    form = FactsForm(sent, members=members) if sent else shown(row)

    def keep() -> None:
        services.change_touchpoint(
            row,
            by=request.member,
            expected_version=form.cleaned_data["version"],
            **cast("Any", form.said()),
        )

    kept = _kept(request, row, form, keep, shown=shown)
    if kept is not None:
        return kept
    more = {"lists": {"stages": row.plan.stages, "channels": row.plan.channels, "members": members}}
    return _page(request, row, form, "facts.html", _("Change it"), more)


@needs(Action.VIEW)
@require_safe
def disagreements(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show where customers do not bear the grades out, the widest gap first."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    rows = compared_in(plan, today=plan.workspace.today())
    slug = request.member.workspace.slug
    page = Paginator(furthest_first(rows), MOST_ROWS).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "nav": "plan",
        "may_edit": request.member.can(Action.EDIT),
        "headline": headline(rows, plan),
        "counts": counted(rows),
        "page": page,
        "rows": beside(list(page.object_list), plan, slug),
        "ungraded": sum(row.audit is None for row in rows),
        "unasked": sum(row.score is None for row in rows),
        "meanings": meanings(plan),
        "crumbs": [
            {"name": plan.name, "url": address("plan", slug, plan.pk)},
            {"name": _("Touchpoints"), "url": address("touchpoints", slug, plan.pk)},
            {"name": _("Grades and customers")},
        ],
    }
    return render(request, "strategy/audits/disagreements.html", context)


# --- what they share ------------------------------------------------------------------------


def _touchpoint(touchpoint_id: int) -> Touchpoint:
    rows = Touchpoint.objects.select_related("plan__workspace", "owner__user")
    return get_object_or_404(rows, pk=touchpoint_id)


def _kept(
    request: MemberRequest,
    row: Touchpoint,
    form: VersionedForm,
    keep: Callable[[], None],
    *,
    shown: Callable[[Any], VersionedForm],
) -> HttpResponse | None:
    """Keep a form that was sent; None where it is to be shown, with its faults if it has any."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        keep()
    except ValidationError as error:
        form.take(error)
        return None
    except Stale as stale:
        context = _around(request, row, _("Two versions"))
        back_url = row.page_in(request.member.workspace.slug)
        return both(request, form, stale, shown=shown, context=context, back_url=back_url)
    say_done(request, _("Changes kept."))
    return _back(request, row.pk)


def _back(request: MemberRequest, touchpoint_id: int) -> HttpResponse:
    return redirect("touchpoint-change", request.member.workspace.slug, touchpoint_id)


def _around(request: MemberRequest, row: Touchpoint, here: str) -> dict[str, Any]:
    slug = request.member.workspace.slug
    return {
        "plan": row.plan,
        "nav": "plan",
        "touchpoint": row,
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": [
            {"name": row.plan.name, "url": address("plan", slug, row.plan_id)},
            {"name": _("Touchpoints"), "url": address("touchpoints", slug, row.plan_id)},
            {"name": row.name, "url": row.page_in(slug)},
            {"name": here},
        ],
    }


def _page(
    request: MemberRequest,
    row: Touchpoint,
    form: VersionedForm,
    template: str,
    here: str,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    context = _around(request, row, here) | {"form": form} | (more or {})
    status = 422 if form.is_bound else 200
    return render(request, f"strategy/audits/{template}", context, status=status)

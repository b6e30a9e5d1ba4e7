"""The coverage of touchpoints: what each one has and lacks, and where its blanks are filled."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from cxplanner.base.sheets import csv_lines
from strategy.coverage.forms import LookForm
from strategy.coverage.selectors import Matrix, Row, headline, matrix_of, sheet_of
from strategy.plans.models import Plan

MOST_ROWS = 50


@needs(Action.VIEW)
@require_safe
def coverage(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show the matrix, those with the most blanks first."""
    plan = get_object_or_404(Plan, pk=plan_id)
    slug = request.member.workspace.slug
    whole = matrix_of(plan, slug)
    form, shown, rows = _looked_at(request, plan, whole)
    page = Paginator(rows, MOST_ROWS).get_page(request.GET.get("page"))
    context = {
        "plan": plan,
        "nav": "plan",
        "headline": headline(whole),
        "has_any": bool(whole.rows),
        "form": form,
        "columns": shown.columns,
        "of": len(shown.rows),
        "page": page,
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": [
            {"name": plan.name, "url": address("plan", slug, plan.pk)},
            {"name": _("Touchpoints"), "url": address("touchpoints", slug, plan.pk)},
            {"name": _("Blind spots")},
        ],
    }
    return render_page(request, "strategy/coverage/coverage.html", "matrix", context)


def _looked_at(
    request: MemberRequest, plan: Plan, whole: Matrix
) -> tuple[LookForm, Matrix, list[Row]]:
    """Narrow and order the matrix as the address says: the form, the stage's part, its rows."""
    form = LookForm(request.GET, plan=plan, matrix=whole)
    shown = whole.of_stage(form.said("stage"))
    rows = shown.wanted(blank=form.said("blank"), by_place=form.said("order") == "place")
    return form, shown, rows


@needs(Action.VIEW)
@require_safe
def export(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Send the rows of the address as a sheet."""
    plan = get_object_or_404(Plan, pk=plan_id)
    whole = matrix_of(plan, request.member.workspace.slug)
    _form, shown, rows = _looked_at(request, plan, whole)
    lines = csv_lines(sheet_of(shown, rows))
    response = HttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="blind-spots.csv"'
    return response

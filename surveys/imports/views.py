"""Bringing in past answers: send a file, say what its columns are, check, bring in, read on."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs, require
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import render_page
from cxplanner.base.links import address
from cxplanner.base.refusals import Refused
from cxplanner.base.sheets import csv_lines
from cxplanner.base.tables import Unreadable
from cxplanner.base.uploads import is_too_large
from strategy.plans.models import Plan
from surveys.design.models import Survey
from surveys.design.views import around, surveys_crumb
from surveys.imports import services
from surveys.imports.forms import ColumnsForm, DialectForm, FileForm, SearchForm
from surveys.imports.models import AnswerImport
from surveys.imports.reading import asked_of
from surveys.imports.selectors import flaws_as_rows, flaws_kept, imports_of, shares_days

A_PAGE = 20
FLAWS_SHOWN = 20
Status = AnswerImport.Status
REPORTED = (Status.CHECKED, Status.REFUSED, Status.DONE)


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: MemberRequest, plan_id: int) -> HttpResponse:
    """List what was brought into a plan; a file sent here begins the next."""
    plan = get_object_or_404(Plan, pk=plan_id)
    if request.method == "POST":
        require(request.member, Action.EDIT)
    surveys = [*Survey.objects.filter(plan=plan, archived_at__isnull=True).order_by("-pk")]
    form = FileForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        surveys=surveys,
        too_large=services.too_large() if is_too_large(request) else "",
        initial={"survey": request.GET.get("survey")},
    )
    if form.is_valid():
        survey = next((one for one in surveys if one.pk == form.cleaned_data["survey"]), None)
        file: TemporaryUploadedFile = form.cleaned_data["file"]
        try:
            row = services.receive(
                Path(file.temporary_file_path()),
                plan=plan,
                survey=survey,
                file_name=file.name or "",
                by=request.member,
            )
        except (Unreadable, Refused) as error:
            form.add_error("file", str(error))
        else:
            return _to(request, row)
    search = SearchForm(request.GET)
    said = search.cleaned_data if search.is_valid() else {}
    rows = imports_of(plan, name=said.get("q", ""), status=said.get("status", ""))
    crumbs = [surveys_crumb(request, plan), {"name": _("Past answers")}]
    context = around(request, plan, crumbs) | {
        "form": form,
        "search": search,
        "narrows": any(said.values()),
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "surveys/imports/imports.html", "rows", context, status=status)


def _to(request: MemberRequest, row: AnswerImport) -> HttpResponse:
    """Go to a file's page; with the columns that were looked at, where it was those."""
    url = reverse("import", args=[request.member.workspace.slug, row.pk])
    if request.POST.get("act", "keep") not in ("keep", "make") or "order" not in request.POST:
        return redirect(url)
    looked = {name: request.POST.get(name, "") for name in ("columns", "find", "only")}
    asked = urlencode({name: text for name, text in looked.items() if text})
    return redirect(f"{url}?{asked}#columns-head" if asked else f"{url}#columns-head")


def _found(import_id: int) -> AnswerImport:
    rows = AnswerImport.objects.select_related("plan", "survey__plan", "by__user", "workspace")
    return get_object_or_404(rows, pk=import_id)


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: MemberRequest, import_id: int) -> HttpResponse:
    """Show a file where it stands: its columns, its progress, what came of it."""
    row = _found(import_id)
    if request.method == "POST":
        require(request.member, Action.EDIT)
        return _acted(request, row)
    asked = [*asked_of(row.survey).values()]
    return _page(request, row, ColumnsForm(row, asked, look=request.GET))


def _page(
    request: MemberRequest, row: AnswerImport, form: ColumnsForm, *, error: str = ""
) -> HttpResponse:
    slug = request.member.workspace.slug
    crumbs = [
        surveys_crumb(request, row.plan),
        {"name": _("Past answers"), "url": reverse("imports", args=[slug, row.plan_id])},
        {"name": row.file_name},
    ]
    context = around(request, row.plan, crumbs) | {
        "row": row,
        "form": form,
        "dialect": DialectForm(row=row),
        "error": error,
        "flaws": row.faults.order_by("row", "pk")[:FLAWS_SHOWN],
        "kept": flaws_kept(row),
        "reported": row.status in REPORTED,
        "others": row.status == Status.DONE and shares_days(row),
        "read_url": _where_read(row, slug),
        "metrics": [q.metric for q in _asked_metrics(row)],
        "live": f"{reverse('import-progress', args=[slug, row.pk])}?seen={row.seen}",
    }
    status = 422 if error else 200
    return render(request, "surveys/imports/import.html", context, status=status)


def _where_read(row: AnswerImport, slug: str) -> str:
    """Return where the answers are read that a file brought, as near as their rows can tell."""
    asked: dict[str, Any] = {"survey": row.survey_id}
    if row.total("taken"):
        asked |= {"via": "import", "from": row.first_day, "to": row.last_day}
    return address("voices", slug, row.plan_id, **asked)


def _asked_metrics(row: AnswerImport) -> Any:
    if row.survey is None:
        return []
    tied = row.survey.questions.filter(archived_at__isnull=True, metric__isnull=False)
    return tied.select_related("metric")


def _acted(request: MemberRequest, row: AnswerImport) -> HttpResponse:
    act = request.POST.get("act", "keep")
    asked = [*asked_of(row.survey).values()]
    typed = request.POST if "order" in request.POST else None
    form = ColumnsForm(row, asked, typed, look=request.POST)
    try:
        if act == "look":
            _looked_again(request, row)
        else:
            _meant(request, row, form, act)
    except (Refused, Unreadable) as error:
        return _page(request, row, form, error=str(error))
    return _to(request, row)


def _looked_again(request: MemberRequest, row: AnswerImport) -> None:
    form = DialectForm(request.POST, row=row)
    if not form.is_valid():
        raise Unreadable(" ".join(str(one) for errors in form.errors.values() for one in errors))
    services.read_otherwise(row, **form.cleaned_data)


def _meant(request: MemberRequest, row: AnswerImport, form: ColumnsForm, act: str) -> None:
    """Keep what the columns are said to be, then do what was asked for."""
    if act in ("start", "start-good") and "order" not in request.POST:
        services.start(row, by=request.member, keep_good=act == "start-good")
        return
    services.say(row, form.meaning)
    if act == "check":
        services.check_file(row)


@needs(Action.VIEW)
@require_safe
def progress(request: MemberRequest, import_id: int) -> HttpResponse:
    """Show how far a file is; 204 while nothing changed, and the whole page anew at its end."""
    row = _found(import_id)
    if not row.is_at_work:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if request.GET.get("seen") == str(row.seen):
        return HttpResponse(status=204)
    live = f"{request.path}?seen={row.seen}"
    context = {"row": row, "live": live, "may_edit": request.member.can(Action.EDIT)}
    return render(request, "surveys/imports/_progress.html", context)


@needs(Action.EDIT)
@require_POST
def cancel(request: MemberRequest, import_id: int) -> HttpResponse:
    """Give an import up; it leaves nothing."""
    row = services.cancel(_found(import_id))
    if not row.is_at_work:
        messages.success(request, _("Given up. Nothing of the file was brought in."))
    return _to(request, row)


@needs(Action.EDIT)
@require_safe
def faults(request: MemberRequest, import_id: int) -> HttpResponse:
    """Send what is wrong with a file, by row and column, as a sheet."""
    row = _found(import_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="errors.csv"'
    response.writelines(csv_lines(flaws_as_rows(row)))
    return response

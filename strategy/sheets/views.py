"""Touchpoints from a spreadsheet, looked at before anything changes, and out as a sheet."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import floatformat
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.history import say_done
from cxplanner.base.links import address
from cxplanner.base.sheets import csv_lines
from cxplanner.base.tenancy import workspace_scope
from strategy.plans.models import Plan
from strategy.sheets.forms import SheetForm
from strategy.sheets.mapping import fold
from strategy.sheets.reading import sheet_of
from strategy.sheets.services import NotAsLookedAt, bring_in
from strategy.sheets.understanding import Known, Proposal, understood
from strategy.touchpoints.columns import EDITED
from strategy.vocabulary.selectors import Which

MOST_SHOWN = 200  # rows of a kind


@needs(Action.EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Ask for rows, show what they would do, and do it once it is confirmed (`act=keep`)."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    if request.method != "POST":
        return _page(request, plan, SheetForm())
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, plan, form)
    text, left_out = form.cleaned_data["text"], form.left_out()
    notice = ""
    if request.POST.get("act") == "keep" and not form.cleaned_data["file"]:
        try:
            done = bring_in(
                plan,
                text,
                looked_at=form.cleaned_data["looked_at"],
                left_out=left_out,
                told=form.told(),
                by=request.member,
            )
        except NotAsLookedAt:
            notice = _("What these rows do has changed since you looked. Look it over once more.")
        except ValidationError as error:
            notice = " ".join(error.messages)
        else:
            say_done(request, _told(done))
            return redirect("touchpoints", request.member.workspace.slug, plan.pk)
    proposal = understood(text, Known.of(plan, people_by_label(), left_out), form.told())
    shown = SheetForm(initial={"text": text, "looked_at": proposal.fingerprint})
    return _page(request, plan, shown, proposal, left_out=left_out, notice=notice)


def _told(done: Proposal) -> str:
    added, changed = len(done.new), len(done.changed)
    parts = []
    if added:
        parts.append(
            ngettext("%(n)s touchpoint is added.", "%(n)s touchpoints are added.", added)
            % {"n": floatformat(added, "0g")}
        )
    if changed:
        words = ngettext("%(n)s is changed.", "%(n)s are changed.", changed)
        parts.append(words % {"n": floatformat(changed, "0g")})
    return " ".join(parts)


def _page(
    request: MemberRequest,
    plan: Plan,
    form: SheetForm,
    proposal: Proposal | None = None,
    *,
    left_out: Any = (),
    notice: str = "",
) -> HttpResponse:
    """Show the box, and what its rows would do; what was pasted stays in it."""
    slug = request.member.workspace.slug
    back_url = address("touchpoints", slug, plan.pk)
    context = {
        "plan": plan,
        "nav": "plan",
        "form": form,
        "proposal": proposal,
        "notice": notice,
        "offers": _offers(proposal, left_out),
        "columns": EDITED,
        "reading": _columns_of(proposal),
        "most": MOST_SHOWN,
        "back_url": back_url,
        "crumbs": [
            {"name": plan.name, "url": address("plan", slug, plan.pk)},
            {"name": _("Touchpoints"), "url": back_url},
            {"name": _("From a spreadsheet")},
        ],
    }
    is_wrong = form.is_bound or bool(notice) or bool(proposal and proposal.trouble)
    status = 409 if notice else 422 if is_wrong else 200
    return render(request, "strategy/sheets/bring.html", context, status=status)


def _columns_of(proposal: Proposal | None) -> list[tuple[str, str]]:
    """Return the first row of the sheet, each cell with the key of the column it is read as."""
    reading = proposal.reading if proposal else None
    return list(zip(reading.first, reading.keys, strict=True)) if reading else []


def _offers(proposal: Proposal | None, left_out: Any) -> list[dict[str, Any]]:
    """Return the new words of each list, ticked unless they were left out."""
    names: dict[Which, str] = {"stages": _("New stages"), "channels": _("New channels")}
    return [
        {
            "which": which,
            "name": names[which],
            "words": [(word, (which, fold(word)) not in left_out) for word in words],
        }
        for which, words in (proposal.new_words.items() if proposal else ())
        if words
    ]


@needs(Action.VIEW)
@require_safe
def sheet(request: MemberRequest, plan_id: int) -> StreamingHttpResponse:
    """Send all touchpoints of a plan as a sheet that can be brought in again."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    members = people_by_label()
    workspace, language = request.member.workspace.pk, get_language() or "en"

    def lines() -> Iterator[str]:
        with workspace_scope(workspace), override(language):
            yield from csv_lines(sheet_of(plan, members))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    name = slugify(f"touchpoints {plan.name}") or "touchpoints"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

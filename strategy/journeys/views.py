"""The journeys of a plan, drawing a new one, and what is said of one as a whole."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.journeys import services
from strategy.journeys.forms import JourneyForm, LaneForm, NewJourneyForm
from strategy.journeys.lanes import lanes_of
from strategy.journeys.models import Journey, JourneyStep
from strategy.journeys.selectors import sketches
from strategy.journeys.starters import STARTERS
from strategy.personas.models import Persona
from strategy.plans.models import Plan

_ask = require_http_methods(["GET", "HEAD", "POST"])


def _people(plan: Plan) -> list[Persona]:
    return list(plan.personas.filter(archived_at=None))


def _crumbs(request: MemberRequest, plan: Plan, *more: dict[str, str]) -> list[dict[str, str]]:
    slug = request.member.workspace.slug
    journeys = {"name": _("Journeys"), "url": address("journeys", slug, plan.pk) if more else ""}
    return [{"name": plan.name, "url": address("plan", slug, plan.pk)}, journeys, *more]


@needs(Action.VIEW)
@_ask
def journeys(request: MemberRequest, plan_id: int) -> HttpResponse:
    """List a plan's journeys; who may edit draws a new one, empty or from a starter."""
    plan = get_object_or_404(Plan.objects.select_related("workspace"), pk=plan_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    people = _people(plan)
    form = NewJourneyForm(request.POST or None, people=people)
    if form.is_bound and form.is_valid():
        try:
            made = services.create_journey(plan=plan, by=request.member, **cast("Any", form.said()))
        except ValidationError as error:
            form.take(error)
        else:
            say_done(request, _("“%(journey)s” is drawn.") % {"journey": made})
            return redirect("journey", request.member.workspace.slug, made.pk)
    everything = list(plan.journeys.filter(future_of=None, opened_by=None))
    living = [one for one in everything if one.archived_at is None]
    context = {
        "plan": plan,
        "nav": "plan",
        "sketches": sketches(plan, living),
        "archived": [one for one in everything if one.archived_at is not None],
        "starters": STARTERS,
        "form": form,
        "has_people": bool(people),
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": _crumbs(request, plan),
        "is_mirrored": get_language_bidi(),
    }
    return render(
        request, "strategy/journeys/journeys.html", context, status=422 if form.errors else 200
    )


def _found(journey_id: int) -> Journey:
    return get_object_or_404(Journey.objects.select_related("plan"), pk=journey_id)


@needs(Action.EDIT)
@_ask
def edit(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Change what is said of a journey, and how the lanes of its map stand."""
    row = _found(journey_id)
    people, sent = _people(row.plan), posted(request)
    if sent is None:
        return _edit(request, row, JourneyForm.of(row, people))
    form = JourneyForm(sent, people=list(JourneyForm.of(row, people).people.values()))
    if not form.is_valid():
        return _edit(request, row, form, status=422)
    seen = form.cleaned_data["version"]
    try:
        services.change_journey(
            row, by=request.member, expected_version=seen, **cast("Any", form.said())
        )
    except ValidationError as error:
        form.take(error)
        return _edit(request, row, form, status=422)
    except Stale as stale:
        return both(
            request,
            form,
            stale,
            shown=lambda one: JourneyForm.of(one, people),
            context=_around(request, row),
            back_url=address("journey", request.member.workspace.slug, row.pk),
        )
    say_done(request, _("“%(journey)s” is kept.") % {"journey": form.cleaned_data["name"]})
    return redirect("journey", request.member.workspace.slug, row.pk)


def _around(request: MemberRequest, row: Journey) -> dict[str, Any]:
    slug = request.member.workspace.slug
    own = {"name": str(row), "url": address("journey", slug, row.pk)}
    crumbs = _crumbs(request, row.plan, own, {"name": _("Arrange")})
    return {"plan": row.plan, "nav": "plan", "journey": row, "crumbs": crumbs}


def _edit(
    request: MemberRequest,
    row: Journey,
    form: JourneyForm,
    *,
    lane: LaneForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _around(request, row) | {
        "form": form,
        "lane_form": lane or LaneForm(auto_id="lane-%s"),
        "lanes": lanes_of(row.lanes),
    }
    return render(request, "strategy/journeys/edit.html", context, status=status)


@needs(Action.EDIT)
@require_POST
def lanes(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Show, hide, move or take off a lane, or add one of the team's own."""
    row = _found(journey_id)
    act, slug = request.POST.get("act", "add"), request.member.workspace.slug
    form = LaneForm(request.POST, auto_id="lane-%s")
    try:
        if act != "add":
            key = request.POST.get("key", "")
            services.arrange_lane(row, key=key, act=act, by=request.member)
        elif form.is_valid():
            services.add_lane(row, name=form.cleaned_data["name"], by=request.member)
        else:
            again = JourneyForm.of(row, _people(row.plan))
            return _edit(request, row, again, lane=form, status=422)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("journey-edit", slug, row.pk)
    say_done(request, _("The lanes are arranged."))
    return redirect("journey-edit", slug, row.pk)


@needs(Action.EDIT)
@require_POST
def archive(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Hide a journey; the list of journeys brings it back."""
    row = _found(journey_id)
    services.archive_journey(row, by=request.member)
    say_done(request, _("“%(journey)s” is archived.") % {"journey": row})
    return redirect("journeys", request.member.workspace.slug, row.plan_id)


@needs(Action.EDIT)
@require_POST
def restore(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Show an archived journey again."""
    row = _found(journey_id)
    slug = request.member.workspace.slug
    try:
        services.restore_journey(row, by=request.member)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("journeys", slug, row.plan_id)
    say_done(request, _("“%(journey)s” is back.") % {"journey": row})
    return redirect("journey", slug, row.pk)


@needs(Action.EDIT)
@require_POST
def move(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Move a journey a place up or down the list."""
    row = _found(journey_id)
    living = list(row.plan.journeys.filter(archived_at=None, future_of=None, opened_by=None))
    if row in living:
        at = living.index(row) + (1 if request.POST.get("to") == "down" else -1)
        if 0 <= at < len(living):
            services.move_journey(row, position=at, by=request.member)
            say_done(request, _("“%(journey)s” moved.") % {"journey": row})
    return redirect("journeys", request.member.workspace.slug, row.plan_id)


@needs(Action.EDIT)
@require_POST
def future(request: MemberRequest, journey_id: int) -> HttpResponse:
    """Draw how a journey shall be, or go to what is drawn."""
    row = _found(journey_id)
    try:
        drawn = services.plan_future(row, by=request.member)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("journey", request.member.workspace.slug, row.pk)
    say_done(request, _("Here is “%(journey)s” as it shall be.") % {"journey": row})
    return redirect("journey", request.member.workspace.slug, drawn.pk)


@needs(Action.EDIT)
@require_POST
def finer(request: MemberRequest, step_id: int) -> HttpResponse:
    """Open a step into a finer map, or go to the one there is."""
    step = get_object_or_404(JourneyStep.objects.select_related("plan", "journey"), pk=step_id)
    opened = services.open_step(step, by=request.member)
    say_done(request, _("“%(step)s” opens into this map.") % {"step": step})
    return redirect("journey", request.member.workspace.slug, opened.pk)

"""What the map answers: itself whole, the cells an act touched, a step's page, two versions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django_htmx.http import reswap, retarget

from cxplanner.accounts.access import MemberRequest
from cxplanner.accounts.roles import Action
from cxplanner.base.history import current_act, say_done
from cxplanner.base.htmx import in_page
from cxplanner.base.links import address
from cxplanner.base.merging import both
from cxplanner.base.versions import Stale
from strategy.journeys.lanes import lanes_of
from strategy.journeys.models import Journey, JourneyCard, JourneyStep
from strategy.maps.answers import put_answers
from strategy.maps.forms import CardForm, NewCardsForm, StepForm
from strategy.maps.geometry import HEIGHT, LEVELS, level_y
from strategy.maps.selectors import Map, map_of
from strategy.maps.words import signed, worst_and_best
from strategy.personas.models import Persona
from strategy.personas.pictures import profiles_of
from strategy.touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Lens:
    """How a map is looked at: as one persona, and with its future beside it."""

    persona: Persona | None
    future: Journey | None
    people: Sequence[Persona]
    has_future: Journey | None

    @property
    def query(self) -> str:
        asked = {"persona": str(self.persona.pk)} if self.persona else {}
        asked |= {"future": "1"} if self.future else {}
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def file_query(self) -> str:
        """The address's end of the same map as a file."""
        return self.query.replace("future=1", "overlay=1")


def lens_of(request: MemberRequest, journey: Journey) -> Lens:
    """Read how a map is looked at from an address; what is wrong there means the usual."""
    people = list(journey.personas.all())
    asked = request.GET.get("persona", "")
    persona = next((one for one in people if str(one.pk) == asked), None)
    later = journey.futures.filter(archived_at=None).first()
    return Lens(persona, later if request.GET.get("future") else None, people, later)


def whole(
    request: MemberRequest, journey: Journey, *, only: Collection[int] | None = None
) -> dict[str, Any]:
    """Gather what a map is drawn from, or cells of it: `only` has the ids of their steps."""
    lens = lens_of(request, journey)
    found = map_of(
        journey,
        today=request.member.workspace.today(),
        persona=lens.persona,
        future=lens.future,
        rtl=get_language_bidi(),
        only=only,
    )
    put_answers(found, member=request.member)
    slug = request.member.workspace.slug
    return {
        "plan": journey.plan,
        "nav": "plan",
        "journey": journey,
        "map": found,
        "lens": lens,
        "query": escape(lens.query),
        "may_edit": request.member.can(Action.EDIT),
        "levels": [(signed(one), f"{level_y(one):g}") for one in LEVELS],
        "curve_height": str(HEIGHT),
        "step_url": escape(_base(reverse("journey-step", args=[slug, 0]))),
        "card_url": escape(_base(reverse("journey-card", args=[slug, 0]))),
        "journey_url": escape(_base(reverse("journey", args=[slug, 0]))),
        "feel_url": escape(reverse("journey-feel", args=[slug, journey.pk]) + lens.query),
        "add_words": escape(_("Add")),
        "tactic_url": address("tactic-new", slug, journey.plan_id),
        # Asked for in every cell, so they must be there: a name that is not takes long to miss.
        "oob": False,
        "added": "",
    } | _picked("")


def _base(path: str) -> str:
    return path.removesuffix("0/")


def drawn(
    request: MemberRequest,
    journey: Journey,
    *,
    places: Sequence[Touchpoint],
    adding: StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page of a map; `adding` is a step that could not be kept."""
    context = whole(request, journey) | around(journey, places, adding)
    if in_page(request):
        response = render(request, "strategy/maps/_whole.html", context, status=status)
        return reswap(retarget(response, "#map"), "outerHTML")
    context |= _live(journey, context["map"])
    lens: Lens = context["lens"]
    shown = [lens.persona] if lens.persona else lens.people
    context["profiles"] = profiles_of(shown, request.member.workspace)
    context["crumbs"] = crumbs_of(request, journey)
    return render(request, "strategy/maps/map.html", context, status=status)


def renewed(request: MemberRequest, journey: Journey) -> HttpResponse:
    """Answer a map that is open and asks what is new: all of it, for its cells to be compared."""
    context = whole(request, journey) | around(journey)
    context |= _live(journey, context["map"])
    return render(request, "strategy/maps/_renewed.html", context)


def _live(journey: Journey, found: Map) -> dict[str, Any]:
    """Gather what changes with others' acts. The pulse was read before the steps and cards."""
    return {
        "seen": str(journey.plan.pulse.number),
        "finding": worst_and_best([(one.step.name, one.emotion) for one in found.columns]),
    }


def around(
    journey: Journey, places: Sequence[Touchpoint] | None = None, adding: StepForm | None = None
) -> dict[str, Any]:
    """Gather what stands beside the cells: the form for a step, and what is archived."""
    if places is None:
        places = list(journey.plan.touchpoints.filter(archived_at=None))
    shown = ("name", "stage", "touchpoint")
    form = adding or StepForm(journey=journey, places=places, only=shown, auto_id="new-%s")
    return {
        "adding": form,
        "archived": list(journey.steps.exclude(archived_at=None)),
        "stages": journey.plan.stages,
        "channels": journey.plan.channels,
    }


def crumbs_of(request: MemberRequest, journey: Journey) -> list[dict[str, str]]:
    """Lead back from a map: through the step it opens, or the journey it is the future of."""
    slug = request.member.workspace.slug
    crumbs = [
        {"name": journey.plan.name, "url": address("plan", slug, journey.plan_id)},
        {"name": _("Journeys"), "url": address("journeys", slug, journey.plan_id)},
    ]
    if journey.opened_by is not None:
        above = journey.opened_by.journey
        crumbs.append({"name": str(above), "url": above.page_in(slug)})
    if journey.future_of is not None:
        crumbs.append({"name": str(journey.future_of), "url": journey.future_of.page_in(slug)})
        return [*crumbs, {"name": _("How it shall be")}]
    return [*crumbs, {"name": str(journey)}]


# --- answers to acts --------------------------------------------------------------------------


def changed(
    request: MemberRequest,
    journey: Journey,
    words: str,
    *,
    picked: str = "",
    added: JourneyStep | None = None,
    quiet: bool = False,
) -> HttpResponse:
    """Answer an act: the map anew, and what happened in words, with the offer to undo it.

    `picked`: the element that takes the focus. `added`: a step that is new; the form that put it
    there has the focus, for the next one. `quiet`: nothing was to be done.
    """
    if not in_page(request):
        return _back(request, journey, words, quiet=quiet)
    context = whole(request, journey) | around(journey) | _said(request, words, quiet=quiet)
    context |= _picked(picked)
    if added is not None:
        context["added"] = str(added.pk)
        context["adding"].fields["name"].widget.attrs["autofocus"] = True
    response = render(request, "strategy/maps/_changed.html", context)
    return reswap(retarget(response, "#map"), "outerHTML")


def show_cell(
    request: MemberRequest,
    journey: Journey,
    cells: Sequence[str],
    words: str,
    *,
    picked: str = "",
    quiet: bool = False,
) -> HttpResponse:
    """Answer an act: only the cells it touched, by their ids, and what happened."""
    if not in_page(request):
        return _back(request, journey, words, quiet=quiet)
    context = whole(request, journey, only=_steps_of(cells))
    found: Map = context["map"]
    rows = {f"c{one.id}-{row.lane.key}": (row, one) for row in found.rows for one in found.columns}
    wanted = dict.fromkeys(cells)
    touched = next((one for one in wanted if one[:1] == "c" and one != "curve"), "")
    if touched and touched not in rows:
        # Somebody took its step or lane away meanwhile: the map they see is another.
        words = " ".join([words, _("Its place is no longer on the map.")])
        return changed(request, journey, words, quiet=quiet)
    context |= _said(request, words, quiet=quiet)
    context |= _picked("" if "left" in request.POST else picked) | {
        "curve": "curve" in wanted and found.feeling_row,
        "heads": [one for one in found.columns if f"h{one.id}" in wanted],
        "cells": [(rows[one][0], found.cell(one)) for one in wanted if one in rows],
    }
    response = render(request, "strategy/maps/_cells.html", context)
    return reswap(retarget(response, "#said"), "innerHTML")


def _steps_of(cells: Sequence[str]) -> set[int] | None:
    """Return the steps that cells belong to, by what their ids begin with; None for all steps.

    The curve runs over all of them.
    """
    if "curve" in cells:
        return None
    return {int(one[1:].partition("-")[0]) for one in cells if one}


def _picked(element_id: str) -> dict[str, str]:
    """Say which element takes the focus, by what its template compares it with."""
    kind = element_id.partition("-")[0]
    return {
        "picked": element_id,
        "picked_card": element_id[1:] if kind == element_id and element_id[:1] == "k" else "",
    }


def _said(request: MemberRequest, words: str, *, quiet: bool) -> dict[str, Any]:
    slug = request.member.workspace.slug
    undo_url = "" if quiet else reverse("undo-act", args=[slug, current_act()])
    return {"words": words, "quiet": quiet, "undo_url": undo_url}


def _back(request: MemberRequest, journey: Journey, words: str, *, quiet: bool) -> HttpResponse:
    """Lead a browser without script to where it came from."""
    if quiet:
        messages.info(request, words)
    else:
        say_done(request, words)
    slug = request.member.workspace.slug
    step_id = request.POST.get("back_to_step", "")
    if step_id.isdigit():
        return redirect("journey-step", slug, int(step_id))
    return redirect(reverse("journey", args=[slug, journey.pk]) + lens_of(request, journey).query)


def in_both(
    request: MemberRequest,
    journey: Journey,
    form: forms.BaseForm,
    stale: Stale,
    *,
    shown: Callable[[Any], forms.BaseForm],
) -> HttpResponse:
    """Answer with both versions of what two people wrote, above the map."""
    back_url = journey.page_in(request.member.workspace.slug)
    context = {"plan": journey.plan, "nav": "plan", "crumbs": crumbs_of(request, journey)}
    response = both(request, form, stale, shown=shown, context=context, back_url=back_url)
    if in_page(request):
        reswap(retarget(response, "#journey-slot"), "innerHTML")
    return response


# --- one step ---------------------------------------------------------------------------------


def step_page(
    request: MemberRequest,
    row: JourneyStep,
    form: StepForm | None,
    *,
    unkept: tuple[str, NewCardsForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a step by itself, lane by lane; without a form it was kept, and its page comes anew.

    `unkept`: a lane that is open, and the words for it that are not kept.
    """
    slug = request.member.workspace.slug
    if form is None:
        say_done(request, _("“%(step)s” is kept.") % {"step": row})
        return redirect("journey-step", slug, row.pk)
    journey = row.journey
    order = list(journey.steps.filter(archived_at=None).order_by("position", "pk"))
    at = order.index(row) if row in order else -1
    cards = list(row.cards.filter(archived_at=None).select_related("persona"))
    lanes = [
        {
            "lane": lane,
            "cards": [
                (one, CardForm.of(one, in_cell=True)) for one in cards if one.lane == lane.key
            ],
            "adding": _adding(lane.key, unkept),
            "is_open": unkept is not None and unkept[0] == lane.key,
        }
        for lane in lanes_of(journey.lanes)
        if lane.is_shown and lane.holds_cards
    ]
    own = {"name": str(journey), "url": journey.page_in(slug)}
    context: Mapping[str, Any] = {
        "plan": row.plan,
        "nav": "plan",
        "journey": journey,
        "step": row,
        "form": form,
        "lanes": lanes,
        "place": at + 1,
        "count": len(order),
        "before": order[at - 1] if at > 0 else None,
        "after": order[at + 1] if 0 <= at < len(order) - 1 else None,
        "finer": row.finer.filter(archived_at=None).first(),
        "may_edit": request.member.can(Action.EDIT),
        "stages": row.plan.stages,
        "channels": row.plan.channels,
        "is_known_stage": not row.stage or row.stage in row.plan.stages,
        "crumbs": [*crumbs_of(request, journey)[:-1], own, {"name": str(row)}],
    }
    status = 422 if unkept and unkept[1].errors else status
    return render(request, "strategy/maps/step.html", context, status=status)


def _adding(lane: str, unkept: tuple[str, NewCardsForm] | None) -> NewCardsForm:
    if unkept is not None and unkept[0] == lane:
        unkept[1].fields["text"].widget.attrs["autofocus"] = True
        return unkept[1]
    return NewCardsForm(auto_id=f"add-{lane}-%s")


def card_page(
    request: MemberRequest, row: JourneyCard, form: CardForm, *, status: int = 200
) -> HttpResponse:
    """Show a card by itself, or its words as a field in its place on the map."""
    slug, journey = request.member.workspace.slug, row.step.journey
    context: dict[str, Any] = {"plan": row.step.plan, "nav": "plan", "card": row, "form": form}
    context["may_edit"] = request.member.can(Action.EDIT)
    if in_page(request):
        context |= {
            "field": form["text"],
            "step": row.step,
            "about": row.ref,
            "page_url": row.page_in(slug),
            "query": lens_of(request, journey).query,
            "post_url": row.page_in(slug) + lens_of(request, journey).query,
        }
        return render(request, "strategy/maps/_field.html", context, status=status)
    lanes = {one.key: one.name for one in lanes_of(journey.lanes)}
    order = list(journey.steps.filter(archived_at=None).order_by("position", "pk"))
    own = {"name": str(journey), "url": journey.page_in(slug)}
    at = {"name": str(row.step), "url": row.step.page_in(slug)}
    context |= {
        "journey": journey,
        "lane": lanes.get(row.lane, row.lane),
        "steps": order,
        "lanes": [one for one in lanes_of(journey.lanes) if one.holds_cards and one.is_shown],
        "crumbs": [*crumbs_of(request, journey)[:-1], own, at, {"name": str(row)}],
    }
    return render(request, "strategy/maps/card.html", context, status=status)

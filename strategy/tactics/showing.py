"""What pages show of tactics: the board, one tactic with its steps, what it answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from cxplanner.accounts.access import MemberRequest
from cxplanner.accounts.members.work import names_in_use
from cxplanner.accounts.roles import Action
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.links import address
from cxplanner.base.refs import Ref, UnknownRef, target, targets
from strategy.goals.models import Goal
from strategy.plans.models import Cycle, Plan
from strategy.plans.selectors import running_cycle
from strategy.sections import KINDS
from strategy.tactics.forms import LensForm, QuickForm, StepForm
from strategy.tactics.models import State, Tactic, TacticStep
from strategy.tactics.phrases import TONES, finding, late, late_tone, needs
from strategy.tactics.selectors import (
    Card,
    Column,
    Outline,
    board_of,
    outlines_of,
    steps_of,
    tactics_about,
)
from strategy.tactics.services import REASONS
from strategy.tactics.timeline import drawn
from strategy.touchpoints.models import Touchpoint

COLUMNS = (State.PLANNED, State.UNDER_WAY, State.DONE)


@dataclass(frozen=True, slots=True)
class Reason:
    """Something a tactic answers: what kind of thing, in what words, and where it stands."""

    ref: Ref
    kind: str
    words: str
    url: str


def found(tactic_id: int) -> Tactic:
    """Return a tactic with all that its pages ask of it, or 404."""
    rows = Tactic.objects.select_related("cycle__plan__workspace", "owner__user")
    return get_object_or_404(rows, pk=tactic_id)


def held_open(tactic: Tactic) -> Tactic:
    """Return a tactic that may be changed. Raises PermissionDenied where its cycle is closed."""
    if tactic.cycle.closed_at is not None:
        raise PermissionDenied(_("This cycle is closed; its tactics stand as they were."))
    return tactic


def cycle_of(plan: Plan, today: date) -> Cycle | None:
    """Return the cycle whose tactics are shown: the running one, else the one that ends last."""
    return running_cycle(plan, today) or plan.cycles.order_by("-ends_on").first()


def reasons_of(refs: Iterable[Ref], slug: str) -> list[Reason]:
    """Read what tactics answer, one query a kind; what is gone is left out."""
    found = targets(refs)
    return [
        Reason(
            ref,
            str(KINDS.get(ref.kind, ref.kind)),
            # Who gave an answer is not for everybody; its page decides.
            _("what a customer answered") if ref.kind == "response" else str(row),
            row.page_in(slug),
        )
        for ref, row in found.items()
    ]


def words_of(refs: Iterable[Ref], slug: str) -> dict[str, str]:
    """Return reasons in words by their Ref's text, as a form offers them."""
    return {str(one.ref): f"{one.kind}: {one.words}" for one in reasons_of(refs, slug)}


# --- the board --------------------------------------------------------------------------------


def board(request: MemberRequest, plan: Plan, bound: QuickForm | None = None) -> dict[str, Any]:
    """Gather the board in a few queries; `bound` is the name that could not be added."""
    member = request.member
    today = member.workspace.today()
    cycle = cycle_of(plan, today)
    everything = outlines_of(Tactic.objects.filter(cycle=cycle)) if cycle else []
    living = [one for one in everything if one.tactic.archived_at is None]
    lens = LensForm(request.GET, goals=_goals(living), places=_places(living))
    shown = [one for one in living if _is_wanted(one, lens)]
    columns = board_of(shown, today=today, order=lens.by)
    return {
        "plan": plan,
        "nav": "plan",
        "columns": [_column(one) for one in columns if one.state in COLUMNS],
        "dropped": [
            card.tactic for one in columns if one.state == State.DROPPED for card in one.cards
        ],
        "archived": [one.tactic for one in everything if one.tactic.archived_at is not None],
        "finding": finding(columns),
        "timeline": drawn(shown, cycle, today) if cycle else None,
        "lens": lens,
        "by_hand": lens.by == "hand",
        "is_empty": not living,
        "form": bound or QuickForm(auto_id="quick-%s"),
        "states": [one for one in State.choices if one[0] != State.DROPPED],
        "may_edit": member.can(Action.EDIT) and cycle is not None and cycle.closed_at is None,
        "crumbs": [plan_crumb(request, plan), {"name": _("Tactics")}],
    }


def _column(column: Column) -> dict[str, Any]:
    return {"state": column.state, "cards": [_card(card) for card in column.cards]}


def _card(card: Card) -> dict[str, Any]:
    return {
        "card": card,
        "outline": card.outline,
        "tactic": card.tactic,
        "late": late(card.late),
        "tone": late_tone(card.late),
        "needs": needs(card.outline) if card.tactic.is_open else "",
    }


def _goals(outlines: Sequence[Outline]) -> list[Goal]:
    found = {goal.pk: goal for one in outlines for goal in one.goals}
    return sorted(found.values(), key=lambda goal: (goal.position, goal.pk))


def _places(outlines: Sequence[Outline]) -> list[Touchpoint]:
    found = {place.pk: place for one in outlines for place in one.places}
    return sorted(found.values(), key=lambda place: (place.position, place.pk))


def _is_wanted(outline: Outline, lens: LensForm) -> bool:
    goal, place = lens.asked("goal"), lens.asked("touchpoint")
    return goal in (None, *(one.pk for one in outline.goals)) and place in (
        None,
        *(one.pk for one in outline.places),
    )


def about(request: MemberRequest, text: str) -> dict[str, Any]:
    """Gather what is done about a thing, named by its Ref's text; 404 for what has no tactics."""
    member = request.member
    slug = member.workspace.slug
    try:
        ref = Ref.parse(text)
        row = target(ref)
    except (ValueError, UnknownRef) as error:
        raise Http404 from error
    if ref.kind not in (Goal.ref_kind, Touchpoint.ref_kind, *REASONS):
        raise Http404
    plan = Plan.objects.get(pk=row.ref_plan_id)
    found = outlines_of(tactics_about(ref))
    columns = board_of(found, today=member.workspace.today())
    joined = ref.kind in (Goal.ref_kind, Touchpoint.ref_kind)
    begins = {ref.kind: ref.id} if joined else {"why": str(ref)}
    return {
        "plan": plan,
        "nav": "plan",
        "cards": [_card(card) for column in columns for card in column.cards],
        "new_url": address("tactic-new", slug, plan.pk, **begins),
        "may_edit": member.can(Action.EDIT),
        "crumbs": [
            plan_crumb(request, plan),
            {"name": str(row), "url": row.page_in(slug)},
            {"name": _("Tactics")},
        ],
    }


# --- one tactic -------------------------------------------------------------------------------


def whole(
    request: MemberRequest,
    tactic: Tactic,
    adding: StepForm | None = None,
    changing: Mapping[int, StepForm] | None = None,
) -> dict[str, Any]:
    """Gather a tactic's page; `adding` and `changing` (by step) are forms that were refused."""
    member = request.member
    slug, today = member.workspace.slug, member.workspace.today()
    [outline] = outlines_of(Tactic.objects.filter(pk=tactic.pk))
    days = tactic.days_late(today)
    return {
        "plan": tactic.cycle.plan,
        "nav": "plan",
        "tactic": tactic,
        "outline": outline,
        "state_tone": TONES[State(tactic.state)],
        "late": late(days),
        "late_tone": late_tone(days),
        "needs": needs(outline) if tactic.is_open else "",
        "reasons": reasons_of([row.about for row in tactic.reason_rows.all()], slug),
        "crumbs": crumbs(request, tactic),
        **steps(request, tactic, adding, changing),
    }


def steps(
    request: MemberRequest,
    tactic: Tactic,
    adding: StepForm | None = None,
    changing: Mapping[int, StepForm] | None = None,
) -> dict[str, Any]:
    """Gather the list of a tactic's steps; three queries."""
    today = request.member.workspace.today()
    members = people_by_label()
    rows = steps_of(tactic)
    bound = changing or {}
    return {
        "tactic": tactic,
        "steps": [
            _step(row, bound.get(row.pk) or StepForm.of(row, members), today) for row in rows
        ],
        "done": sum(row.done_on is not None for row in rows),
        "adding": adding or StepForm(members=members, auto_id="add-%s"),
        "names": [*members, *names_in_use()],
        "may_edit": request.member.can(Action.EDIT) and tactic.may_change,
    }


def _step(row: TacticStep, form: StepForm, today: date) -> dict[str, Any]:
    days = row.days_late(today)
    return {"row": row, "form": form, "late": late(days), "tone": late_tone(days)}


def plan_crumb(request: MemberRequest, plan: Plan) -> dict[str, str]:
    return {"name": plan.name, "url": address("plan", request.member.workspace.slug, plan.pk)}


def crumbs(request: MemberRequest, tactic: Tactic) -> list[dict[str, str]]:
    plan = tactic.cycle.plan
    listed = reverse("tactics", args=[request.member.workspace.slug, plan.pk])
    return [plan_crumb(request, plan), {"name": _("Tactics"), "url": listed}, {"name": str(tactic)}]

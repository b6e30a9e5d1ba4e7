"""The page of a plan's own words: its stages, its channels, and what its grades mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cxplanner.accounts.access import MemberRequest, needs
from cxplanner.accounts.roles import Action
from cxplanner.base.history import say_done
from cxplanner.base.links import address
from cxplanner.base.merging import both, posted
from cxplanner.base.versions import Stale
from strategy.plans.models import Plan
from strategy.vocabulary import services
from strategy.vocabulary.forms import GradesForm, NameForm
from strategy.vocabulary.selectors import Which, listed

LISTS: Mapping[Which, tuple[Promise, Promise]] = MappingProxyType(
    {
        "stages": (
            gettext_lazy("Stages"),
            gettext_lazy("The way a customer goes, from the first look to help afterwards."),
        ),
        "channels": (
            gettext_lazy("Channels"),
            gettext_lazy("What customers reach you over. One way often crosses several."),
        ),
    }
)


@dataclass(slots=True)
class Line:
    """One name of a list: how many touchpoints stand under it, and its form."""

    name: str
    count: int
    form: NameForm
    is_first: bool
    is_last: bool


@dataclass(slots=True)
class Listing:
    """One list as it is shown; `leaving` is the name whose touchpoints ask where they go."""

    which: Which
    title: str | Promise
    help: str | Promise
    lines: list[Line]
    adding: NameForm
    names: list[str] = field(default_factory=list)
    leaving: str = ""


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: MemberRequest, plan_id: int) -> HttpResponse:
    """Show a plan's own words; a POST says what its grades mean."""
    plan = get_object_or_404(Plan, pk=plan_id)
    if request.method == "POST" and not request.member.can(Action.EDIT):
        raise PermissionDenied
    sent = posted(request)
    form = GradesForm(sent) if sent else GradesForm.of(plan)
    if form.is_bound and form.is_valid():
        try:
            services.say_grades(
                plan,
                sentences=form.said(),
                by=request.member,
                expected_version=form.cleaned_data["version"],
            )
        except Stale as stale:
            back_url = address("plan-words", request.member.workspace.slug, plan.pk)
            context = _around(request, plan)
            return both(
                request, form, stale, shown=GradesForm.of, context=context, back_url=back_url
            )
        say_done(request, _("Changes kept."))
        return _back(request, plan)
    return _page(request, plan, grades=form)


@needs(Action.EDIT)
@require_POST
def change_list(request: MemberRequest, plan_id: int, which: str) -> HttpResponse:
    """Add, rename, move or take off one name of a list, as the button says."""
    plan = get_object_or_404(Plan, pk=plan_id)
    if which not in LISTS:
        raise Http404
    kind = cast("Which", which)
    name, act = request.POST.get("name", ""), request.POST.get("act", "")
    form = NameForm(request.POST, auto_id=f"{which}-{name}-%s")
    try:
        if act in ("up", "down"):
            _move(plan, kind, name, request, by=-1 if act == "up" else 1)
        elif act == "remove":
            to = request.POST.get("to")
            services.remove_name(plan, kind, name=name, by=request.member, to=to)
        elif not form.is_valid():
            return _page(request, plan, failed=(kind, name, form))
        elif name:
            to = form.cleaned_data["to"]
            services.rename(plan, kind, name=name, to=to, by=request.member)
        else:
            services.add_name(plan, kind, name=form.cleaned_data["to"], by=request.member)
    except services.InUse:
        return _page(request, plan, leaving=(kind, name))
    except ValidationError as error:
        form.is_valid()
        form.take(error)
        return _page(request, plan, failed=(kind, name, form))
    say_done(request, _("Changes kept."))
    return _back(request, plan)


def _move(plan: Plan, which: Which, name: str, request: MemberRequest, *, by: int) -> None:
    """Move a name; what was typed over it and not kept yet is kept with it."""
    typed = request.POST.get("to", name)
    names: list[str] = getattr(plan, which)
    if name not in names:
        return
    place = names.index(name)
    plan = services.rename(plan, which, name=name, to=typed, by=request.member)
    name = getattr(plan, which)[place]
    services.move_name(plan, which, name=name, position=place + by, by=request.member)


def _back(request: MemberRequest, plan: Plan) -> HttpResponse:
    return redirect("plan-words", request.member.workspace.slug, plan.pk)


def _around(request: MemberRequest, plan: Plan) -> dict[str, Any]:
    slug = request.member.workspace.slug
    return {
        "plan": plan,
        "nav": "plan",
        "may_edit": request.member.can(Action.EDIT),
        "crumbs": [
            {"name": plan.name, "url": address("plan", slug, plan.pk)},
            {"name": _("Touchpoints"), "url": address("touchpoints", slug, plan.pk)},
            {"name": _("Stages, channels, grades")},
        ],
    }


def _page(
    request: MemberRequest,
    plan: Plan,
    *,
    grades: GradesForm | None = None,
    failed: tuple[Which, str, NameForm] | None = None,
    leaving: tuple[Which, str] | None = None,
) -> HttpResponse:
    """Show the page; `failed` is what could not be kept, `leaving` a name still in use."""
    shown = [_listing(plan, which, failed, leaving) for which in LISTS]
    context = _around(request, plan) | {
        "lists": shown,
        "grades": grades or GradesForm.of(plan),
        "leaving": next((one for one in shown if one.leaving), None),
    }
    status = 422 if failed or leaving or (grades and grades.is_bound) else 200
    return render(request, "strategy/vocabulary/words.html", context, status=status)


def _listing(
    plan: Plan,
    which: Which,
    failed: tuple[Which, str, NameForm] | None,
    leaving: tuple[Which, str] | None,
) -> Listing:
    def form_of(name: str) -> NameForm:
        if failed is not None and failed[:2] == (which, name):
            return failed[2]
        return NameForm(initial={"to": name}, auto_id=f"{which}-{name}-%s")

    rows = listed(plan, which)
    title, help_ = LISTS[which]
    lines = [
        Line(name, count, form_of(name), place == 0, place == len(rows) - 1)
        for place, (name, count) in enumerate(rows)
    ]
    going = leaving[1] if leaving is not None and leaving[0] == which else ""
    names = [name for name, _count in rows if name != going]
    return Listing(which, title, help_, lines, form_of(""), names, going)

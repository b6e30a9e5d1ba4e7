"""The talk about a thing: a page of its own, and the part of a page that shows the thing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplanner.accounts.access import MemberRequest, needs, require
from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.base.htmx import in_page, render_page
from cxplanner.base.merging import expect_now
from cxplanner.base.refs import Ref, UnknownRef, target
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import Stale
from cxplanner.events.comments import services
from cxplanner.events.comments.forms import CommentForm
from cxplanner.events.comments.models import Comment
from cxplanner.events.comments.selectors import (
    Said,
    comments_about,
    last_change,
    people_like,
    shown_roots,
    threads,
)
from cxplanner.events.telling.models import Watch
from cxplanner.events.telling.services import watch

PAGE = "events/comments/comments.html"
A_PAGE = 20  # talks


@needs(Action.VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: MemberRequest, kind: str, thing_id: str) -> HttpResponse:
    """Show the talk about a thing; take a new comment or an answer."""
    about = _about(kind, thing_id)
    if request.method != "POST":
        return _show(request, about)
    require(request.member, Action.COMMENT)
    answered = request.POST.get("reply_to", "")
    reply_to = get_object_or_404(comments_about(about), pk=answered) if answered else None
    form = CommentForm(request.POST, slot=f"answer-{answered}" if answered else "new")

    def write() -> None:
        text = form.cleaned_data["text"]
        services.write_comment(about=about, text=text, by=request.member, reply_to=reply_to)

    return _act(request, about, form, write)


def _about(kind: str, thing_id: str) -> Ref:
    try:
        return Ref.parse(f"{kind}:{thing_id}")
    except ValueError as error:
        raise Http404 from error


def _act(
    request: MemberRequest, about: Ref, form: CommentForm, act: Callable[[], Any]
) -> HttpResponse:
    """Do what a form asks; what is refused keeps the words that were typed."""
    if form.is_valid():
        try:
            act()
        except ValidationError as error:
            form.add_error("text", error.messages[0])
        except Refused as error:
            form.add_error("text", str(error))
        except Stale as stale:
            words = _("It was changed elsewhere meanwhile; the words above are the newer ones.")
            form.add_error("text", words)
            expect_now(form, stale.row)
        else:
            return _done(request, about)
    return _show(request, about, form=form)


def _done(request: MemberRequest, about: Ref) -> HttpResponse:
    if in_page(request):
        return _show(request, about)
    page = request.GET.urlencode()
    return redirect(_address(request, about) + (f"?{page}" if page else ""))


def _address(request: MemberRequest, about: Ref) -> str:
    return reverse("comments", args=[request.member.workspace.slug, about.kind, str(about.id)])


def _show(request: MemberRequest, about: Ref, *, form: CommentForm | None = None) -> HttpResponse:
    try:
        thing = target(about)
    except UnknownRef as error:
        raise Http404 from error
    seen = last_change(about)  # before the comments: one that comes meanwhile is not lost
    page = Paginator(shown_roots(about), A_PAGE).get_page(request.GET.get("page"))
    roots = list(page)
    talks = threads(roots, comments_about(about).filter(reply_to__in=roots))
    member = request.member
    context = {
        "about": about,
        "thing": thing,
        "thing_url": thing.page_in(member.workspace.slug),
        "address": _address(request, about),
        "again": f"?page={page.number}" if page.number > 1 else "",
        "seen": seen.isoformat() if seen else "",
        "page": page,
        "talks": talks,
        "new": _with_forms(talks, member, form),
        "may_comment": member.can(Action.COMMENT),
        "watched": Watch.objects.filter(
            member=member, about_kind=about.kind, about_id=str(about.id)
        ).first(),
    }
    return render_page(request, PAGE, "comments", context, status=422 if form else 200)


def _with_forms(talks: list[Said], member: Membership, form: CommentForm | None) -> CommentForm:
    """Give each comment the forms this member may use; return the one for a new comment.

    Words refused for a comment that is no longer there stay in the form for a new one.
    """
    waiting = {form.slot: form} if form else {}

    def of(slot: str, **initial: Any) -> CommentForm:
        return waiting.pop(slot, None) or CommentForm(slot=slot, initial=initial)

    speaks = member.can(Action.COMMENT)
    for talk in talks:
        for said in (talk, *talk.answers):
            row, is_mine = said.row, said.row.by_id == member.pk
            if not speaks or row.deleted_at is not None:
                continue
            if row.reply_to_id is None:
                said.answer = of(f"answer-{row.pk}")
            if is_mine:
                said.edit = of(f"edit-{row.pk}", text=row.text, version=row.version)
            said.may_delete = is_mine or member.can(Action.MANAGE)
    return next(iter(waiting.values()), None) or CommentForm()


@needs(Action.VIEW)
@require_safe
def news(request: MemberRequest, kind: str, thing_id: str) -> HttpResponse:
    """Say that something was added since `seen`; 204 while nothing was."""
    about = _about(kind, thing_id)
    at = last_change(about)
    if (at.isoformat() if at else "") == request.GET.get("seen", ""):
        return HttpResponse(status=204)
    return render(request, f"{PAGE}#news", {"address": _address(request, about)})


@needs(Action.COMMENT)
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Offer members whose name begins as typed behind an @."""
    found = people_like(request.GET.get("q", ""))
    return render(request, f"{PAGE}#people", {"people": found})


@needs(Action.COMMENT)
@require_POST
def change(request: MemberRequest, comment_id: int) -> HttpResponse:
    """Put one's own words differently."""
    comment = get_object_or_404(Comment, pk=comment_id)
    form = CommentForm(request.POST, slot=f"edit-{comment.pk}")

    def rewrite() -> None:
        typed = form.cleaned_data
        services.change_comment(
            comment, by=request.member, text=typed["text"], expected_version=typed["version"]
        )

    return _act(request, comment.about, form, rewrite)


@needs(Action.COMMENT)
@require_POST
def settle(request: MemberRequest, comment_id: int) -> HttpResponse:
    """Delete a comment, or resolve or reopen the talk it began."""
    comment = get_object_or_404(Comment, pk=comment_id)
    acts: dict[str, Callable[..., Any]] = {
        "delete": services.delete_comment,
        "resolve": services.resolve_comment,
        "reopen": services.reopen_comment,
    }
    act = acts.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        act(comment, by=request.member)
    except Refused as error:
        messages.error(request, str(error))
    return _done(request, comment.about)


@needs(Action.VIEW)
@require_POST
def follow(request: MemberRequest, kind: str, thing_id: str) -> HttpResponse:
    """Follow or mute a thing, or neither."""
    about = _about(kind, thing_id)
    try:
        target(about)
    except UnknownRef as error:
        raise Http404 from error
    mode = request.POST.get("mode", "")
    if mode not in ("", *Watch.Mode.values):
        raise Http404
    watch(request.member, about, mode=mode)
    return _done(request, about)

"""Everything a person can do with a comment."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.base.refs import Ref, UnknownRef, target
from cxplanner.base.refusals import Refused
from cxplanner.base.versions import assign, kept, locked
from cxplanner.events.comments.mentions import Nobody, Several, mentions_in
from cxplanner.events.comments.models import Comment
from cxplanner.events.comments.selectors import people
from cxplanner.events.services import record


class NotYours(PermissionDenied):
    """Words are changed by who wrote them alone."""


class CommentDeleted(Refused):
    """There is nothing left to change or answer."""


@transaction.atomic
def write_comment(
    *, about: Ref, text: str, by: Membership, reply_to: Comment | None = None
) -> Comment:
    """Say something about a thing, or answer a comment on it.

    Raises ValidationError: no such thing, no words, an unknown name behind an @, an answer to
    something else; CommentDeleted.
    """
    try:
        target(about)
    except UnknownRef as error:
        raise ValidationError({"about": _("There is no such thing here.")}) from error
    root = _answered(reply_to, about)
    text, mentions = _checked(text)
    comment = Comment(text=text, mentions=mentions, reply_to=root, by=by)
    comment.about = about
    kept(comment)
    _record("written", comment, by, mentions=comment.mentioned, talkers=_talkers(comment))
    return comment


def _answered(comment: Comment | None, about: Ref) -> Comment | None:
    """Return the comment that begins the talk: answers hang one level deep."""
    if comment is None:
        return None
    if comment.about != about:
        raise ValidationError({"reply_to": _("That comment is about something else.")})
    root = locked(comment.reply_to or comment)
    if root.deleted_at is not None:
        raise CommentDeleted(_("The comment was deleted meanwhile. Write a new one."))
    return root


def _checked(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the words without surrounding space, and whom they mention."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise ValidationError({"text": _("Write a few words first.")})
    try:
        return text, mentions_in(text, people() if "@" in text else [])
    except Nobody as error:
        words = _(
            "“@%(name)s” names nobody with access to this workspace. Choose from the list that "
            "opens after an @, type the whole name or e-mail address, or leave out the @."
        )
        raise ValidationError({"text": words % {"name": error.words}}) from error
    except Several as error:
        words = _("Several people are called “%(name)s”. Write @ and the e-mail address instead.")
        raise ValidationError({"text": words % {"name": error.words}}) from error


@transaction.atomic
def change_comment(
    comment: Comment,
    *,
    by: Membership,
    text: str | None = None,
    expected_version: int | None = None,
) -> Comment:
    """Put one's own words differently; who is newly mentioned is told.

    Raises NotYours, Stale, ValidationError, CommentDeleted.
    """
    comment = _alive(comment, expected_version)
    if comment.by_id != by.pk:
        raise NotYours(_("Only who wrote a comment can change its words."))
    before = set(comment.mentioned)
    text, mentions = _checked(comment.text if text is None else text)
    if text != comment.text:
        assign(comment, {"text": text, "mentions": mentions, "edited_at": timezone.now()})
        new = [member for member in comment.mentioned if member not in before]
        _record("changed", comment, by, mentions=new)
    return comment


@transaction.atomic
def delete_comment(
    comment: Comment, *, by: Membership, expected_version: int | None = None
) -> None:
    """Take a comment's words away for good; answers to it stay.

    One's own, an owner anybody's. Raises NotYours, Stale.
    """
    comment = locked(comment, expected_version=expected_version)
    if comment.by_id != by.pk and not by.can(Action.MANAGE):
        raise NotYours(_("Only who wrote a comment, or an owner, can delete it."))
    if comment.deleted_at is None:
        assign(comment, {"text": "", "mentions": [], "deleted_at": timezone.now()})
        _record("deleted", comment, by)


@transaction.atomic
def resolve_comment(comment: Comment, *, by: Membership) -> Comment:
    """Say that a talk is settled. Raises Refused for an answer, CommentDeleted."""
    return _settle(comment, by, is_resolved=True)


@transaction.atomic
def reopen_comment(comment: Comment, *, by: Membership) -> Comment:
    """Say that a talk is not settled after all. Raises Refused for an answer, CommentDeleted."""
    return _settle(comment, by, is_resolved=False)


def _settle(comment: Comment, by: Membership, *, is_resolved: bool) -> Comment:
    comment = _alive(comment, None)
    if comment.reply_to_id is not None:
        raise Refused(_("The comment that began the talk is resolved, not an answer to it."))
    if (comment.resolved_at is not None) != is_resolved:
        now = timezone.now() if is_resolved else None
        assign(comment, {"resolved_at": now, "resolved_by": by if is_resolved else None})
        name = "resolved" if is_resolved else "reopened"
        _record(name, comment, by, talkers=_talkers(comment))
    return comment


def _alive(comment: Comment, expected_version: int | None) -> Comment:
    comment = locked(comment, expected_version=expected_version)
    if comment.deleted_at is not None:
        raise CommentDeleted(_("The comment was deleted meanwhile."))
    return comment


def _talkers(comment: Comment) -> list[int]:
    """Return who takes part in the talk a comment belongs to."""
    root = comment.reply_to_id or comment.pk
    rows = Comment.objects.filter(pk=root) | Comment.objects.filter(reply_to=root)
    spoke = rows.filter(deleted_at=None, by__isnull=False).values_list("by", flat=True)
    return sorted(set(spoke))


def _record(name: str, comment: Comment, by: Membership, **concerned: list[int]) -> None:
    record(f"comment.{name}", comment.about, by=by, comment=comment.pk, **concerned)

"""Who may do what: the only permission table in the product."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """What a view asks for; the domain's acts, one name each."""

    VIEW = "view", _("see plans, goals, scores and answers without names")
    COMMENT = "comment", _("comment, mention, check in")
    APPROVE = "approve", _("approve a plan")
    EDIT = "edit", _("create, change, archive, undo; open and close surveys; import")
    RESPONDENTS = "respondents", _("see who answered, export answers, delete an answer")
    MANAGE = "manage", _("delete for good, erase a person, members, settings, webhooks")


class Role(models.TextChoices):
    VIEWER = "viewer", _("viewer")
    REVIEWER = "reviewer", _("reviewer")
    EDITOR = "editor", _("editor")
    OWNER = "owner", _("owner")


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.VIEWER: frozenset({Action.VIEW}),
    Role.REVIEWER: frozenset({Action.VIEW, Action.COMMENT, Action.APPROVE}),
    Role.EDITOR: frozenset({Action.VIEW, Action.COMMENT, Action.EDIT, Action.RESPONDENTS}),
    Role.OWNER: frozenset(Action),
}


class Scope(models.TextChoices):
    """What a token may be used for; its rights are its scopes and its member's role, now."""

    READ = "read", _("read everything the role may see")
    WRITE = "write", _("change what the role may change")
    ANSWERS = "answers", _("only send answers")
    ADMIN = "admin", _("members, settings, deleting for good")


SCOPE_OF: dict[Action, Scope] = {
    Action.VIEW: Scope.READ,
    Action.COMMENT: Scope.WRITE,
    Action.APPROVE: Scope.WRITE,
    Action.EDIT: Scope.WRITE,
    Action.RESPONDENTS: Scope.WRITE,
    Action.MANAGE: Scope.ADMIN,
}

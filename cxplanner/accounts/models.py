"""People, the workspaces they share, and the tokens scripts use in their name."""

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cxplanner.accounts.roles import ALLOWED, Action, Role, Scope
from cxplanner.base.tenancy import WorkspaceModel

SIGN_IN_LINK_LASTS = timedelta(minutes=15)
INVITATION_LASTS = timedelta(days=7)


class People(BaseUserManager["User"]):
    """Makes accounts; an address is one account however it is written."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. What they may do is said by their memberships."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name or self.email.partition("@")[0]

    def get_full_name(self) -> str:
        return str(self)


def _is_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("“%(zone)s” is no time zone."), params={"zone": value})


currency_code = RegexValidator(r"^[A-Z]{3}$", _("A currency is three capital letters, as EUR."))


class Workspace(models.Model):
    """A team's own space: its clock, its money and its thresholds."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="UTC", validators=[_is_zone]
    )
    first_weekday = models.PositiveSmallIntegerField(
        _("first day of the week"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
        help_text=_("1 is Monday, 7 Sunday"),
    )
    currency = models.CharField(
        _("currency"), max_length=3, default="EUR", validators=[currency_code]
    )
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("first month of the fiscal year"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    # Distances in progress (ratio, 0.05 = five hundredths of the way from baseline to target).
    on_track_within = models.DecimalField(
        _("on track within"), max_digits=4, decimal_places=3, default="0.050"
    )
    at_risk_within = models.DecimalField(
        _("at risk within"), max_digits=4, decimal_places=3, default="0.200"
    )
    grades_last_months = models.PositiveSmallIntegerField(
        _("a grade is fresh for"),
        default=6,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Months after which a touchpoint asks to be graded again."),
    )
    statements_last_months = models.PositiveSmallIntegerField(
        _("proof of a statement lasts"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Months after which a persona’s statement falls back one step."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    on_track_within__gte=0, at_risk_within__gte=models.F("on_track_within")
                ),
                name="at_risk_is_wider_than_on_track",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def today(self) -> date:
        """Return today's date on the workspace's clock."""
        return timezone.now().astimezone(self.zone).date()


class WorkHere(models.Manager["Membership"]):
    """Those who have not left."""

    def get_queryset(self) -> models.QuerySet["Membership"]:
        return super().get_queryset().filter(left_at=None)


class Membership(models.Model):
    """One person's role in one workspace.

    Who leaves keeps the row, so that history and comments still name them; `objects` no longer
    finds it, and with that every right is gone. `left_as` is the name they left under.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, editable=False)
    left_as = models.CharField(max_length=120, blank=True, editable=False)

    objects: ClassVar[WorkHere] = WorkHere()
    # For the few places that name who did something, whether or not they are still here.
    everyone: ClassVar[models.Manager["Membership"]] = models.Manager()

    class Meta:
        default_manager_name = "objects"
        base_manager_name = "everyone"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_membership_each")
        ]

    def __str__(self) -> str:
        return self.left_as or str(self.user)

    def can(self, action: Action) -> bool:
        return action in ALLOWED[Role(self.role)]


def digest_of(secret: str) -> bytes:
    """Hash a random secret of 256 bits; it needs no slow hash because it cannot be guessed."""
    return sha256(secret.encode()).digest()


class ApiToken(WorkspaceModel):
    """A secret for scripts, shown once and stored hashed."""

    PREFIX = "cxp_"

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.BinaryField(max_length=32, unique=True)
    ending = models.CharField(max_length=4)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def may_be_revoked_by(self, member: Membership) -> bool:
        """Tell whether it is the member's own, or the member is an owner."""
        return self.membership_id == member.pk or member.can(Action.MANAGE)

    @classmethod
    def new_secret(cls) -> str:
        return cls.PREFIX + secrets.token_urlsafe(32)


class MemberInvitation(WorkspaceModel):
    """A link that lets one person into a workspace with a role, once; only its hash is kept."""

    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    email = models.EmailField(_("e-mail"), blank=True)
    digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)
    used_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, editable=False)

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        return self.used_at is None and self.revoked_at is None and not self.is_expired

    @classmethod
    def expiry(cls) -> datetime:
        return timezone.now() + INVITATION_LASTS


class SignInLink(models.Model):
    """A single-use way in for somebody who can read this machine's terminal.

    Without a user it lets its holder name themselves and their workspace.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    @classmethod
    def expiry(cls) -> datetime:
        return timezone.now() + SIGN_IN_LINK_LASTS

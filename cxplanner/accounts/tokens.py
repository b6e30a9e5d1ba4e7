"""Bearer tokens: one prepared, indexed read; a revoked token is dead at once."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from cxplanner.accounts.models import ApiToken, digest_of
from cxplanner.base.statements import prepared

logger = logging.getLogger(__name__)

LOOKUP = """
SELECT t.id, t.workspace_id, t.membership_id, m.user_id, m.role, t.scopes, w.time_zone
FROM accounts_apitoken t
JOIN accounts_membership m ON m.id = t.membership_id AND m.left_at IS NULL
JOIN accounts_workspace w ON w.id = t.workspace_id
JOIN accounts_user u ON u.id = m.user_id AND u.is_active
WHERE t.digest = %s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > now())
"""
USE_NOTED_EVERY = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls the API: a token of one membership."""

    token_id: int
    workspace_id: int
    membership_id: int
    user_id: int
    role: str
    scopes: list[str]
    time_zone: str

    is_authenticated = True
    is_active = True

    @property
    def pk(self) -> int:
        return self.token_id


def caller_of(request: Request) -> Caller:
    """Return who calls. Only behind TokenMay, which admits nobody else."""
    caller = request.user
    if not isinstance(caller, Caller):
        raise exceptions.NotAuthenticated
    return caller


class BearerToken(authentication.BaseAuthentication):
    """`Authorization: Bearer cxp_…`; no session, so no CSRF."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if not scheme:
            return None
        row = None
        if scheme.lower() == "bearer" and secret.isascii():
            row = prepared(LOOKUP, [digest_of(secret.strip())])
        if row is None:
            raise exceptions.AuthenticationFailed("The token is unknown, revoked or expired.")
        caller = Caller(*row)
        uses.note(caller.token_id)
        return caller, secret

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class Uses:
    """Notes a token's last use at most once a minute, outside the request."""

    def __init__(self) -> None:
        self._noted: dict[int, float] = {}

    def note(self, token_id: int) -> None:
        now = time.monotonic()
        if now - self._noted.get(token_id, -USE_NOTED_EVERY) < USE_NOTED_EVERY:
            return
        self._noted[token_id] = now
        if settings.NOTE_TOKEN_USE_IN_THREAD:
            threading.Thread(target=_write_and_leave, args=(token_id,), daemon=True).start()
        else:
            _write_use(token_id)


uses = Uses()


def _write_use(token_id: int) -> None:
    # The token was just authenticated; the row names its own workspace.
    ApiToken.unscoped.filter(pk=token_id).update(last_used_at=timezone.now())


def _write_and_leave(token_id: int) -> None:
    try:
        _write_use(token_id)
    except DatabaseError:
        logger.warning("the last use of a token was not noted", exc_info=True)
    finally:
        connection.close()

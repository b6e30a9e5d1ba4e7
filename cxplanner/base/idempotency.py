"""Idempotency-Key (IETF draft 07): a repeated call gets the first reply and does nothing."""

from dataclasses import dataclass
from hashlib import sha256

from django.http import HttpRequest, HttpResponse

from cxplanner.base.models import IdempotencyKey
from cxplanner.base.problems import Problem


@dataclass(frozen=True)
class Claim:
    """A key this call holds until it is settled."""

    row_id: int


def claim(request: HttpRequest, token_id: int) -> Claim | HttpResponse | None:
    """Hold the request's key, or return the reply it already has; None without the header.

    Raises Problem 409 while the first call runs, 422 when the key came with another body.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        return None
    key = header.strip().strip('"')
    if not 1 <= len(key) <= 255 or not key.isprintable():
        raise Problem(400, "An Idempotency-Key has 1 to 255 printable characters.")
    body = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    fingerprint = sha256(body).digest()
    row, fresh = IdempotencyKey.objects.get_or_create(
        token_id=token_id, key=key, defaults={"fingerprint": fingerprint}
    )
    if fresh:
        return Claim(row.pk)
    if bytes(row.fingerprint) != fingerprint:
        raise Problem(422, "This Idempotency-Key was used for another call.")
    if row.status is None:
        raise Problem(409, "The first call with this Idempotency-Key is still running.")
    return HttpResponse(
        bytes(row.body),
        status=row.status,
        content_type=row.content_type,
        headers={"Idempotency-Replayed": "true"},
    )


def free(held: Claim) -> None:
    """Let the key go: the call failed, so that a retry may work."""
    IdempotencyKey.objects.filter(pk=held.row_id).delete()


def settle(held: Claim, response: HttpResponse) -> None:
    """Keep the reply for repetitions; a server error frees the key so that a retry may work."""
    if response.status_code >= 500 or response.status_code == 429:
        free(held)
        return
    IdempotencyKey.objects.filter(pk=held.row_id).update(
        status=response.status_code,
        content_type=response.headers.get("Content-Type", ""),
        body=response.content,
    )

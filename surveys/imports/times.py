"""Times as people's files write them; pure."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ORDERS = {
    "ymd": gettext_lazy("year first, as 2026-03-31"),
    "dmy": gettext_lazy("day first, as 31.03.2026"),
    "mdy": gettext_lazy("month first, as 03/31/2026"),
    "unix": gettext_lazy("seconds since 1970"),
}
_LAST_TWO_DIGITS_OF_A_CENTURY = 100
_DATE = re.compile(
    r"(\d{1,4})[-./](\d{1,2})[-./](\d{1,4})"
    r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?)?"
    r"\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
)


class NoTime(ValueError):
    """A cell that holds no time."""


def reader(order: str, zone: ZoneInfo) -> Callable[[str], datetime]:
    """Return what reads times written in `order`; those without an offset are in `zone`.

    What it returns is in UTC. It raises NoTime.
    """

    def read(text: str) -> datetime:
        if order == "ymd":  # the usual way, and the fastest
            try:
                found = datetime.fromisoformat(text)
            except ValueError:
                pass
            else:
                return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        try:
            return _unix(text) if order == "unix" else _written(text.strip(), order, zone)
        except (ValueError, OverflowError):
            raise NoTime(_("This is no date or time.")) from None

    return read


def _unix(text: str) -> datetime:
    return datetime.fromtimestamp(float(text), UTC)


def _written(text: str, order: str, zone: ZoneInfo) -> datetime:
    match = _DATE.fullmatch(text)
    if match is None:
        raise NoTime
    first, second, third, hour, minute, seconds, half, offset = match.groups()
    year, month, day = {
        "ymd": (first, second, third),
        "dmy": (third, second, first),
        "mdy": (third, first, second),
    }[order]
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    full_year = int(year) + (2000 if int(year) < _LAST_TWO_DIGITS_OF_A_CENTURY else 0)
    naive = datetime(  # noqa: DTZ001  # its zone follows
        full_year, int(month), int(day), hours, int(minute or 0), int(seconds or 0)
    )
    if offset is None:
        return naive.replace(tzinfo=zone).astimezone(UTC)
    zoned = "+00:00" if offset in ("Z", "UTC") else offset
    return datetime.fromisoformat(naive.isoformat() + zoned).astimezone(UTC)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment a day begins, in UTC: the time of rows that tell none."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def order_of(texts: Iterable[str]) -> tuple[str, bool]:
    """Tell in which order times are written, and whether that is sure; ("", False): no times.

    3/4/2026 alone is not sure; a single 13/4/2026 among them is.
    """
    found = [text.strip() for text in texts if text.strip()]
    able = [order for order in ("ymd", "dmy", "mdy") if found and _all(found, order)]
    if able:
        return able[0], len(able) == 1
    if found and all(re.fullmatch(r"\d{9,10}(?:\.\d+)?", text) for text in found):
        return "unix", True
    return "", False


def _all(texts: list[str], order: str) -> bool:
    read = reader(order, ZoneInfo("UTC"))
    for text in texts:
        if not re.search(r"[-./]", text):
            return False
        try:
            if read(text).year < 1900:  # 01.02.03 read with the year first
                return False
        except NoTime:
            return False
    return True

"""Sources of numbers: who keeps raw rows, and the SQL that turns them into cells."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class NumberSource:
    """An owner of raw numbers, listed by dotted path in settings.NUMBER_SOURCES.

    `name` is the first part of its slices' source: `observations`, or `survey` of `survey:12`.

    `raw` is a query of (source, metric_id, day, touchpoint_id, segments, bucket, n, total,
    squares): one row an answer or already summed; touchpoint may be null, segments is a text[].
    It is embedded in larger statements, reads its slices from the common table
    `named(source, day, name, owner)`, where `owner` is the number behind the colon, takes only
    those with its own name and only rows of workspace %(w)s. A literal % is written %%.

    `slices` is a query of (source, day): the slices from day %(since)s on that have raw rows.

    `matching` counts the raw rows of plan %(plan)s that carry all of %(segments)s (a text[]), of
    %(source)s unless that is "". `anonymous` is a query of (source): those in whose rows nobody
    may be recognised. A source of figures that no single person gives has neither.
    """

    name: str
    raw: str
    slices: str
    matching: str = ""
    anonymous: str = ""


@cache
def number_sources() -> tuple[NumberSource, ...]:
    """Return all sources of the installation, in the order of the settings."""
    return tuple(import_string(path) for path in settings.NUMBER_SOURCES)

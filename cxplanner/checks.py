"""What must hold before anything starts: the listed parts import, and secrets are given."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from cxplanner import env


@register
def listed_parts_import(**_: Any) -> Sequence[CheckMessage]:
    """Every part named in settings is there, under a name of its own."""
    found: list[CheckMessage] = []
    lists = (
        ("PLAN_SECTIONS", "slug"),
        ("NUMBER_SOURCES", "name"),
        ("KEPT_HISTORY", "kind"),
        ("OPEN_WORK", "kind"),
    )
    for setting, name in lists:
        names: list[str] = []
        for path in getattr(settings, setting):
            try:
                names.append(getattr(import_string(path), name))
            except (ImportError, AttributeError) as error:
                found.append(
                    Error(f"{setting}: {path} cannot be used: {error}", id="cxplanner.E001")
                )
        twice = {name for name in names if names.count(name) > 1}
        found += [Error(f"{setting}: {n} is there twice", id="cxplanner.E002") for n in twice]
    try:
        import_string(settings.FACTS_GO_TO)
    except ImportError as error:
        found.append(Error(f"FACTS_GO_TO cannot be used: {error}", id="cxplanner.E004"))
    return found


@register(deploy=True)
def production_is_told_its_secrets(**_: Any) -> Sequence[CheckMessage]:
    """A deployment names its key and its hosts; neither has a default."""
    given = {"SECRET_KEY": env.text("SECRET_KEY"), "ALLOWED_HOSTS": settings.ALLOWED_HOSTS}
    return [Error(f"{name} is not set", id="cxplanner.E003") for name in given if not given[name]]

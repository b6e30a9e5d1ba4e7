"""Groups of scores people speak of: promoters and detractors, satisfied or not."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from strategy.metrics.estimates import Definition, boxes

# In the order in which a page shows them.
_NET: Mapping[str, Promise] = MappingProxyType(
    {"promoter": _("Promoters"), "passive": _("Passives"), "detractor": _("Detractors")}
)
_PARTS: Mapping[str, Mapping[str, Promise]] = MappingProxyType(
    {
        "nps": _NET,
        "csat": MappingProxyType({"top": _("Satisfied"), "rest": _("Not satisfied")}),
        "ces": MappingProxyType({"top": _("Found it easy"), "rest": _("Did not find it easy")}),
    }
)
GROUPS: Mapping[str, Promise] = MappingProxyType(
    {**_NET, "top": _("Top scores"), "rest": _("All other scores")}
)
TONES = MappingProxyType(
    {"promoter": "ok", "passive": "none", "detractor": "off", "top": "ok", "rest": "off"}
)


def groups_of(definition: Definition) -> Mapping[str, Promise]:
    """Return the groups that part all answers of a metric, with the words for them."""
    return _PARTS.get(definition.kind, {})


def scores_of(definition: Definition, group: str) -> list[int]:
    """Return the scores of a group; the top and bottom boxes are the metric's own."""
    low, high = definition.scale_min or 0, definition.scale_max or 0
    return [score for score in range(low, high + 1) if _is_in(definition, score, group)]


def _is_in(definition: Definition, score: int, group: str) -> bool:
    top, bottom = boxes(definition)
    side = 1 if definition.higher_is_better else -1
    is_top, is_bottom = score * side >= top * side, score * side <= bottom * side
    if group in ("top", "promoter"):
        return is_top
    if group == "detractor":
        return is_bottom
    return not is_top and (group == "rest" or not is_bottom)


def tone_of(definition: Definition, score: int) -> str:
    """Name the tone a score is drawn in: ok in the top box, off in the bottom one, else none."""
    if _is_in(definition, score, "top"):
        return "ok"
    return "off" if _is_in(definition, score, "detractor") else "none"


def group_word(definition: Definition, score: int) -> str:
    """Name the group one score is in, as “Promoters”."""
    groups = groups_of(definition)
    return next(
        (str(words) for name, words in groups.items() if _is_in(definition, score, name)), ""
    )

"""Step 2: done when touchpoints are graded and each quadrant of the own SWOT is settled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from strategy.plans.models import Plan
from strategy.sections import Act, Completeness, Joiner, Links, Stitch
from strategy.swot.carrying import dumped, loaded
from strategy.swot.models import Quadrant, SwotEntry
from strategy.swot.selectors import own_entries, settled_quadrants
from strategy.touchpoints.section import AuditSection


class ExperienceSection(AuditSection):
    """The whole step: the touchpoints with their grades, and the own SWOT on top of them."""

    def completeness(self, plan: Plan) -> Completeness:
        """Count touchpoints graded lately and quadrants settled; two queries."""
        return super().completeness(plan).plus(own_swot(plan))

    def freshness(self, plan: Plan) -> date | None:
        """Return the newest day on which a touchpoint was graded or the own SWOT changed."""
        newest = own_entries(plan.pk).aggregate(at=Max("updated_at"))["at"]
        changed = newest.astimezone(plan.workspace.zone).date() if newest else None
        days = [day for day in (super().freshness(plan), changed) if day is not None]
        return max(days, default=None)

    def dump(self, plan: Plan) -> Mapping[str, Any]:
        """Return the touchpoints with their grades, and the own SWOT."""
        return {**super().dump(plan), **dumped(plan)}

    def load(self, plan: Plan, data: Mapping[str, Any]) -> None:
        """Add the touchpoints and the SWOT of another plan to this one."""
        super().load(plan, data)
        loaded(plan, data)


def own_swot(plan: Plan) -> Completeness:
    """Count the quadrants filled or marked none, of four; one query."""
    settled = settled_quadrants(plan.pk)
    open_ones = [one for one in Quadrant if one not in settled]
    acts = tuple(
        Act(_("Fill “%(quadrant)s” of the SWOT") % {"quadrant": one.label}, "swot", plan.pk)
        for one in open_ones[:1]
    )
    return Completeness(len(settled), len(Quadrant), _words(len(settled)), acts)


def _words(done: int) -> str:
    if not done:
        return _("Your own SWOT is still empty.")
    if done == len(Quadrant):
        return _("Your own SWOT is filled.")
    return _("%(done)s of 4 quadrants of your SWOT are filled.") % {"done": done}


class SwotJoiner(Joiner):
    """What the brand's experience is strong and weak in, joined to where customers meet it."""

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Join entries to their touchpoint above, and touchpoints to entries; two queries."""
        found: dict[Ref, Links] = {}
        asked = [ref.id for ref in refs if ref.kind == SwotEntry.ref_kind]
        for row in SwotEntry.objects.filter(pk__in=asked) if asked else ():
            above = (Ref("touchpoint", row.touchpoint_id),) if row.touchpoint_id else ()
            found[row.ref] = Links(up=(*above, Ref("plan", row.plan_id)))
        places = [ref.id for ref in refs if ref.kind == "touchpoint"]
        below: defaultdict[Ref, list[Ref]] = defaultdict(list)
        rows = SwotEntry.objects.filter(touchpoint__in=places, archived_at=None) if places else ()
        for row in rows:
            below[Ref("touchpoint", row.touchpoint_id or 0)].append(row.ref)
        return found | {ref: Links(down=tuple(entries)) for ref, entries in below.items()}

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show entries by their words, quadrant and weight; one query."""
        wanted = [ref.id for ref in refs if ref.kind == SwotEntry.ref_kind]
        rows = SwotEntry.objects.filter(pk__in=wanted) if wanted else ()
        slug = member.workspace.slug
        return {
            row.ref: Stitch(ref=row.ref, name=str(row), url=row.page_in(slug), words=_facts(row))
            for row in rows
        }


def _facts(row: SwotEntry) -> str:
    weight = _("weight %(weight)s of 5") % {"weight": row.weight}
    return f"{row.get_quadrant_display()} · {weight}"

"""Step 5, whole: a persona half proven, and a journey with a step in every stage of the plan."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from strategy.journeys.carrying import dumped, loaded
from strategy.journeys.joints import joined, shown
from strategy.journeys.models import JourneyStep
from strategy.journeys.selectors import missing_of, stages_reached
from strategy.personas.section import PersonasSection
from strategy.plans.models import Plan
from strategy.sections import Act, AgendaItem, Completeness, Joiner, Links, Stitch


class PeopleSection(PersonasSection):
    """The whole step: who is served, and the way they go."""

    covers = gettext_lazy("Persona")
    begins = gettext_lazy("Put it on a journey")

    def completeness(self, plan: Plan) -> Completeness:
        """Add to the personas whether one journey goes through every stage; two queries."""
        return super().completeness(plan).plus(own_journeys(plan))

    def freshness(self, plan: Plan) -> date | None:
        """Return the newest day on which a statement was checked or a step was drawn."""
        steps = JourneyStep.objects.filter(plan=plan, archived_at=None)
        drawn = steps.aggregate(at=Max("updated_at"))["at"]
        zone = plan.workspace.zone
        days = [super().freshness(plan), drawn.astimezone(zone).date() if drawn else None]
        return max((day for day in days if day), default=None)

    def coverage(self, touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
        """Count the personas whose journeys meet each touchpoint; a step of all counts as one."""
        rows = JourneyStep.objects.filter(
            touchpoint__in=list(touchpoint_ids), archived_at=None, journey__archived_at=None
        )
        met: set[tuple[int, int]] = set()
        for place, step_of, journey_of in (
            rows.order_by()
            .values_list("touchpoint", "persona_rows__persona", "journey__persona_rows__persona")
            .distinct()
        ):
            met.add((place, step_of or journey_of or 0))
        return Counter(place for place, _persona in met)

    def filling(self, plan: Plan, touchpoint_id: int, name: str, slug: str) -> str:
        """Lead to the journeys: a touchpoint is met where a step of one names it."""
        return address("journeys", slug, plan.pk)

    def agenda(self, plan: Plan, since: date) -> Sequence[AgendaItem]:
        """Return what personas say, and the journeys drawn since a day (inclusive)."""
        rows = plan.journeys.filter(future_of=None, opened_by=None, archived_at=None)
        drawn = [(row, row.created_at.astimezone(plan.workspace.zone).date()) for row in rows]
        said = [
            AgendaItem(row.ref, _("“%(journey)s” is a new journey.") % {"journey": row}, day)
            for row, day in drawn
            if day >= since
        ]
        return [*super().agenda(plan, since), *said]

    def dump(self, plan: Plan) -> Mapping[str, Any]:
        """Return personas and journeys."""
        return {**super().dump(plan), "journeys": dumped(plan)}

    def load(self, plan: Plan, data: Mapping[str, Any]) -> None:
        """Add the personas and journeys of another plan to this one."""
        super().load(plan, data)
        loaded(plan, data.get("journeys", ()))


def own_journeys(plan: Plan) -> Completeness:
    """Tell whether one journey has a step in every stage of the plan; one query for most."""
    reached = stages_reached(plan.pk)
    count = len(reached)
    if not reached:
        act = Act(_("Draw the first journey"), "journeys", plan.pk)
        return Completeness(0, 1, _("No journey yet."), (act,))
    missing = {pk: missing_of(plan, stages) for pk, stages in reached.items() if stages}
    if any(not open_ones for open_ones in missing.values()):
        words = ngettext(
            "One journey, through every stage.",
            "%(count)s journeys; one goes through every stage.",
            count,
        )
        return Completeness(1, 1, words % {"count": count})
    if not missing:
        only = plan.journeys.filter(archived_at=None, future_of=None, opened_by=None)[0]
        act = Act(_("Put the first step on “%(journey)s”") % {"journey": only}, "journey", only.pk)
        return Completeness(0, 1, _("The journey has no step yet."), (act,))
    nearest = min(missing, key=lambda pk: len(missing[pk]))
    words = ngettext(
        "The journey that goes furthest leaves out one stage: %(stages)s.",
        "The journey that goes furthest leaves out %(count)s stages: %(stages)s.",
        len(missing[nearest]),
    ) % {"count": len(missing[nearest]), "stages": ", ".join(missing[nearest])}
    named = {"stage": missing[nearest][0]}
    act = Act(_("Draw what happens in “%(stage)s”") % named, "journey", nearest)
    return Completeness(0, 1, words, (act,))


class JourneysJoiner(Joiner):
    """Where a persona meets the brand: journeys, their steps and what is on them."""

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Join cards to steps, steps to touchpoints and journeys, journeys to personas."""
        return joined(refs)

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show journeys, steps and cards by their words; three queries."""
        return shown(refs, slug=member.workspace.slug)

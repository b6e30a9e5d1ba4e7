"""The plan on the golden thread: where every goal leads."""

from collections.abc import Mapping, Sequence

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from strategy.plans.models import Plan
from strategy.sections import Joiner, Stitch


class PlansJoiner(Joiner):
    """The end of every thread."""

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        wanted = [ref.id for ref in refs if ref.kind == Plan.ref_kind]
        plans = Plan.objects.filter(pk__in=wanted) if wanted else ()
        slug = member.workspace.slug
        return {one.ref: Stitch(ref=one.ref, name=str(one), url=one.page_in(slug)) for one in plans}

"""Step 2: done when every touchpoint is graded lately. The own SWOT adds its say on top of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from strategy.plans.models import Plan
from strategy.sections import Act, Completeness, Links, Section, Stitch
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.selectors import fresh_since, newest_grades


class AuditSection(Section):
    """Where customers meet the brand, and how well the team finds each place."""

    slug = "audit"
    step = 2
    title = gettext_lazy("Audit the experience")
    help = gettext_lazy(
        "Grade each touchpoint as a customer meets it, then see whether customers agree. Where "
        "the two part, look first."
    )
    page = "touchpoints"
    covers = gettext_lazy("Grade")
    begins = gettext_lazy("Grade it")

    def completeness(self, plan: Plan) -> Completeness:
        """Count touchpoints graded lately of all touchpoints; two queries."""
        places = list(plan.touchpoints.filter(archived_at=None))
        if not places:
            words = _("No touchpoint yet. Five are enough to begin.")
            return Completeness(0, 1, words, (Act(_("List the touchpoints"), self.page, plan.pk),))
        newest = newest_grades(one.pk for one in places)
        since = fresh_since(plan.workspace)
        waiting = [
            one for one in places if one.pk not in newest or newest[one.pk].graded_on < since
        ]
        acts = tuple(
            Act(_("Grade “%(name)s”") % {"name": one.name}, Touchpoint.ref_page, one.pk)
            for one in waiting[:1]
        )
        done = len(places) - len(waiting)
        return Completeness(done, len(places), _words(len(places), len(waiting)), acts)

    def freshness(self, plan: Plan) -> date | None:
        """Return the newest day on which a touchpoint was graded."""
        graded = Audit.objects.filter(touchpoint__plan=plan, archived_at=None)
        newest: date | None = graded.aggregate(day=Max("graded_on"))["day"]
        return newest

    def coverage(self, touchpoint_ids: Iterable[int]) -> Mapping[int, int]:
        """Count the audits of each touchpoint."""
        rows = Audit.objects.filter(touchpoint__in=list(touchpoint_ids), archived_at=None)
        return Counter(rows.order_by().values_list("touchpoint", flat=True))

    def filling(self, plan: Plan, touchpoint_id: int, name: str, slug: str) -> str:
        return address("touchpoint-grade", slug, touchpoint_id)

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Join audits to their touchpoints: a touchpoint's stand beside it; two queries."""
        audits = [ref.id for ref in refs if ref.kind == Audit.ref_kind]
        rows = Audit.objects.filter(pk__in=audits) if audits else ()
        found = {row.ref: Links(up=(Ref("touchpoint", row.touchpoint_id),)) for row in rows}
        newest = newest_grades(int(ref.id) for ref in refs if ref.kind == Touchpoint.ref_kind)
        return found | {
            Ref("touchpoint", pk): Links(beside=(audit.ref,)) for pk, audit in newest.items()
        }

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show touchpoints by name, stage and channel, audits by grade and day; two queries."""
        slug = member.workspace.slug
        found: dict[Ref, Stitch] = {}
        wanted = [ref.id for ref in refs if ref.kind == Touchpoint.ref_kind]
        for row in Touchpoint.objects.filter(pk__in=wanted) if wanted else ():
            words = " · ".join(filter(None, (row.stage, row.channel)))
            found[row.ref] = Stitch(ref=row.ref, name=row.name, url=row.page_in(slug), words=words)
        asked = [ref.id for ref in refs if ref.kind == Audit.ref_kind]
        rows = Audit.objects.filter(pk__in=asked).select_related("touchpoint") if asked else ()
        for audit in rows:
            name = _("Grade %(grade)s") % {"grade": audit.grade}
            day = date_format(audit.graded_on, "j M Y")
            found[audit.ref] = Stitch(ref=audit.ref, name=name, url=audit.page_in(slug), words=day)
        return found


def _words(count: int, waiting: int) -> str:
    if not waiting:
        return ngettext(
            "The one touchpoint is graded.", "All %(count)s touchpoints are graded.", count
        ) % {"count": count}
    return ngettext(
        "%(waiting)s of %(count)s touchpoints waits for a grade.",
        "%(waiting)s of %(count)s touchpoints wait for a grade.",
        waiting,
    ) % {"waiting": waiting, "count": count}

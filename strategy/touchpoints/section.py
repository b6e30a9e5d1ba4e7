"""Step 2: done when every touchpoint is graded lately. The own SWOT adds its say on top of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.base.links import address
from cxplanner.base.refs import Ref
from strategy.plans.models import Plan
from strategy.sections import Act, AgendaItem, Completeness, Links, Section, Stitch
from strategy.touchpoints.carrying import dumped, loaded
from strategy.touchpoints.comparing import Compared, compared_in
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.phrases import beside
from strategy.touchpoints.selectors import fresh_since, newest_grades, stale_from


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
        """Count touchpoints graded lately of all touchpoints; one query."""
        fresh = Audit.objects.filter(
            touchpoint=OuterRef("pk"), archived_at=None, graded_on__gte=fresh_since(plan.workspace)
        )
        living = plan.touchpoints.filter(archived_at=None)
        places = list(living.values_list("pk", "name", Exists(fresh)))
        if not places:
            words = _("No touchpoint yet. Five are enough to begin.")
            return Completeness(0, 1, words, (Act(_("List the touchpoints"), self.page, plan.pk),))
        waiting = [(pk, name) for pk, name, is_fresh in places if not is_fresh]
        acts = tuple(
            Act(_("Grade “%(name)s”") % {"name": name}, Touchpoint.ref_page, pk)
            for pk, name in waiting[:1]
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

    def agenda(self, plan: Plan, since: date) -> Sequence[AgendaItem]:
        """Return grades gone stale since a day (inclusive), and those customers disagree with.

        The latter where grade or answers are of that day or later. The newest first; ten queries.
        """
        rows = compared_in(plan, today=plan.workspace.today())
        items = [*_gone_stale(rows, plan, since), *_disagreed(rows, plan, since)]
        return sorted(items, key=lambda item: item.since, reverse=True)

    def dump(self, plan: Plan) -> Mapping[str, Any]:
        """Return the plan's own words and its living touchpoints with their grades."""
        return dumped(plan)

    def load(self, plan: Plan, data: Mapping[str, Any]) -> None:
        """Add the touchpoints of another plan to this one."""
        loaded(plan, data)

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


def _gone_stale(rows: Sequence[Compared], plan: Plan, since: date) -> Iterator[AgendaItem]:
    today, months = plan.workspace.today(), plan.workspace.grades_last_months
    for row in rows:
        if row.audit is None:
            continue
        day = stale_from(row.audit.graded_on, months)
        if since <= day <= today:
            words = _("The grade %(grade)s of “%(name)s” is of %(day)s: look again.") % {
                "grade": row.audit.grade,
                "name": row.touchpoint.name,
                "day": date_format(row.audit.graded_on, "j M Y"),
            }
            yield AgendaItem(row.touchpoint.ref, words, day, {"what": "stale", **_facts(row)})


def _disagreed(rows: Sequence[Compared], plan: Plan, since: date) -> Iterator[AgendaItem]:
    apart = [row for row in rows if row.verdict is not None and row.verdict.disagrees]
    for row, one in zip(apart, beside(apart, plan, plan.workspace.slug), strict=True):
        if row.since is not None and row.since >= since:
            words = _("“%(name)s”, graded %(grade)s. %(verdict)s: %(figure)s. %(finding)s") % {
                "name": row.touchpoint.name,
                "grade": row.audit.grade if row.audit else "",
                "verdict": one.chip,
                "figure": one.figure_words,
                "finding": one.finding,
            }
            yield AgendaItem(row.touchpoint.ref, words, row.since, {"what": "apart", **_facts(row)})


def _facts(row: Compared) -> dict[str, Any]:
    """Return what an item is about, as plain data."""
    found: dict[str, Any] = {"grade": row.audit.grade if row.audit else None}
    if row.score is not None and row.verdict is not None:
        figure = row.score.figure
        found |= {"agreement": row.verdict.agreement.value, "value": figure.value, "n": figure.n}
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

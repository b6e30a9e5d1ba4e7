"""Evidence on the golden thread: beside what it hangs on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from strategy.evidence.models import Evidence
from strategy.evidence.selectors import on_things
from strategy.sections import Joiner, Links, Stitch


class EvidenceJoiner(Joiner):
    """What is known about things, and from where."""

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Return the evidence beside things, and what evidence hangs on; two queries."""
        beside: defaultdict[Ref, list[Ref]] = defaultdict(list)
        for row in on_things([ref for ref in refs if ref.kind != Evidence.ref_kind]):
            beside[row.about].append(row.ref)
        found = {ref: Links(beside=tuple(rows)) for ref, rows in beside.items()}
        asked = [ref.id for ref in refs if ref.kind == Evidence.ref_kind]
        for row in Evidence.objects.filter(pk__in=asked) if asked else ():
            quotes = (Ref.parse(row.quotes),) if row.quotes else ()
            found[row.ref] = Links(up=(row.about,), down=quotes)
        return found

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show pieces of evidence by their words, kind and day; one query."""
        wanted = [ref.id for ref in refs if ref.kind == Evidence.ref_kind]
        rows = Evidence.objects.filter(pk__in=wanted) if wanted else ()
        slug = member.workspace.slug
        return {
            row.ref: Stitch(ref=row.ref, name=str(row), url=row.page_in(slug), words=_words(row))
            for row in rows
        }


def _words(row: Evidence) -> str:
    facts = [str(row.get_kind_display())]
    if row.date:
        facts.append(date_format(row.date, "j M Y"))
    facts.append(_("verified") if row.is_verified else _("not yet verified"))
    return " · ".join(facts)

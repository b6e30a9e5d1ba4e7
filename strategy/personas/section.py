"""Step 5, its first half: done when a persona is at least half proven. Journeys add their say."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplanner.accounts.models import Membership
from cxplanner.base.refs import Ref
from strategy.personas.carrying import dumped, loaded
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.selectors import Proof, proof_of
from strategy.personas.trust import TONES, Trust
from strategy.plans.models import Plan
from strategy.sections import Act, AgendaItem, Completeness, Links, Section, Stitch


class PersonasSection(Section):
    """Who is served, and how sure the team is of it.

    What personas meet where is a journey's to tell: `coverage` (persona and touchpoint) is left
    to the section that adds journeys on top of this one.
    """

    slug = "personas"
    step = 5
    title = gettext_lazy("Personas and journeys")
    help = gettext_lazy(
        "Say who is served, one statement at a time, and prove it: an assumption is fine as long "
        "as it says so. Then walk with them through every stage."
    )
    page = "personas"

    def completeness(self, plan: Plan) -> Completeness:
        """Tell whether one persona is at least half proven; two queries."""
        personas = list(Persona.objects.filter(plan=plan, archived_at=None))
        if not personas:
            words = _("No persona yet. Begin with the customer you know best.")
            return Completeness(
                0, 1, words, (Act(_("Draw the first persona"), "personas", plan.pk),)
            )
        proof = proof_of(personas, plan.workspace)
        best = max(personas, key=lambda one: proof[one.pk].share)
        found = proof[best.pk]
        if found.is_half:
            return Completeness(1, 1, _words(len(personas), best, found))
        words = _("Find evidence for what is said of “%(persona)s”") % {"persona": best}
        act = Act(words, Persona.ref_page, best.pk)
        return Completeness(0, 1, _words(len(personas), best, found), (act,))

    def freshness(self, plan: Plan) -> date | None:
        """Return the newest day on which a statement was checked."""
        rows = _living(plan).filter(checked_on__isnull=False).order_by("-checked_on")
        newest: date | None = rows.values_list("checked_on", flat=True).first()
        return newest

    def links(self, refs: Sequence[Ref]) -> Mapping[Ref, Links]:
        """Join statements to personas, personas to their plan and survey; three queries at most."""
        found: dict[Ref, Links] = {}
        asked = [ref.id for ref in refs if ref.kind == PersonaStatement.ref_kind]
        mine = PersonaStatement.objects.filter(pk__in=asked).select_related("persona")
        for one in mine if asked else ():
            up = (Ref("persona", one.persona_id), Ref("plan", one.persona.plan_id))
            found[one.ref] = Links(up=up)
        wanted = [ref.id for ref in refs if ref.kind == Persona.ref_kind]
        below: dict[int, list[Ref]] = {}
        said = PersonaStatement.objects.filter(persona__in=wanted, archived_at=None)
        for one in said if wanted else ():
            below.setdefault(one.persona_id, []).append(one.ref)
        for row in Persona.objects.filter(pk__in=wanted) if wanted else ():
            source = (Ref("survey", row.survey_id),) if row.survey_id else ()
            down = (*below.get(row.pk, ()), *source)
            found[row.ref] = Links(up=(Ref("plan", row.plan_id),), down=down)
        return found

    def stitches(self, refs: Sequence[Ref], *, member: Membership) -> Mapping[Ref, Stitch]:
        """Show personas by proof, statements by how they stand; three queries."""
        slug, found = member.workspace.slug, dict[Ref, Stitch]()
        today, months = member.workspace.today(), member.workspace.statements_last_months
        wanted = [ref.id for ref in refs if ref.kind == Persona.ref_kind]
        personas = list(Persona.objects.filter(pk__in=wanted)) if wanted else []
        proof = proof_of(personas, member.workspace) if personas else {}
        for row in personas:
            words = proven_words(proof[row.pk])
            found[row.ref] = Stitch(ref=row.ref, name=row.name, url=row.page_in(slug), words=words)
        asked = [ref.id for ref in refs if ref.kind == PersonaStatement.ref_kind]
        for one in PersonaStatement.objects.filter(pk__in=asked) if asked else ():
            stands = one.standing(today, months).trust
            words = f"{one.get_kind_display()} · {stands.label}"
            found[one.ref] = Stitch(ref=one.ref, name=str(one), url=one.page_in(slug), words=words)
        return found

    def agenda(self, plan: Plan, since: date) -> Sequence[AgendaItem]:
        """Return the statements that fell back since a day (inclusive), the newest first."""
        today, months = plan.workspace.today(), plan.workspace.statements_last_months
        found = []
        for row in _living(plan).exclude(trust=Trust.ASSUMPTION).select_related("persona"):
            stands = row.standing(today, months)
            fell_on = row.standing(since - timedelta(days=1), months)
            if not stands.has_fallen or stands.trust == fell_on.trust or fell_on.falls_on is None:
                continue
            found.append(_fallen(row, stands.trust, fell_on.falls_on))
        return sorted(found, key=lambda item: item.since, reverse=True)

    def dump(self, plan: Plan) -> Mapping[str, Any]:
        """Return the living personas with their living statements."""
        return dumped(plan)

    def load(self, plan: Plan, data: Mapping[str, Any]) -> None:
        """Add the personas of another plan to this one."""
        loaded(plan, data)


def _living(plan: Plan) -> Any:
    return PersonaStatement.objects.filter(
        persona__plan=plan, persona__archived_at=None, archived_at=None
    )


def _fallen(row: PersonaStatement, trust: Trust, day: date) -> AgendaItem:
    words = _("“%(statement)s” of %(persona)s was last checked on %(day)s: it counts as %(trust)s.")
    named = {
        "statement": row,
        "persona": row.persona,
        "day": date_format(row.checked_on or day, "j M Y"),
        "trust": trust.label,
    }
    return AgendaItem(row.ref, words % named, day, {"tone": TONES[trust]})


def proven_words(proof: Proof) -> str:
    """Say how far a persona is proven."""
    if not proof.of:
        return _("Nothing said yet")
    return ngettext(
        "%(proven)s of %(of)s statement proven", "%(proven)s of %(of)s statements proven", proof.of
    ) % {"proven": proof.proven, "of": proof.of}


def _words(count: int, best: Persona, proof: Proof) -> str:
    if count == 1:
        return _("One persona: %(proven)s.") % {"proven": proven_words(proof)}
    return _("%(count)s personas; of %(persona)s, the best known: %(proven)s.") % {
        "count": count,
        "persona": best,
        "proven": proven_words(proof),
    }

"""Reading personas: how far each is proven, and its statements by kind."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cxplanner.accounts.models import Workspace
from cxplanner.events.comments.selectors import counts_on as comments_on
from strategy.evidence.selectors import counts_on as evidence_on
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.trust import Standing, Trust

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Proof:
    """How far a persona is proven: its living statements by how they stand today, as counts."""

    counts: Mapping[Trust, int]

    @property
    def of(self) -> int:
        return sum(self.counts.values())

    @property
    def proven(self) -> int:
        return self.counts[Trust.VALIDATED] + self.counts[Trust.PARTLY]

    @property
    def validated(self) -> int:
        return self.counts[Trust.VALIDATED]

    @property
    def partly(self) -> int:
        return self.counts[Trust.PARTLY]

    @property
    def assumptions(self) -> int:
        return self.counts[Trust.ASSUMPTION]

    @property
    def is_half(self) -> bool:
        """Tell whether at least half of it is proven."""
        return self.of > 0 and 2 * self.proven >= self.of

    @property
    def share(self) -> float:
        return self.proven / self.of if self.of else 0.0


def proof_of(personas: Iterable[Persona], workspace: Workspace) -> dict[int, Proof]:
    """Return how far each persona is proven today, by its id; one query."""
    ids = [one.pk for one in personas]
    today, months = workspace.today(), workspace.statements_last_months
    found: dict[int, Counter[Trust]] = {pk: Counter() for pk in ids}
    living = PersonaStatement.objects.filter(persona__in=ids, archived_at=None)
    for row in living.only("persona_id", "trust", "checked_on"):
        found[row.persona_id][row.standing(today, months).trust] += 1
    return {pk: Proof(counts) for pk, counts in found.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A statement with how it stands, and how much evidence and talk hangs on it, as counts."""

    row: PersonaStatement
    standing: Standing
    evidence: int
    comments: int
    falls_soon: bool

    @property
    def slot(self) -> str:
        return f"edit-{self.row.pk}"

    @property
    def is_bare(self) -> bool:
        """Tell whether it claims proof and shows none."""
        return self.standing.is_proven and not self.evidence


@dataclass(frozen=True, slots=True)
class Group:
    """The statements of one kind, in their order."""

    kind: PersonaStatement.Kind
    lines: Sequence[Line]


def lines_of(
    rows: Sequence[PersonaStatement], *, today: date, months: int
) -> dict[int, list[Line]]:
    """Return statements as lines, by the persona's id; two queries for what hangs on them."""
    ids = [row.pk for row in rows]
    kind = PersonaStatement.ref_kind
    known, said = evidence_on(kind, ids), comments_on(kind, ids)
    found: defaultdict[int, list[Line]] = defaultdict(list)
    for row in rows:
        stands = row.standing(today, months)
        soon = stands.falls_on is not None and (stands.falls_on - today).days <= SOON_DAYS
        line = Line(row, stands, known.get(row.pk, 0), said.get(row.pk, 0), soon)
        found[row.persona_id].append(line)
    return found


def grouped(lines: Sequence[Line]) -> list[Group]:
    """Lay lines out by kind, empty kinds among them."""
    return [
        Group(kind, [one for one in lines if one.row.kind == kind])
        for kind in PersonaStatement.Kind
    ]


def wanted_personas(
    living: Sequence[Persona], proof: Mapping[int, Proof], *, text: str = "", order: str = ""
) -> list[Persona]:
    """Return the personas in which words stand (name, role, quote), in an order.

    `order`: "name", "proven" (the best first), "open" (the least first), or "" as they were made.
    """
    words = text.casefold()
    found = [one for one in living if words in f"{one.name}\n{one.role}\n{one.quote}".casefold()]
    if order == "name":
        found.sort(key=lambda one: one.name.casefold())
    elif order in ("proven", "open"):
        found.sort(key=lambda one: proof[one.pk].share, reverse=order == "proven")
    return found

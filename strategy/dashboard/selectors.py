"""What the leaders' page shows of a plan, in a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cxplanner.accounts.models import Membership, Workspace
from strategy.dashboard import words
from strategy.dashboard.rows import WEEK, Mark, Row, row_of
from strategy.goals.models import CheckIn, ProgressPoint
from strategy.goals.progress import Status
from strategy.goals.selectors import GoalStanding, standings
from strategy.metrics.estimates import Estimate
from strategy.plans.models import Cycle, Plan, Pulse
from strategy.plans.selectors import running_cycle, running_cycles

MOST_WEEKS = 52
MEMBER = "member:"
_TROUBLED = (Status.AT_RISK, Status.OFF_TRACK)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which goals somebody asked to see; nothing given is all of them.

    `owner` is `member:` with a membership id, or a plain name; `words` stand in statement, metric
    or owner.
    """

    status: str = ""
    owner: str = ""
    words: str = ""

    @property
    def is_all(self) -> bool:
        return not (self.status or self.owner or self.words)

    def takes(self, row: Row) -> bool:
        metric = row.goal.metric.name if row.goal.metric else ""
        said = f"{row.goal.statement} {metric} {row.owner}".casefold()
        return (
            self.status in ("", row.status)
            and self.owner in ("", _owner_key(row))
            and all(word in said for word in self.words.casefold().split())
        )


@dataclass(slots=True)
class Overview:
    """The page: the finding over all goals, and the tree of the rows that were asked for."""

    cycle: Cycle | None
    finding: str
    holding_back: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    owners: Sequence[tuple[str, str]] = ()
    has_data: bool = False
    read_at: datetime | None = None


def pulse_of(plan_id: int) -> int | None:
    """Return how often the plan's live pages changed; one indexed read. None: no such plan."""
    return Pulse.objects.filter(plan=plan_id).values_list("number", flat=True).first()


def overview(plan: Plan, wanted: Wanted, *, workspace: Workspace) -> Overview:
    """Say how the goals of a plan's running cycle stand today, in six queries."""
    today = workspace.today()
    cycle = running_cycle(plan, today)
    if cycle is None:
        return Overview(None, words.finding({}))
    found = standings([cycle.pk], workspace=workspace, today=today)
    people = _people(workspace)
    marks = _marks(found, cycle, today)
    check_ins = _check_ins(found)
    rows = {
        pk: row_of(
            one, marks=marks.get(pk, ()), check_in=check_ins.get(pk), people=people, today=today
        )
        for pk, one in found.items()
    }
    counts = Counter(row.status for row in rows.values())
    return Overview(
        cycle,
        words.finding(counts),
        holding_back=words.holding_back(_furthest_behind(found.values())),
        counts=counts,
        rows=_tree(rows, wanted.takes),
        owners=_owners(rows.values()),
        has_data=any(one.standing.progress is not None for one in found.values()),
        read_at=max((one.state.updated_at for one in found.values() if one.state), default=None),
    )


def _people(workspace: Workspace) -> dict[int, str]:
    members = Membership.everyone.filter(workspace=workspace).select_related("user")
    return {member.pk: str(member) for member in members}


def _marks(goal_ids: Iterable[int], cycle: Cycle, today: date) -> dict[int, list[Mark]]:
    """Return where goals stood at the end of each past week of the cycle, the oldest first."""
    days = [today - WEEK * back for back in range(MOST_WEEKS, 0, -1)]
    points = ProgressPoint.objects.filter(
        goal__in=list(goal_ids), day__in=[day for day in days if day >= cycle.starts_on]
    ).order_by("day")
    found: defaultdict[int, list[Mark]] = defaultdict(list)
    for pk, day, progress, value, n, low, high, se in points.values_list(
        "goal_id", "day", "progress", "value", "n", "low", "high", "se"
    ):
        found[pk].append(
            Mark(day, None if value is None else Estimate(value, n, low, high, se), progress)
        )
    return found


def _check_ins(goal_ids: Iterable[int]) -> dict[int, CheckIn]:
    newest = CheckIn.objects.filter(goal__in=list(goal_ids)).order_by("goal_id", "-id")
    return {said.goal_id: said for said in newest.distinct("goal_id")}


def _furthest_behind(found: Iterable[GoalStanding]) -> GoalStanding | None:
    """Return the measured goal in trouble with the longest way to its line; parents only repeat."""
    behind = [
        (standing.expected - standing.progress, one)
        for one in found
        for standing in [one.standing]
        if standing.status in _TROUBLED and not standing.too_close_to_call
        if standing.progress is not None and standing.expected is not None
        if one.goal.metric is not None
    ]
    return max(behind, key=lambda each: each[0])[1] if behind else None


def _owner_key(row: Row) -> str:
    return f"{MEMBER}{row.goal.owner_id}" if row.goal.owner_id else row.owner


def _owners(rows: Iterable[Row]) -> list[tuple[str, str]]:
    named = {(_owner_key(row), row.owner) for row in rows if row.owner}
    return sorted(named, key=lambda owner: owner[1].casefold())


def _tree(rows: Mapping[int, Row], takes: Callable[[Row], bool]) -> list[Row]:
    """Hang rows under their parents; of those not asked for keep the ones above a match."""
    kept: set[int] = set()
    for pk, row in rows.items():
        if takes(row):
            above: int | None = pk
            while above is not None and above in rows and above not in kept:
                kept.add(above)
                above = rows[above].goal.parent_id
    roots: list[Row] = []
    for pk in (pk for pk in rows if pk in kept):
        row = rows[pk]
        row.is_context = not takes(row)
        parent = rows.get(row.goal.parent_id or 0)
        (parent.kids if parent else roots).append(row)
    return roots


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the list of plans: how its goals stand, in a sentence and in numbers."""

    plan: Plan
    cycle: Cycle | None
    finding: str
    counts: Mapping[str, int]


def plan_rows(plans: Sequence[Plan], *, workspace: Workspace) -> list[PlanRow]:
    """Say how the goals of many plans stand, in two queries."""
    today = workspace.today()
    cycles = running_cycles(plans, today)
    found = standings([one.pk for one in cycles.values()], workspace=workspace, today=today)
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for one in found.values():
        counts[one.goal.cycle_id][words.status_key(one.standing)] += 1
    rows = []
    for plan in plans:
        cycle = cycles.get(plan.pk)
        own = counts[cycle.pk] if cycle else Counter[str]()
        rows.append(PlanRow(plan, cycle, words.finding(own), own))
    return rows

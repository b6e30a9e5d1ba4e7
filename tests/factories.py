"""One typed function per model; every argument has a sensible default."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from cxplanner.accounts.models import (
    ApiToken,
    MemberInvitation,
    Membership,
    User,
    Workspace,
    digest_of,
)
from cxplanner.accounts.roles import Role, Scope
from cxplanner.base.refs import Ref, target
from cxplanner.base.tenancy import current_workspace_id
from cxplanner.events.models import Comment, Event, Mail, Notification, Watch
from cxplanner.presence.models import Presence
from strategy.evidence.models import Evidence
from strategy.goals.models import Goal
from strategy.journeys.models import (
    Journey,
    JourneyCard,
    JourneyPersona,
    JourneyStep,
    StepPersona,
)
from strategy.metrics.models import Combination, Combine, Kind, Method, Metric, MetricVersion
from strategy.personas.models import Persona, PersonaStatement
from strategy.plans.models import Cycle, Plan, Pulse
from strategy.swot.models import Absence, Quadrant, SwotEntry
from strategy.tactics.models import (
    Tactic,
    TacticGoal,
    TacticReason,
    TacticStep,
    TacticTouchpoint,
)
from strategy.touchpoints.models import Audit, Touchpoint
from surveys.design.models import Question, Survey
from surveys.imports.models import AnswerImport, ImportPiece
from surveys.responses.models import Response

Row = TypeVar("Row", bound=Model)
_numbers = count(1)

DEFINITIONS: dict[str, dict[str, Any]] = {
    Kind.NPS: {
        "scale_min": 0,
        "scale_max": 10,
        "method": Method.NET,
        "top_box_from": 9,
        "bottom_box_to": 6,
    },
    Kind.CSAT: {"scale_min": 1, "scale_max": 5, "method": Method.TOP_BOX, "top_box_from": 4},
    Kind.CES: {"scale_min": 1, "scale_max": 5, "method": Method.TOP_BOX, "top_box_from": 4},
    Kind.DURATION: {"method": Method.MEAN, "higher_is_better": False},
    Kind.RATIO: {"method": Method.MEAN},
    Kind.VALUE: {"method": Method.MEAN, "combine": Combine.LAST},
}


def _saved(row: Row) -> Row:
    row.save()
    return row


def workspace(**over: Any) -> Workspace:
    n = next(_numbers)
    return _saved(Workspace(**{"name": f"Workspace {n}", "slug": f"workspace-{n}", **over}))


def user(**over: Any) -> User:
    n = next(_numbers)
    return User.objects.create_user(**{"email": f"person{n}@example.com", "name": f"P {n}"} | over)


def member(workspace: Workspace, role: Role = Role.OWNER, **over: Any) -> Membership:
    return _saved(Membership(user=user(**over), workspace=workspace, role=role))


def token(membership: Membership, *scopes: Scope) -> str:
    """Make a token and return its secret; without scopes it has all of them."""
    secret = ApiToken.new_secret()
    row = ApiToken(
        workspace=membership.workspace,
        membership=membership,
        name="test",
        digest=digest_of(secret),
        ending=secret[-4:],
        scopes=list(scopes or Scope),
    )
    ApiToken.unscoped.bulk_create([row])
    return secret


def _owner_here() -> Membership:
    """Return an owner of the active workspace, made when there is none."""
    here = Membership.objects.filter(workspace_id=current_workspace_id(), role=Role.OWNER)
    found = here.first()
    return found or member(Workspace.objects.get(pk=current_workspace_id()))


def comment(about: Ref | None = None, **over: Any) -> Comment:
    row = Comment(
        **{"text": "Why did it fall in May?", "by": over.get("by") or _owner_here()} | over
    )
    row.about = about or plan().ref
    return _saved(row)


def event(about: Ref | None = None, **over: Any) -> Event:
    about = about or Ref("plan", 1)
    where = {"about_kind": about.kind, "about_id": str(about.id)}
    return _saved(Event(**{"name": "plan.changed", **where, **over}))


def notification(**over: Any) -> Notification:
    over = {"reason": "follow", **over}
    over.setdefault("member", None)
    over.setdefault("event", None)
    row = {**over, "member": over["member"] or _owner_here(), "event": over["event"] or event()}
    return _saved(Notification(**row))


def watch(member: Membership, about: Ref, mode: str = "follow") -> Watch:
    row = Watch(member=member, mode=mode)
    row.about = about
    return _saved(row)


def mail(**over: Any) -> Mail:
    to = over.setdefault("member", None) or _owner_here()
    words = {"subject": "Something happened", "text": "Look", "html": "<p>Look</p>"}
    return _saved(Mail(**{**words, "address": to.user.email, **over, "member": to}))


def presence(about: Ref | None = None, **over: Any) -> Presence:
    about = about or plan().ref
    where = {"about_kind": about.kind, "about_id": str(about.id), "seen_at": timezone.now()}
    over["member"] = over.get("member") or _owner_here()
    return _saved(Presence(**where | over))


def memberinvitation(**over: Any) -> MemberInvitation:
    over.setdefault("digest", digest_of(f"secret {next(_numbers)}"))
    whole = {"role": Role.EDITOR, "expires_at": MemberInvitation.expiry(), **over}
    return _saved(MemberInvitation(**whole))


def plan(**over: Any) -> Plan:
    row = _saved(Plan(**{"name": "Customer experience 2026", **over}))
    _saved(Pulse(plan=row))
    return row


def cycle(**over: Any) -> Cycle:
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    return _saved(Cycle(**{"name": "2026", **year, **over}))


def metric(**over: Any) -> Metric:
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    kind = over.setdefault("kind", Kind.NPS)
    row = _saved(Metric(**{"name": "Recommendation", **DEFINITIONS[kind], **over}))
    names = ("scale_min", "scale_max", "method", "top_box_from", "bottom_box_to")
    _saved(MetricVersion(metric=row, number=1, **{name: getattr(row, name) for name in names}))
    return row


def touchpoint(**over: Any) -> Touchpoint:
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    return _saved(Touchpoint(**{"name": f"Touchpoint {next(_numbers)}", **over}))


def audit(**over: Any) -> Audit:
    over.setdefault("touchpoint", None)
    over["touchpoint"] = over["touchpoint"] or touchpoint()
    return _saved(Audit(**{"grade": Audit.Grade.C, "graded_on": date(2026, 6, 1), **over}))


def goal(**over: Any) -> Goal:
    over.setdefault("cycle", None)
    over["cycle"] = over["cycle"] or cycle()
    dates = {"starts_on": over["cycle"].starts_on, "due_on": over["cycle"].ends_on}
    return _saved(Goal(**{"statement": "Customers recommend us", **dates, **over}))


def tactic(**over: Any) -> Tactic:
    """Make a tactic that serves `goals`, at `touchpoints` (none unless said)."""
    over.setdefault("cycle", None)
    over["cycle"] = over["cycle"] or cycle()
    goals, places = over.pop("goals", ()), over.pop("touchpoints", ())
    row = _saved(Tactic(**{"name": f"Hire somebody {next(_numbers)}", **over}))
    for one in goals:
        tacticgoal(tactic=row, goal=one)
    for place in places:
        tactictouchpoint(tactic=row, touchpoint=place)
    return row


def tacticgoal(**over: Any) -> TacticGoal:
    over["tactic"] = over.get("tactic") or tactic()
    over["goal"] = over.get("goal") or goal(cycle=over["tactic"].cycle)
    return _saved(TacticGoal(**over))


def tactictouchpoint(**over: Any) -> TacticTouchpoint:
    over["tactic"] = over.get("tactic") or tactic()
    over["touchpoint"] = over.get("touchpoint") or touchpoint(plan=over["tactic"].cycle.plan)
    return _saved(TacticTouchpoint(**over))


def tacticreason(about: Ref | None = None, **over: Any) -> TacticReason:
    row = TacticReason(tactic=over.get("tactic") or tactic())
    row.about = about or swotentry(plan=row.tactic.cycle.plan).ref
    return _saved(row)


def tacticstep(**over: Any) -> TacticStep:
    over["tactic"] = over.get("tactic") or tactic()
    return _saved(TacticStep(**{"text": f"Ask around {next(_numbers)}", **over}))


def evidence(**over: Any) -> Evidence:
    about = over.pop("about", None) or plan().ref
    words = {"kind": Evidence.Kind.COMPLAINT, "text": "The seat hurt after an hour."}
    row = Evidence(**{"plan_id": target(about).ref_plan_id, **words, **over})
    row.about = about
    return _saved(row)


def swotentry(**over: Any) -> SwotEntry:
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    words = {"quadrant": Quadrant.STRENGTHS, "text": f"The crew is praised {next(_numbers)}"}
    row = SwotEntry(**{**words, **over})
    row.about = row.plan.ref
    return _saved(row)


def absence(**over: Any) -> Absence:
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    row = Absence(**{"quadrant": Quadrant.THREATS, "reason": "We looked for a year", **over})
    row.about = row.plan.ref
    return _saved(row)


def persona(**over: Any) -> Persona:
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    return _saved(Persona(**{"name": f"Persona {next(_numbers)}", **over}))


def personastatement(**over: Any) -> PersonaStatement:
    over.setdefault("persona", None)
    over["persona"] = over["persona"] or persona()
    words = {"kind": PersonaStatement.Kind.NEED, "text": f"Needs quiet {next(_numbers)}"}
    return _saved(PersonaStatement(**{**words, **over}))


def combination(**over: Any) -> Combination:
    return _saved(Combination(**{"segments": ["a=1", "b=2"], **over}))


def journey(**over: Any) -> Journey:
    """Make a journey of `personas` (none unless said)."""
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    people = over.pop("personas", ())
    row = _saved(Journey(**{"name": f"A day {next(_numbers)}", **over}))
    for one in people:
        _saved(JourneyPersona(journey=row, persona=one))
    return row


def journeystep(**over: Any) -> JourneyStep:
    over.setdefault("journey", None)
    over["journey"] = over["journey"] or journey()
    words = {"plan": over["journey"].plan, "name": f"Step {next(_numbers)}"}
    return _saved(JourneyStep(**words | over))


def journeycard(**over: Any) -> JourneyCard:
    over.setdefault("step", None)
    over["step"] = over["step"] or journeystep()
    words = {"lane": "doing", "text": f"Reads the board {next(_numbers)}"}
    return _saved(JourneyCard(**words | over))


def journeypersona(**over: Any) -> JourneyPersona:
    over.setdefault("journey", None)
    over["journey"] = over["journey"] or journey()
    over["persona"] = over.get("persona") or persona(plan=over["journey"].plan)
    return _saved(JourneyPersona(**over))


def steppersona(**over: Any) -> StepPersona:
    over.setdefault("step", None)
    over["step"] = over["step"] or journeystep()
    over["persona"] = over.get("persona") or persona(plan=over["step"].plan)
    return _saved(StepPersona(**over))


def survey(**over: Any) -> Survey:
    over.setdefault("plan", None)
    over["plan"] = over["plan"] or plan()
    return _saved(Survey(**{"name": "After the visit", "status": Survey.Status.OPEN, **over}))


def question(**over: Any) -> Question:
    over.setdefault("survey", None)
    over["survey"] = over["survey"] or survey()
    scale = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 5)}.get(over.setdefault("kind", "nps"))
    if scale:
        over = {"scale_min": scale[0], "scale_max": scale[1], **over}
    return _saved(Question(**{"text": "How likely are you to recommend us?", **over}))


def response(survey: Survey, answers: dict[int, Any], **over: Any) -> Response:
    """Make a raw row alone; nothing is counted. Use the product's services to count it."""
    at = over.setdefault("answered_at", datetime(2026, 6, 1, 12, tzinfo=UTC))
    document = {str(question_id): value for question_id, value in answers.items()}
    defaults = {"day": at.date(), "via": Response.Via.REST, "answers": document}
    return _saved(Response(**{"survey": survey, **defaults, **over}))


def answerimport(**over: Any) -> AnswerImport:
    """Make an import whose file is kept as one piece."""
    over.setdefault("survey", None)
    over["survey"] = over["survey"] or survey()
    over.setdefault("plan", over["survey"].plan)
    content = over.pop("content", b"score\n9\n")
    row = _saved(AnswerImport(**{"file_name": "answers.csv", "size": len(content), **over}))
    _saved(ImportPiece(of=row, number=0, content=content))
    return row

"""One typed function per model; every argument has a sensible default."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

from django.db.models import Model

from cxplanner.accounts.models import ApiToken, Membership, User, Workspace, digest_of
from cxplanner.accounts.roles import Role, Scope
from strategy.goals.models import Goal
from strategy.metrics.models import Combine, Kind, Method, Metric, MetricVersion
from strategy.plans.models import Cycle, Plan, Pulse
from strategy.touchpoints.models import Touchpoint
from surveys.design.models import Question, Survey
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


def goal(**over: Any) -> Goal:
    over.setdefault("cycle", None)
    over["cycle"] = over["cycle"] or cycle()
    dates = {"starts_on": over["cycle"].starts_on, "due_on": over["cycle"].ends_on}
    return _saved(Goal(**{"statement": "Customers recommend us", **dates, **over}))


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

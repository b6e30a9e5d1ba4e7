"""The newest of what customers said below a thing of the plan, and how many they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Action
from cxplanner.base.links import address
from cxplanner.base.refs import Ref, UnknownRef, target
from strategy.goals.selectors import Read, Trees
from strategy.sections import Heard, Stitch
from surveys.design.models import Question, Survey
from surveys.responses.models import Response
from surveys.responses.selectors import NEWEST_FIRST, Wanted, counted
from surveys.results.selectors import Voice, found, voices_of

_LOOKED_AT = 200  # newest answers among which words are looked for


@dataclass(frozen=True, slots=True)
class _Below:
    """Which answers lie below a thing: all that fit any of `wanted`."""

    plan_id: int
    wanted: Sequence[Wanted]
    asks: Mapping[str, int | str | None]


def heard(ref: Ref, *, member: Membership, most: int) -> Heard | None:
    """Return the newest answers below a thing, those with words first; None for other kinds."""
    below = _below(ref)
    if below is None:
        return None
    surveys = list(Survey.objects.filter(plan=below.plan_id))
    anonymous = [one.pk for one in surveys if one.is_anonymous]
    sees_all = member.can(Action.RESPONDENTS)
    url = ""
    if len(below.wanted) == 1:
        [wanted] = below.wanted
        result = found(wanted, definition=None, anonymous=anonymous, shows_everybody=sees_all)
        rows, n, hidden = result.rows, result.tally.answers, result.tally.hidden
        url = address("voices", member.workspace.slug, below.plan_id, **below.asks)
    else:
        # Answers of a few people in a segment stay hidden where they might be recognised.
        shown = [one for one in below.wanted if sees_all or not one.segment]
        rows, hidden = Response.objects.filter(_any_of(shown)).order_by(*NEWEST_FIRST), 0
        n = rows.count()
    places = dict(_places(below.plan_id))
    newest = voices_of(list(rows[:_LOOKED_AT]), places=places, anonymous=anonymous, all_=sees_all)
    chosen = sorted(newest, key=lambda one: not one.quote)[:most]
    return Heard(tuple(stitch_of(one, member) for one in chosen), n, url, hidden)


def _places(plan_id: int) -> list[tuple[int, str]]:
    questions = Question.objects.filter(survey__plan=plan_id, touchpoint__isnull=False)
    return list(questions.values_list("touchpoint_id", "touchpoint__name").distinct())


def _below(ref: Ref) -> _Below | None:
    if ref.kind not in ("goal", "metric", "touchpoint", "survey", "question"):
        return None
    try:
        row = target(ref)
    except UnknownRef:
        return None
    plan_id = row.ref_plan_id
    if ref.kind == "goal":
        reads = Trees([row]).reads(row)
        several = [_wanted(plan_id, one) for one in reads]
        first = reads[0] if len(reads) == 1 else Read(0, None, "")
        narrower = {"metric": first.metric_id, "touchpoint": first.touchpoint_id}
        return _Below(plan_id, several, {**narrower, "segment": first.segment})
    asks = {ref.kind: row.pk}
    if ref.kind == "question":
        asks = {"survey": row.survey_id, "metric": row.metric_id}
    wanted = Wanted(
        plan_id=plan_id,
        metric_id=asks.get("metric"),
        survey_id=asks.get("survey"),
        touchpoint_id=asks.get("touchpoint"),
    )
    return _Below(plan_id, [wanted], asks)


def _wanted(plan_id: int, read: Read) -> Wanted:
    return Wanted(
        plan_id=plan_id,
        metric_id=read.metric_id,
        touchpoint_id=read.touchpoint_id,
        segment=read.segment or None,
    )


def _any_of(several: Sequence[Wanted]) -> Q:
    """Find answers that fit any; the questions of all metrics are read at once."""
    metrics = {one.metric_id for one in several}
    questions = list(Question.objects.filter(metric__in=metrics)) if metrics else []
    fits = Q(pk__in=[])
    for one in several:
        mine = counted(one, [asks for asks in questions if asks.metric_id == one.metric_id])
        fits |= mine & Q(segments__contains=[one.segment]) if one.segment else mine
    return fits


def stitch_of(voice: Voice, member: Membership) -> Stitch:
    """Show an answer on the thread: its words, or its score where it has none."""
    row = voice.response
    facts = [f"{one.name}: {one.score}" for one in voice.badges[:2]]
    facts += [voice.place] if voice.place else []
    facts.append(date_format(row.day, "j M Y"))
    return Stitch(
        ref=row.ref,
        name=_("a score without words"),
        url=row.page_in(member.workspace.slug),
        words=" · ".join(facts),
        quote=voice.quote if len(voice.quote) <= 220 else f"{voice.quote[:219]}…",
    )


def in_one_line(voice: Voice) -> str:
    """Write what an answer says as evidence: its words, else its scores."""
    if voice.quote:
        return voice.quote
    scores = "; ".join(f"{one.question.text} {one.score}" for one in voice.badges)
    return scores or "; ".join(voice.picks)

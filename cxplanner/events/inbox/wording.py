"""Says in one sentence what happened, for the inbox and for mail."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.base.templatetags.looks import WORDS
from cxplanner.events.facts import Event
from cxplanner.events.telling.models import Reason

_SAID: dict[str, Promise] = {
    "comment.written": gettext_lazy("%(who)s commented"),
    "comment.changed": gettext_lazy("%(who)s changed a comment"),
    "comment.resolved": gettext_lazy("%(who)s called the talk settled"),
    "comment.reopened": gettext_lazy("%(who)s took the talk up again"),
    "plan.review_asked": gettext_lazy("%(who)s asked for a review of the plan"),
    "plan.approved": gettext_lazy("%(who)s approved the plan"),
    "plan.archived": gettext_lazy("%(who)s archived the plan"),
    "plan.restored": gettext_lazy("%(who)s brought the plan back"),
    "touchpoints.brought_in": gettext_lazy("%(who)s brought touchpoints from a spreadsheet"),
    "goal.created": gettext_lazy("%(who)s wrote a goal"),
    "goal.changed": gettext_lazy("%(who)s changed the goal"),
    "goal.moved": gettext_lazy("%(who)s moved the goal"),
    "goal.archived": gettext_lazy("%(who)s archived the goal, with those below it"),
    "goal.restored": gettext_lazy("%(who)s brought the goal back"),
    "goal.checked_in": gettext_lazy("%(who)s checked in"),
    "goal.baseline_taken": gettext_lazy("%(who)s took the baseline again"),
    "evidence.added": gettext_lazy("%(who)s added evidence"),
    "evidence.verified": gettext_lazy("%(who)s looked into evidence"),
    "evidence.archived": gettext_lazy("%(who)s archived evidence"),
    "touchpoint.created": gettext_lazy("%(who)s added a touchpoint"),
    "touchpoint.changed": gettext_lazy("%(who)s changed the touchpoint"),
    "touchpoint.moved": gettext_lazy("%(who)s moved the touchpoint"),
    "touchpoint.archived": gettext_lazy("%(who)s archived the touchpoint"),
    "touchpoint.restored": gettext_lazy("%(who)s brought the touchpoint back"),
    "audit.created": gettext_lazy("%(who)s graded the touchpoint"),
    "audit.changed": gettext_lazy("%(who)s changed a grade of the touchpoint"),
    "audit.archived": gettext_lazy("%(who)s took a grade of the touchpoint out of the count"),
    "audit.restored": gettext_lazy("%(who)s counted a grade of the touchpoint again"),
    "swot.added": gettext_lazy("%(who)s added to the SWOT"),
    "swot.changed": gettext_lazy("%(who)s changed the SWOT entry"),
    "swot.moved": gettext_lazy("%(who)s moved the SWOT entry"),
    "swot.archived": gettext_lazy("%(who)s archived the SWOT entry"),
    "swot.restored": gettext_lazy("%(who)s brought the SWOT entry back"),
    "swot.marked_none": gettext_lazy("%(who)s said why a quadrant of the SWOT stays empty"),
    "persona.created": gettext_lazy("%(who)s made a persona"),
    "persona.changed": gettext_lazy("%(who)s changed the persona"),
    "persona.archived": gettext_lazy("%(who)s archived the persona"),
    "persona.restored": gettext_lazy("%(who)s brought the persona back"),
    "statement.added": gettext_lazy("%(who)s said something of a persona"),
    "statement.changed": gettext_lazy("%(who)s changed what is said of a persona"),
    "statement.moved": gettext_lazy("%(who)s moved what is said of a persona"),
    "statement.archived": gettext_lazy("%(who)s archived what was said of a persona"),
    "statement.restored": gettext_lazy("%(who)s brought back what was said of a persona"),
    "journey.created": gettext_lazy("%(who)s drew a journey"),
    "journey.changed": gettext_lazy("%(who)s changed the journey"),
    "journey.archived": gettext_lazy("%(who)s archived the journey"),
    "journey.restored": gettext_lazy("%(who)s brought the journey back"),
    "journey_step.added": gettext_lazy("%(who)s put a step on the journey"),
    "journey_step.changed": gettext_lazy("%(who)s changed the step of a journey"),
    "journey_step.moved": gettext_lazy("%(who)s moved the step of a journey"),
    "journey_step.archived": gettext_lazy("%(who)s took the step off its journey"),
    "journey_step.restored": gettext_lazy("%(who)s brought the step of a journey back"),
    "journey_card.added": gettext_lazy("%(who)s wrote on a journey"),
    "journey_card.changed": gettext_lazy("%(who)s changed what stands on a journey"),
    "journey_card.moved": gettext_lazy("%(who)s moved what stands on a journey"),
    "journey_card.archived": gettext_lazy("%(who)s took this off a journey"),
    "journey_card.restored": gettext_lazy("%(who)s brought this back on a journey"),
    "tactic.created": gettext_lazy("%(who)s planned a tactic"),
    "tactic.changed": gettext_lazy("%(who)s changed the tactic"),
    "tactic.moved": gettext_lazy("%(who)s moved the tactic"),
    "tactic.archived": gettext_lazy("%(who)s archived the tactic"),
    "tactic.restored": gettext_lazy("%(who)s brought the tactic back"),
    "tactic.step_added": gettext_lazy("%(who)s added a step of the tactic"),
    "tactic.step_changed": gettext_lazy("%(who)s changed a step of the tactic"),
    "tactic.step_done": gettext_lazy("%(who)s ticked off a step of the tactic"),
    "tactic.step_moved": gettext_lazy("%(who)s moved a step of the tactic"),
    "tactic.step_archived": gettext_lazy("%(who)s took a step off the tactic"),
    "tactic.step_restored": gettext_lazy("%(who)s put a step of the tactic back"),
    "metric.redefined": gettext_lazy("%(who)s defined the metric anew"),
    "metric.archived": gettext_lazy("%(who)s archived the metric"),
    "metric.restored": gettext_lazy("%(who)s brought the metric back"),
    "survey.opened": gettext_lazy("%(who)s opened the survey"),
    "survey.closed": gettext_lazy("%(who)s closed the survey"),
    "survey.reopened": gettext_lazy("%(who)s opened the survey again"),
}
ICONS = {
    "comment": "message-square",
    "plan": "map",
    "goal": "target",
    "metric": "chart-line",
    "survey": "message-circle-heart",
    "evidence": "quote",
    "swot": "scale",
    "tactic": "list-checks",
    "touchpoint": "route",
    "audit": "clipboard-check",
    "persona": "user-round",
    "statement": "user-round",
    "journey": "route",
    "journey_step": "route",
    "journey_card": "route",
}
# What people call the fields of a goal; those that only follow from another are not named.
_FIELDS: dict[str, Promise] = {
    "statement": gettext_lazy("sentence"),
    "metric": gettext_lazy("metric"),
    "touchpoint": gettext_lazy("touchpoint"),
    "segment": gettext_lazy("segment"),
    "baseline": gettext_lazy("baseline"),
    "target": gettext_lazy("target"),
    "floor": gettext_lazy("floor"),
    "ceiling": gettext_lazy("ceiling"),
    "checkpoints": gettext_lazy("checkpoints"),
    "starts_on": gettext_lazy("start"),
    "due_on": gettext_lazy("due day"),
    "owner": gettext_lazy("owner"),
    "owner_name": gettext_lazy("owner"),
    "parent": gettext_lazy("goal it serves"),
    "achievable": gettext_lazy("why it can be done"),
    "relevant": gettext_lazy("why it matters"),
    "weight": gettext_lazy("weight"),
}
_MOST_NAMED = 4


def sentence(event: Event, reason: str) -> str:
    """Say what happened; whoever did it stands first, a job has no name."""
    who = {"who": event.by or _("The program")}
    if reason == Reason.MENTION:
        return _("%(who)s mentioned you") % who
    if event.name == "goal.status_changed":
        before, after = (WORDS.get(event.data.get(end, "")) for end in ("before", "after"))
        ends = {"before": before, "after": after}
        if event.data.get("too_close_to_call"):
            return _("Was “%(before)s”, leans now to “%(after)s”: too close to call") % ends
        return _("Was “%(before)s”, is now “%(after)s”") % ends
    if reason == Reason.HANDED:
        return _("%(who)s handed it to you") % who
    if event.name == "goal.changed":
        return _goal_changed(event, who)
    said = _SAID.get(event.name)
    return str(said) % who if said else event.name


def _goal_changed(event: Event, who: dict[str, Any]) -> str:
    changed = [str(_FIELDS[name]) for name in event.data.get("fields", {}) if name in _FIELDS]
    names = list(dict.fromkeys(changed))
    if not names or len(names) > _MOST_NAMED:
        return str(_SAID["goal.changed"]) % who
    return _("%(who)s changed: %(fields)s") % (who | {"fields": ", ".join(names)})


def icon(event: Event) -> str:
    return ICONS.get(event.name.partition(".")[0], "bell")

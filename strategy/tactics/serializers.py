"""Tactics and their steps over REST."""

from typing import Any

from rest_framework import serializers

from cxplanner.accounts.models import Membership
from cxplanner.accounts.serializers import OwnerField, RowSerializer, Strict, reference_to, scoped
from strategy.evidence.serializers import RefField
from strategy.goals.models import Goal
from strategy.goals.serializers import PlanOfGoal
from strategy.plans.models import Cycle, Plan
from strategy.tactics.models import State, Tactic, TacticStep
from strategy.touchpoints.models import Touchpoint


class GoalsField(serializers.ListField):
    """The ids of goals."""

    child = reference_to(Goal)

    def get_attribute(self, instance: Any) -> Any:
        return list(instance.goals.all())


class TouchpointsField(serializers.ListField):
    """The ids of touchpoints."""

    child = reference_to(Touchpoint)

    def get_attribute(self, instance: Any) -> Any:
        return list(instance.touchpoints.all())


class WhyField(serializers.ListField):
    """The names of things, as `swotentry:12`."""

    child = RefField()

    def get_attribute(self, instance: Any) -> Any:
        return [row.about for row in instance.reason_rows.all()]


class TacticSerializer(RowSerializer):
    """What is done for a goal. `why` names what it answers, `reason` says it in words.

    Without a `cycle` it joins the plan's running one. `done_on` is the day its state became done.
    """

    plan = PlanOfGoal(queryset=scoped(Plan), required=False)
    cycle = reference_to(Cycle, required=False)
    owner = OwnerField(queryset=scoped(Membership), required=False, allow_null=True)
    goals = GoalsField(required=False)
    touchpoints = TouchpointsField(required=False)
    why = WhyField(required=False)

    class Meta:
        model = Tactic
        fields = ["id", "plan", "cycle", "name", "note", "reason", "why", "state", "effort"]
        fields += ["impact", "owner", "owner_name", "starts_on", "due_on", "done_on", "goals"]
        fields += ["touchpoints", "position", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["done_on", "position", "archived_at", "created_at", "updated_at"]


class TacticStepSerializer(RowSerializer):
    """One thing to do of a tactic; `done` ticks it off, `done_on` is the day that was."""

    owner = OwnerField(queryset=scoped(Membership), required=False, allow_null=True)
    done = serializers.BooleanField(required=False, write_only=True)

    class Meta:
        model = TacticStep
        fields = ["id", "tactic", "text", "owner", "owner_name", "due_on", "done", "done_on"]
        fields += ["position", "archived_at", "created_at", "updated_at"]
        read_only_fields = ["done_on", "position", "archived_at", "created_at", "updated_at"]


class TacticStepPlaceSerializer(Strict):
    """A place among the living steps of the tactic; 0 = first."""

    position: Any = serializers.IntegerField(min_value=0, max_value=10_000)


class TacticPlaceSerializer(TacticStepPlaceSerializer):
    """A state, and a place among the living tactics in it; 0 = first."""

    state: Any = serializers.ChoiceField(choices=State.choices)

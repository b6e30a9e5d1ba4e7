"""The path of steps for any page of a plan: {% load steps %}{% path_of plan "goals" %}."""

from typing import Any

from django import template

from strategy.plans.models import Plan
from strategy.wizard.selectors import path

register = template.Library()


@register.inclusion_tag("components/_path.html", takes_context=True)
def path_of(context: dict[str, Any], plan: Plan, current: str) -> dict[str, object]:
    """Show the steps of a plan with the one (slug) that the page is about."""
    return {"steps": path(plan, current, workspace=context["request"].member.workspace)}

"""Addresses of the plan's pages, inside a workspace."""

from django.urls import path

from strategy.dashboard import views as dashboard
from strategy.plans import views as plans
from strategy.wizard import views as wizard

urlpatterns = [
    path("", dashboard.home, name="workspace-home"),
    path("plans/", dashboard.plans, name="plans"),
    path("plans/new/", plans.new_plan, name="plan-new"),
    path("plans/<int:plan_id>/", wizard.plan, name="plan"),
    path("plans/<int:plan_id>/edit/", plans.edit_plan, name="plan-edit"),
    path("plans/<int:plan_id>/review/", plans.ask_review, name="plan-review"),
    path("plans/<int:plan_id>/approve/", plans.approve, name="plan-approve"),
    path("plans/<int:plan_id>/archive/", plans.archive, name="plan-archive"),
    path("plans/<int:plan_id>/restore/", plans.restore, name="plan-restore"),
    path("cycles/<int:cycle_id>/edit/", plans.edit_cycle, name="cycle-edit"),
    path("plans/<int:plan_id>/dashboard/", dashboard.dashboard, name="dashboard"),
    path(
        "plans/<int:plan_id>/dashboard/check-in/<int:goal_id>/",
        dashboard.check_in,
        name="dashboard-check-in",
    ),
]

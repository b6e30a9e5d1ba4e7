"""Addresses of the plan's pages, inside a workspace."""

from django.urls import path

from strategy.audits import views as audits
from strategy.coverage import views as coverage
from strategy.dashboard import views as dashboard
from strategy.drafting import views as drafting
from strategy.evidence import views as evidence
from strategy.goals import views as goals
from strategy.journeys import views as journeys
from strategy.maps import arranging, downloads
from strategy.maps import views as maps
from strategy.measure import views as measure
from strategy.metrics import views as metrics
from strategy.observations import views as observations
from strategy.personas import statements
from strategy.personas import views as personas
from strategy.plans import views as plans
from strategy.sheets import views as sheets
from strategy.swot import views as swot
from strategy.tactics import ticking
from strategy.tactics import views as tactics
from strategy.thread import views as thread
from strategy.touchpoints import views as touchpoints
from strategy.vocabulary import views as vocabulary
from strategy.why import views as why
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
    path("plans/<int:plan_id>/metrics/", measure.metrics, name="metrics"),
    path("plans/<int:plan_id>/metrics/new/", metrics.new, name="metric-new"),
    path("metrics/<int:metric_id>/", measure.metric, name="metric"),
    path("metrics/<int:metric_id>/edit/", metrics.edit, name="metric-edit"),
    path("metrics/<int:metric_id>/redefine/", metrics.redefine, name="metric-redefine"),
    path("metrics/<int:metric_id>/archive/", metrics.archive, name="metric-archive"),
    path("metrics/<int:metric_id>/restore/", metrics.restore, name="metric-restore"),
    path("metrics/<int:metric_id>/delete/", metrics.delete, name="metric-delete"),
    path("metrics/<int:metric_id>/observations/", observations.observations, name="observations"),
    path(
        "observations/<int:observation_id>/",
        observations.edit_observation,
        name="observation-edit",
    ),
    path(
        "observations/<int:observation_id>/delete/",
        observations.delete_observation,
        name="observation-delete",
    ),
    path("plans/<int:plan_id>/coverage/", coverage.coverage, name="coverage"),
    path("plans/<int:plan_id>/coverage/export/", coverage.export, name="coverage-export"),
    path("plans/<int:plan_id>/touchpoints/", touchpoints.touchpoints, name="touchpoints"),
    path("plans/<int:plan_id>/touchpoints/bring/", sheets.bring, name="touchpoints-bring"),
    path("plans/<int:plan_id>/touchpoints/sheet/", sheets.sheet, name="touchpoints-sheet"),
    path(
        "touchpoints/<int:touchpoint_id>/cells/<slug:key>/",
        touchpoints.cell,
        name="touchpoint-cell",
    ),
    path("plans/<int:plan_id>/touchpoints/compared/", audits.disagreements, name="disagreements"),
    path("touchpoints/<int:touchpoint_id>/edit/", audits.facts, name="touchpoint-edit"),
    path("touchpoints/<int:touchpoint_id>/grade/", audits.grade, name="touchpoint-grade"),
    path("audits/<int:audit_id>/", audits.audit, name="audit"),
    path("audits/<int:audit_id>/archive/", audits.archive, name="audit-archive"),
    path("audits/<int:audit_id>/restore/", audits.restore, name="audit-restore"),
    path("plans/<int:plan_id>/words/", vocabulary.words, name="plan-words"),
    path(
        "plans/<int:plan_id>/words/<str:which>/", vocabulary.change_list, name="plan-words-change"
    ),
    path("touchpoints/<int:touchpoint_id>/", touchpoints.touchpoint, name="touchpoint-change"),
    path(
        "touchpoints/<int:touchpoint_id>/archive/", touchpoints.archive, name="touchpoint-archive"
    ),
    path(
        "touchpoints/<int:touchpoint_id>/restore/", touchpoints.restore, name="touchpoint-restore"
    ),
    path("plans/<int:plan_id>/evidence/", evidence.evidence, name="evidence"),
    path("plans/<int:plan_id>/evidence/export/", evidence.export, name="evidence-export"),
    path("plans/<int:plan_id>/swot/", swot.swot, name="swot"),
    path("plans/<int:plan_id>/swot/none/", swot.none, name="swot-none"),
    path("touchpoints/<int:touchpoint_id>/swot/", swot.make, name="swot-make"),
    path("swot/<int:entry_id>/", swot.entry, name="swot-entry"),
    path("swot/<int:entry_id>/move/", swot.move, name="swot-move"),
    path("swot/<int:entry_id>/archive/", swot.archive, name="swot-archive"),
    path("swot/<int:entry_id>/restore/", swot.restore, name="swot-restore"),
    path("plans/<int:plan_id>/personas/", personas.personas, name="personas"),
    path("plans/<int:plan_id>/personas/start/", personas.start, name="persona-start"),
    path("plans/<int:plan_id>/personas/compare/", personas.compare, name="persona-compare"),
    path("personas/<int:persona_id>/", personas.persona, name="persona"),
    path("personas/<int:persona_id>/edit/", personas.edit, name="persona-edit"),
    path("personas/<int:persona_id>/answers/", personas.rule, name="persona-rule"),
    path("personas/<int:persona_id>/answers/count/", personas.matching, name="persona-matching"),
    path("personas/<int:persona_id>/archive/", personas.archive, name="persona-archive"),
    path("personas/<int:persona_id>/restore/", personas.restore, name="persona-restore"),
    path("persona-statements/<int:row_id>/", statements.statement, name="persona-statement"),
    path("persona-statements/<int:row_id>/check/", statements.check, name="statement-check"),
    path("persona-statements/<int:row_id>/move/", statements.move, name="statement-move"),
    path("persona-statements/<int:row_id>/archive/", statements.archive, name="statement-archive"),
    path("persona-statements/<int:row_id>/restore/", statements.restore, name="statement-restore"),
    path("thread/<str:ref>/", thread.thread, name="thread"),
    path("evidence/of/<str:ref>/", evidence.evidence_about, name="evidence-about"),
    path("evidence/<int:evidence_id>/", evidence.piece, name="evidence-piece"),
    path("evidence/<int:evidence_id>/verify/", evidence.verify, name="evidence-verify"),
    path("evidence/<int:evidence_id>/archive/", evidence.archive, name="evidence-archive"),
    path("evidence/<int:evidence_id>/restore/", evidence.restore, name="evidence-restore"),
    path("plans/<int:plan_id>/journeys/", journeys.journeys, name="journeys"),
    path("journeys/<int:journey_id>/", maps.journey, name="journey"),
    path("journeys/<int:journey_id>/edit/", journeys.edit, name="journey-edit"),
    *(
        path(
            f"journeys/<int:journey_id>/map.{form}",
            downloads.export,
            {"form": form},
            name=f"journey-map-{form}",
        )
        for form in ("svg", "png", "pdf")
    ),
    path("journeys/<int:journey_id>/lanes/", journeys.lanes, name="journey-lanes"),
    path("journeys/<int:journey_id>/lanes/move/", arranging.move_lane, name="journey-lane-move"),
    path("journeys/<int:journey_id>/move/", journeys.move, name="journey-move"),
    path("journeys/<int:journey_id>/archive/", journeys.archive, name="journey-archive"),
    path("journeys/<int:journey_id>/restore/", journeys.restore, name="journey-restore"),
    path("journeys/<int:journey_id>/future/", journeys.future, name="journey-future"),
    path("journeys/<int:journey_id>/steps/", maps.add_step, name="journey-step-add"),
    path("journeys/<int:journey_id>/feel/", arranging.feel, name="journey-feel"),
    path("journey-steps/<int:step_id>/", maps.step, name="journey-step"),
    path("journey-steps/<int:step_id>/cards/", maps.add_cards, name="journey-step-cards"),
    path("journey-steps/<int:step_id>/finer/", journeys.finer, name="journey-step-finer"),
    path("journey-steps/<int:step_id>/move/", maps.move_step, name="journey-step-move"),
    path("journey-steps/<int:step_id>/archive/", maps.archive_step, name="journey-step-archive"),
    path("journey-steps/<int:step_id>/restore/", maps.restore_step, name="journey-step-restore"),
    path("journey-steps/<int:step_id>/<slug:name>/", maps.field, name="journey-step-field"),
    path("journey-cards/<int:card_id>/", maps.card, name="journey-card"),
    path("journey-cards/<int:card_id>/move/", maps.move_card, name="journey-card-move"),
    path("journey-cards/<int:card_id>/archive/", maps.archive_card, name="journey-card-archive"),
    path("journey-cards/<int:card_id>/restore/", maps.restore_card, name="journey-card-restore"),
    path("plans/<int:plan_id>/tactics/", tactics.tactics, name="tactics"),
    path("plans/<int:plan_id>/tactics/new/", tactics.new, name="tactic-new"),
    path("goals/<int:goal_id>/tactic/", tactics.for_goal, name="goal-tactic"),
    path("tactics/of/<str:ref>/", tactics.tactics_about, name="tactics-about"),
    path("tactics/<int:tactic_id>/", tactics.tactic, name="tactic"),
    path("tactics/<int:tactic_id>/edit/", tactics.edit, name="tactic-edit"),
    path("tactics/<int:tactic_id>/move/", tactics.move, name="tactic-move"),
    path("tactics/<int:tactic_id>/archive/", tactics.archive, name="tactic-archive"),
    path("tactics/<int:tactic_id>/restore/", tactics.restore, name="tactic-restore"),
    path("tactics/<int:tactic_id>/steps/", ticking.add, name="tactic-steps"),
    path("tactic-steps/<int:step_id>/", ticking.step, name="tactic-step"),
    path("tactic-steps/<int:step_id>/move/", ticking.move_step, name="tactic-step-move"),
    path("tactic-steps/<int:step_id>/archive/", ticking.archive_step, name="tactic-step-archive"),
    path("plans/<int:plan_id>/goals/", goals.goal_tree, name="goal-tree"),
    path("plans/<int:plan_id>/goals/new/", drafting.new, name="goal-new"),
    path("plans/<int:plan_id>/goals/check/", drafting.check, name="goal-check"),
    path("goals/<int:goal_id>/", goals.goal_page, name="goal"),
    path("goals/<int:goal_id>/why/", why.why, name="goal-why"),
    path("goals/<int:goal_id>/edit/", drafting.edit, name="goal-edit"),
    path("goals/<int:goal_id>/move/", goals.move, name="goal-move"),
    path("goals/<int:goal_id>/archive/", goals.archive, name="goal-archive"),
    path("goals/<int:goal_id>/restore/", goals.restore, name="goal-restore"),
    path("goals/<int:goal_id>/baseline/", goals.take_baseline, name="goal-baseline"),
    path("goals/<int:goal_id>/checkins/", goals.check_in, name="goal-check-in"),
]

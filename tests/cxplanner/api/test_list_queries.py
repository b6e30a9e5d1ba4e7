"""A list over REST asks as much for thirty rows as for three."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from tests import factories


def touchpoint(plan, name):
    factories.audit(touchpoint=factories.touchpoint(plan=plan, name=name))


def persona(plan, name):
    made = factories.persona(plan=plan, name=name)
    factories.personastatement(persona=made)
    return made


def journey(plan, name):
    made = factories.journey(plan=plan, name=name)
    factories.journeypersona(journey=made, persona=persona(plan, name))
    step = factories.journeystep(journey=made, name=name)
    factories.steppersona(step=step, persona=persona(plan, f"{name}b"))
    factories.journeycard(step=step)


def tactic(plan, name):
    made = factories.tactic(cycle=factories.cycle(plan=plan, name=name), name=name)
    factories.tacticreason(tactic=made)
    factories.tacticstep(tactic=made)


LISTS = {
    "touchpoints": touchpoint,
    "audits": touchpoint,
    "personas": persona,
    "persona-statements": persona,
    "journeys": journey,
    "journey-steps": journey,
    "journey-cards": journey,
    "tactics": tactic,
    "tactic-steps": tactic,
    "swot": lambda plan, name: factories.swotentry(plan=plan, text=name),
    "evidence": lambda plan, name: factories.evidence(about=plan.ref, text=name),
    "surveys": lambda plan, name: factories.survey(plan=plan, name=name),
}


@pytest.mark.parametrize("path", LISTS)
def test_thirty_rows_ask_no_more_than_three(api, cast, path):
    with workspace_scope(cast.owner.workspace_id):
        plan = factories.plan()

    def asked(start, end):
        with workspace_scope(cast.owner.workspace_id):
            for number in range(start, end):
                LISTS[path](plan, f"Row {number}")
        with CaptureQueriesContext(connection) as seen:
            rows = api.get(f"{path}/?page_size=200").json()["results"]
        assert len(rows) >= end
        return len(seen)

    asked(0, 1)  # what is asked once a process stays out of the count
    assert asked(1, 3) == asked(3, 30)

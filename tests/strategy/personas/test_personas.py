"""Personas over REST, on the thread, in the path of steps and in their history."""

import pytest

from cxplanner.base.tenancy import workspace_scope
from tests import factories


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def test_rest_makes_a_persona_with_statements(api, plan):
    made = api.post("personas/", {"plan": plan.pk, "name": "Busy parents", "role": "Two jobs"})
    assert made.status_code == 201, made.text
    row = made.json()
    assert row["proven"] == {"validated": 0, "partly": 0, "assumption": 0, "of": 0}
    assert row["scores"] == []
    body = {"persona": row["id"], "kind": "need", "text": "Dinner in 20 minutes"}
    said = api.post("persona-statements/", body | {"trust": "validated"})
    assert said.status_code == 201, said.text
    assert said.json()["checked_on"] == plan.workspace.today().isoformat()
    assert said.json()["standing"] == "validated"
    assert api.get(f"personas/{row['id']}/").json()["proven"]["validated"] == 1


def test_pages_open(cast, plan):
    persona = factories.persona(plan=plan)
    row = factories.personastatement(persona=persona)
    for page in (
        f"plans/{plan.pk}/personas/",
        f"personas/{persona.pk}/",
        f"persona-statements/{row.pk}/",
    ):
        assert cast.client("editor").get(f"/w/{plan.workspace.slug}/{page}").status_code == 200

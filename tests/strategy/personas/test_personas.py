"""Personas over REST, on the thread, in the path of steps and in their history."""

from datetime import date, timedelta

import pytest

from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.history.services import undo
from strategy import intake
from strategy.metrics.models import Combination
from strategy.metrics.pending import Add, append_adds
from strategy.personas import services
from strategy.personas.models import Persona, PersonaStatement
from strategy.personas.section import PersonasSection
from strategy.thread.selectors import thread_of
from tests import factories
from tests.acting import act_of
from tests.api import Api

SEGMENTS = {"travel": ["Business", "Personal"], "customer": ["Loyal", "New"]}
section = PersonasSection()


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan(segments=SEGMENTS)


@pytest.fixture
def today(plan):
    return plan.workspace.today()


def say(persona, text="Quiet", **over):
    return factories.personastatement(persona=persona, text=text, **over)


# --- REST -------------------------------------------------------------------------------------


def test_rest_makes_changes_archives_and_restores_a_persona(api, plan):
    survey = factories.survey(plan=plan)
    body = {"plan": plan.pk, "name": "Busy parents", "role": "Two jobs"}
    made = api.post("personas/", body | {"segments": ["Business", "customer=Loyal"]})
    assert made.status_code == 201
    row = made.json()
    assert row["segments"] == ["customer=Loyal", "travel=Business"]
    assert (row["survey"], row["scores"]) == (None, [])
    assert row["proven"] == {"validated": 0, "partly": 0, "assumption": 0, "of": 0}
    path = f"personas/{row['id']}/"
    assert api.patch(path, {"role": "x"}, If_Match=f'"persona-{row["id"]}-9"').status_code == 412
    changed = api.patch(path, {"survey": survey.pk}, If_Match=made["ETag"])
    assert (changed.json()["survey"], changed.json()["segments"]) == (survey.pk, row["segments"])
    assert len(api.get(f"personas/?plan={plan.pk}").json()["results"]) == 1
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.post(f"{path}restore/", {}).json()["archived_at"] is None


def test_rest_adds_moves_and_proves_statements(api, plan, today):
    persona = factories.persona(plan=plan)
    body = {"persona": persona.pk, "kind": "need", "text": "Dinner in 20 minutes"}
    said = api.post("persona-statements/", body).json()
    assert (said["trust"], said["checked_on"], said["falls_on"]) == ("assumption", None, None)
    path = f"persona-statements/{said['id']}/"
    proven = api.patch(path, {"trust": "validated"}).json()
    assert (proven["standing"], proven["checked_on"]) == ("validated", today.isoformat())
    old = (today - timedelta(days=500)).isoformat()
    assert api.patch(path, {"checked_on": old}).json()["standing"] == "partly"
    assert api.get(f"personas/{persona.pk}/").json()["proven"]["partly"] == 1
    moved = api.post(f"{path}move/", {"kind": "fear", "position": 0})
    assert moved.json()["kind"] == "fear"
    assert len(api.get(f"persona-statements/?persona={persona.pk}").json()["results"]) == 1
    assert api.delete(path).status_code == 204
    assert api.post(f"{path}restore/", {}).json()["archived_at"] is None


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"avatar": 99_999}, "/avatar"),
        ({"segments": ["luck=1"]}, "/segments"),
        ({"segments": ["a=1"] * 4}, "/segments"),
        ({"survey": 0}, "/survey"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_kept_of_a_persona_is_pointed_at(api, plan, over, pointer):
    refused = api.post("personas/", {"plan": plan.pk, "name": "Olof"} | over)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"text": ""}, "/text"),
        ({"kind": "luck"}, "/kind"),
        ({"trust": "sure"}, "/trust"),
        ({"trust": "validated", "checked_on": "2999-01-01"}, "/checked_on"),
    ],
)
def test_what_cannot_be_kept_of_a_statement_is_pointed_at(api, plan, over, pointer):
    body = {"persona": factories.persona(plan=plan).pk, "kind": "need", "text": "Quiet"}
    refused = api.post("persona-statements/", body | over)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_things_stay_where_they_belong(api, plan):
    other, survey = factories.persona(), factories.survey()
    persona = factories.persona(plan=plan)
    row = say(persona)
    assert api.patch(f"personas/{persona.pk}/", {"plan": other.plan_id}).status_code == 400
    refused = api.patch(f"personas/{persona.pk}/", {"survey": survey.pk})
    assert refused.json()["errors"][0]["pointer"] == "/survey"
    moved = api.patch(f"persona-statements/{row.pk}/", {"persona": other.pk})
    assert moved.json()["errors"][0]["pointer"] == "/persona"


def test_rest_carries_scores_and_hides_few_people_of_an_anonymous_survey(cast, plan, today):
    survey = factories.survey(plan=plan, is_anonymous=True)
    metric = factories.metric(plan=plan, kind="csat")
    silent = factories.metric(plan=plan)
    source, values = f"survey:{survey.pk}", ("travel=Business",)
    append_adds(
        [
            Add(source, today, metric.pk, None, values, 5, 4, 20, 100),
            Add(source, today, metric.pk, None, (), 1, 4, 4, 4),
        ]
    )
    intake.drain(plan.workspace_id)
    persona = factories.persona(plan=plan, segments=list(values))

    def scores(member):
        found = Api(factories.token(member)).get(f"personas/{persona.pk}/").json()["scores"]
        return {one.pop("metric"): one for one in found}

    seen = scores(cast.editor)
    assert (seen[metric.pk]["value"], seen[metric.pk]["n"]) == (100.0, 4)
    assert 0 < seen[metric.pk]["low"] < seen[metric.pk]["high"] == 100.0
    everybody = seen[metric.pk]["everybody"]
    assert (everybody["value"], everybody["n"]) == (50.0, 8)
    gap = seen[metric.pk]["gap"]
    assert 0 < gap["low"] < gap["value"] == gap["high"] == 50.0
    nothing = {"value": None, "n": 0, "low": None, "high": None, "gap": None}
    assert seen[silent.pk] == nothing | {"everybody": None}
    for reader in (cast.viewer, cast.reviewer):
        assert scores(reader)[metric.pk] == nothing | {"n": None, "everybody": everybody}


# --- proof and the path -----------------------------------------------------------------------


def test_step_five_is_begun_when_a_persona_is_half_proven(plan, today):
    assert section.completeness(plan).acts[0].words == "Draw the first persona"
    persona = factories.persona(plan=plan, name="Olof")
    say(persona)
    say(persona)
    found = section.completeness(plan)
    assert (found.done, found.of, found.acts[0].about) == (0, 1, persona.pk)
    say(persona, trust="partly", checked_on=today)
    assert not section.completeness(plan).is_done
    say(persona, trust="validated", checked_on=today - timedelta(days=1))
    assert section.completeness(plan).is_done
    assert section.freshness(plan) == today
    persona.archived_at = plan.created_at
    persona.save()
    assert not section.completeness(plan).is_done


def test_the_workspace_says_how_long_proof_lasts(plan, today):
    persona = factories.persona(plan=plan)
    say(persona, trust="partly", checked_on=today - timedelta(days=100))
    assert section.completeness(plan).is_done
    plan.workspace.statements_last_months = 3
    plan.workspace.save()
    assert not section.completeness(plan).is_done


def test_a_review_hears_of_what_fell_back_since(plan, today):
    persona = factories.persona(plan=plan, name="Olof")
    fell = say(persona, "Fell", trust="validated", checked_on=today - timedelta(days=380))
    say(persona, "Long ago", trust="partly", checked_on=today - timedelta(days=600))
    say(persona, "Holds", trust="validated", checked_on=today)
    say(persona, "Never was", trust="assumption")
    [item] = section.agenda(plan, today - timedelta(days=30))
    assert item.about == fell.ref
    assert "“Fell” of Olof" in item.words
    assert today - timedelta(days=30) <= item.since <= today
    assert len(section.agenda(plan, date(2000, 1, 1))) == 2


def test_personas_are_carried_to_another_plan(plan, today):
    persona = factories.persona(
        plan=plan, name="Olof", segments=["customer=New", "travel=Business"]
    )
    say(persona, "First", trust="partly", checked_on=today)
    say(persona, "Second", position=1)
    gone = say(persona, "Gone")
    gone.archived_at = plan.created_at
    gone.save()
    other = factories.plan()
    section.load(other, section.dump(plan))
    assert section.dump(other) == section.dump(plan)
    made = Persona.objects.get(plan=other)
    assert [row.text for row in made.statements.all()] == ["First", "Second"]
    section.load(other, {})
    assert Persona.objects.filter(plan=other).count() == 1


# --- thread and history -----------------------------------------------------------------------


def test_a_statement_hangs_between_its_persona_and_its_evidence(cast, plan):
    survey = factories.survey(plan=plan, name="Flight")
    persona = factories.persona(plan=plan, name="Olof", source=f"survey:{survey.pk}")
    row = say(persona)
    known = factories.evidence(about=row.ref)
    thread = thread_of(row.ref, member=cast.viewer, most=5)
    assert [one.ref for group in thread.up for one in group.stitches] == [plan.ref, persona.ref]
    assert [one.ref for group in thread.down for one in group.stitches] == [known.ref]
    below = thread_of(persona.ref, member=cast.viewer, most=5).down
    assert [one.ref for group in below for one in group.stitches][:2] == [row.ref, survey.ref]


def test_a_move_is_undone_with_those_it_pushed(cast, plan):
    persona = factories.persona(plan=plan)
    first = say(persona, "a", position=0)
    say(persona, "b", position=1, kind="fear")
    with act_of(cast.editor) as act:
        services.move_statement(first, kind="fear", position=0, by=cast.editor)
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    first.refresh_from_db()
    assert first.kind == "need"
    assert [row.position for row in PersonaStatement.objects.filter(kind="fear")] == [1]


def test_a_rule_taken_back_is_counted_as_it_was(cast, plan):
    persona = factories.persona(plan=plan)
    values = ["customer=Loyal", "travel=Business"]
    with act_of(cast.editor) as act:
        services.change_persona(persona, by=cast.editor, segments=values)
    assert [one.is_wanted for one in Combination.objects.all()] == [True]
    with act_of(cast.editor):
        undo(act, by=cast.editor)
    assert [one.is_wanted for one in Combination.objects.all()] == [False]


def test_a_lowered_trust_keeps_its_day_and_a_raised_one_gets_today(cast, plan, today):
    earlier = today - timedelta(days=9)
    row = say(factories.persona(plan=plan), trust="partly", checked_on=earlier)
    same = services.change_statement(row, by=cast.editor, trust="partly", text="Light")
    assert same.checked_on == earlier
    raised = services.change_statement(row, by=cast.editor, trust="validated")
    assert raised.checked_on == today
    told = services.change_statement(row, by=cast.editor, trust="partly", checked_on=earlier)
    assert told.checked_on == earlier

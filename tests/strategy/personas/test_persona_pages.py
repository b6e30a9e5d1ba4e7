"""Pages of personas: who reads and who writes, what is refused stays typed, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from strategy.personas import services
from strategy.personas.models import Persona, PersonaStatement
from tests import factories
from tests.strategy.personas.test_scores import NOON, SEGMENTS

HTMX = {"HX-Request": "true"}
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan(segments=SEGMENTS)


@pytest.fixture
def persona(plan):
    return factories.persona(plan=plan, name="Busy parents")


def at(plan, path=""):
    return f"/w/{plan.workspace.slug}/{path}"


def the_list(plan, query=""):
    return at(plan, f"plans/{plan.pk}/personas/{query}")


def page(persona, path=""):
    return at(persona.plan, f"personas/{persona.pk}/{path}")


def of(row, path=""):
    return at(row.persona.plan, f"persona-statements/{row.pk}/{path}")


def in_order(kind):
    return [row.text for row in PersonaStatement.objects.filter(kind=kind, archived_at=None)]


# --- who may ----------------------------------------------------------------------------------


def test_everybody_inside_reads_and_only_editors_write(cast, plan, persona):
    row = factories.personastatement(persona=persona, text="Dinner in 20 minutes")
    compared = at(plan, f"plans/{plan.pk}/personas/compare/")
    for url in (the_list(plan), page(persona), of(row), compared):
        for name in ("owner", "editor", "reviewer", "viewer"):
            shown = cast.client(name).get(url)
            assert shown.status_code == 200
            writes = name in ("owner", "editor")
            offered = any(
                f"{word}</button>" in shown.text
                for word in ("Draw the persona", "Keep changes", "Archive")
            )
            assert offered == (writes and url != compared)
        assert cast.client("stranger").get(url).status_code == 404


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("plans/{plan}/personas/", {"name": "Olof"}),
        ("plans/{plan}/personas/start/", {"example": "parents"}),
        ("personas/{persona}/", {"kind": "need", "text": "Quiet"}),
        ("personas/{persona}/edit/", {"name": "Olof"}),
        ("personas/{persona}/answers/", {"value0": "travel=Business"}),
        ("personas/{persona}/archive/", {}),
        ("personas/{persona}/restore/", {}),
        ("persona-statements/{row}/", {"kind": "need", "text": "Quiet", "trust": "assumption"}),
        ("persona-statements/{row}/check/", {"trust": "partly"}),
        ("persona-statements/{row}/move/", {"to": "next"}),
        ("persona-statements/{row}/archive/", {}),
        ("persona-statements/{row}/restore/", {}),
    ],
)
def test_only_editors_act(cast, plan, persona, url, body):
    row = factories.personastatement(persona=persona)
    path = at(plan, url.format(plan=plan.pk, persona=persona.pk, row=row.pk))
    for name, status in {"reviewer": 403, "viewer": 403, "stranger": 404}.items():
        assert cast.client(name).post(path, body).status_code == status
    assert cast.client("owner").post(path, body).status_code == 302


# --- the list ---------------------------------------------------------------------------------


def test_an_empty_list_teaches_with_examples_that_say_they_are_assumptions(cast, plan):
    shown = cast.client("editor").get(the_list(plan)).text
    assert "Busy parents" in shown
    assert "made up" in shown
    cast.client("editor").post(at(plan, f"plans/{plan.pk}/personas/start/"), {"example": "parents"})
    made = Persona.objects.get()
    assert made.statements.count() == 7
    assert set(made.statements.values_list("trust", flat=True)) == {"assumption"}
    nobody = cast.client("viewer").get(the_list(factories.plan())).text
    assert "<form" not in nobody.partition("<main")[2].partition("</main>")[0]


def test_a_persona_begins_with_a_name_and_a_picture_of_its_own(cast, plan):
    refused = cast.client("editor").post(the_list(plan), {"name": " ", "role": "Flies weekly"})
    assert refused.status_code == 422
    assert "Flies weekly" in refused.text
    for name in ("Ingrid", "Olof"):
        cast.client("editor").post(the_list(plan), {"name": name})
    first, second = Persona.objects.all()
    assert first.avatar != second.avatar


def test_the_list_is_searched_and_sorted(cast, plan, persona):
    olof = factories.persona(plan=plan, name="Abel", quote="Take your time")
    factories.personastatement(persona=persona)
    factories.personastatement(persona=olof, trust="validated", checked_on=plan.workspace.today())

    def names(query):
        shown = cast.client("viewer").get(the_list(plan, query)).text
        return re.findall(r"(Abel|Busy parents)</a></h2>", shown)

    assert names("") == ["Busy parents", "Abel"]
    assert names("?order=name") == ["Abel", "Busy parents"]
    assert names("?order=proven") == ["Abel", "Busy parents"]
    assert names("?order=open") == ["Busy parents", "Abel"]
    assert names("?text=YOUR+time&order=luck") == ["Abel"]
    assert names("?text=nobody") == []


def test_an_archived_persona_leaves_the_list_and_comes_back(cast, plan, persona):
    editor = cast.client("editor")
    editor.post(page(persona, "archive/"))
    assert "1 archived" in editor.get(the_list(plan)).text
    assert "This persona is archived" in editor.get(page(persona)).text
    editor.post(page(persona, "restore/"))
    assert "1 archived" not in editor.get(the_list(plan)).text


def test_html_in_every_field_is_text(cast, plan):
    persona = factories.persona(
        plan=plan, name=EVIL, role=EVIL, quote=EVIL, segments=[EVIL, "travel=Business"]
    )
    row = factories.personastatement(persona=persona, text=EVIL)
    factories.persona(plan=plan)
    compared = at(plan, f"plans/{plan.pk}/personas/compare/")
    edits = (page(persona, "edit/"), page(persona, "answers/"))
    for url in (the_list(plan), page(persona), of(row), compared, *edits):
        shown = cast.client("editor").get(url).text
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
    assert "<script>alert" not in cast.client("editor").get(of(row), headers=HTMX).text


# --- statements -------------------------------------------------------------------------------


def test_statements_are_added_one_after_the_other(cast, persona):
    editor = cast.client("editor")
    editor.post(page(persona), {"kind": "need", "text": "Quiet"})
    added = editor.post(page(persona), {"kind": "need", "text": "Light"}, headers=HTMX)
    assert "<html" not in added.text
    assert "Undo" in added.text
    assert re.search(r'id="add-need-text"[^>]* autofocus', added.text)
    assert in_order("need") == ["Quiet", "Light"]


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(("kind", "text"), [("need", " "), ("need", "x" * 501), ("luck", "Quiet")])
def test_a_line_that_cannot_be_added_is_refused_and_stays_typed(cast, persona, kind, text, headers):
    body = {"kind": kind, "text": text}
    refused = cast.client("editor").post(page(persona), body, headers=headers)
    assert refused.status_code == 422
    assert kind == "luck" or 'role="alert"' in refused.text
    assert kind == "luck" or text in refused.text
    assert not PersonaStatement.objects.exists()


def test_statements_are_moved_by_steps_and_into_kinds(cast, persona):
    first, second, third = (
        factories.personastatement(persona=persona, text=text, position=place)
        for place, text in enumerate(("a", "b", "c"))
    )
    editor = cast.client("editor")

    def move(row, **to):
        return editor.post(of(row, "move/"), to, headers=HTMX).text

    move(third, to="up")
    assert in_order("need") == ["a", "c", "b"]
    assert "cannot go further" in move(first, to="up")
    move(second, to="next")
    assert (in_order("need"), in_order("fear")) == (["a", "c"], ["b"])
    move(first, kind="fear", before=second.pk)
    assert in_order("fear") == ["a", "b"]
    assert "Pains" in move(first, kind="pain")
    assert "cannot go further" in move(third, kind="luck")
    move(third, to="back")
    assert "cannot go further" in move(third, to="back")


def test_a_check_counts_from_today_and_shows_in_the_meter(cast, persona):
    row = factories.personastatement(persona=persona)
    factories.personastatement(persona=persona)
    checked = cast.client("editor").post(of(row, "check/"), {"trust": "validated"}, headers=HTMX)
    assert "1 of 2 statements proven" in checked.text
    assert "no evidence hangs on it" in checked.text
    row.refresh_from_db()
    assert row.checked_on == persona.plan.workspace.today()
    wrong = cast.client("editor").post(of(row, "check/"), {"trust": "luck"}, headers=HTMX)
    assert wrong.status_code == 200
    factories.evidence(about=row.ref)
    assert "1 piece of evidence" in cast.client("viewer").get(page(persona)).text


def test_what_fell_back_is_told_and_what_falls_soon_is_named(cast, persona):
    workspace = persona.plan.workspace
    today = workspace.today()
    for text, ago in (("Fallen", 500), ("Falling", 350), ("Fresh", 10)):
        day = today - timedelta(days=ago)
        factories.personastatement(persona=persona, text=text, trust="validated", checked_on=day)
    shown = cast.client("viewer").get(page(persona)).text
    assert "1 statement fell back" in shown
    assert re.search(r"Falls back within 30 days:.*?Falling", shown, re.DOTALL)
    assert "was validated" in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [("text", " "), ("kind", "luck"), ("trust", "luck"), ("checked_on", "2999-01-01")],
)
def test_a_statement_that_cannot_be_kept_says_why_and_stays_typed(cast, persona, name, value):
    row = factories.personastatement(persona=persona)
    typed = {"text": "Typed words", "kind": "need", "trust": "partly", "checked_on": "2026-01-05"}
    refused = cast.client("editor").post(of(row), {**typed, name: value, "version": 1})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert name == "text" or "Typed words" in refused.text


def test_an_archived_statement_comes_back(cast, persona):
    row = factories.personastatement(persona=persona, text="Quiet")
    editor = cast.client("editor")
    editor.post(of(row, "archive/"))
    assert "1 archived" in editor.get(page(persona)).text
    editor.post(of(row, "restore/"))
    assert in_order("need") == ["Quiet"]


# --- name, picture, rule ------------------------------------------------------------------------


def test_a_picture_is_chosen_and_others_are_drawn(cast, persona):
    editor = cast.client("editor")
    shown = editor.get(page(persona, "edit/")).text
    numbers = re.findall(r'name="avatar" value="(\d+)"', shown)
    assert len(set(numbers)) == 12
    others = editor.get(page(persona, "edit/?turn=1"), headers=HTMX).text
    assert "<html" not in others
    later = re.findall(r'name="avatar" value="(\d+)"', others)
    assert set(later[1:]).isdisjoint(numbers)
    body = {"name": persona.name, "avatar": later[3], "version": 1}
    assert editor.post(page(persona, "edit/?turn=1"), body).status_code == 302
    persona.refresh_from_db()
    assert str(persona.avatar) == later[3]
    assert editor.post(page(persona, "edit/"), body | {"avatar": "999999"}).status_code == 422


def test_a_rule_says_how_many_match_before_it_is_kept(cast, plan, persona):
    survey = factories.survey(plan=plan)
    for values in (["travel=Business"], ["customer=Loyal", "travel=Business"], []):
        factories.response(survey, {}, answered_at=NOON, segments=values)
    editor = cast.client("editor")

    def count(**asked):
        return editor.get(page(persona, "answers/count/"), asked).text

    assert "2 answers match." in count(value0="travel=Business")
    assert "1 answer matches." in count(value0="travel=Business", value1="customer=Loyal")
    assert "Nobody matches: no answer carries all of these" in count(
        value0="travel=Personal", value1="customer=Loyal"
    )
    assert "Nobody matches: no answer has come" in count(value0="travel=Personal")
    assert "3 answers match." in count(survey=survey.pk)
    assert "Choose a value" in count()
    assert "match" not in count(value0="travel=Luck").replace("matching", "")
    assert cast.client("viewer").get(page(persona, "answers/count/")).status_code == 403


def test_a_rule_that_matches_nobody_is_kept_if_wanted(cast, plan, persona):
    body = {"value0": "travel=Personal", "value1": "customer=New", "version": 1}
    assert cast.client("editor").post(page(persona, "answers/"), body).status_code == 302
    persona.refresh_from_db()
    assert persona.segments == ["customer=New", "travel=Personal"]
    shown = cast.client("viewer").get(page(persona)).text
    assert "0 answers" in shown
    assert "Nobody matches: no answer carries all of these values together." in shown
    assert "No answer matches its rule yet" in cast.client("viewer").get(the_list(plan)).text
    again = cast.client("editor").get(page(persona, "answers/")).text
    assert '<option value="travel=Personal" selected>' in again


def test_values_are_typed_where_the_plan_declares_none(cast):
    with workspace_scope(cast.owner.workspace_id):
        persona = factories.persona(segments=[])
        editor = cast.client("editor")
        body = {"other": "country=LT, age=60", "version": 1}
        assert editor.post(page(persona, "answers/"), body).status_code == 302
        persona.refresh_from_db()
        assert persona.segments == ["age=60", "country=LT"]
        many = {"other": "a=1, b=2, c=3, d=4", "version": 2}
        refused = editor.post(page(persona, "answers/"), many)
        assert refused.status_code == 422
        assert "a=1, b=2" in refused.text


def test_two_who_change_a_rule_at_once_see_both(cast, persona):
    services.change_persona(persona, by=cast.owner, segments=["travel=Business"])
    body = {"value0": "travel=Personal", "version": 1}
    met = cast.client("editor").post(page(persona, "answers/"), body)
    assert met.status_code == 409
    assert "Business" in met.text
    assert "Personal" in met.text


def test_personas_stand_side_by_side_two_to_four(cast, plan, persona):
    others = [factories.persona(plan=plan) for _ in range(5)]
    factories.personastatement(persona=others[0], text="Quiet")
    url = at(plan, f"plans/{plan.pk}/personas/compare/")
    asked = {"with": [persona.pk, others[0].pk]}
    shown = cast.client("viewer").get(url, asked).text
    heads = re.findall(r"<th scope=\"col\">.*?dir=\"auto\">(.*?)</a>", shown, re.DOTALL)
    assert heads == ["Busy parents", others[0].name]
    assert "Quiet" in shown
    everybody = cast.client("viewer").get(url, {"with": [one.pk for one in others]}).text
    assert "Only the first 4" in everybody
    alone = cast.client("viewer").get(url, {"with": "luck"})
    assert alone.status_code == 200


# --- cost -------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["list", "page", "compare"])
def test_pages_cost_the_same_for_three_and_thirty(cast, plan, which):
    factories.metric(plan=plan)
    personas = []

    def add(times):
        for _ in range(times):
            persona = factories.persona(plan=plan, segments=["travel=Business"])
            personas.append(persona)
            for whose in (persona, personas[0]):
                row = factories.personastatement(persona=whose)
                factories.evidence(about=row.ref)
                factories.comment(row.ref)
            factories.metric(plan=plan)

    urls = {
        "list": the_list(plan),
        "page": at(plan, "personas/{}/"),
        "compare": at(plan, f"plans/{plan.pk}/personas/compare/"),
    }
    viewer = cast.client("viewer")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert viewer.get(urls[which].format(personas[0].pk)).status_code == 200
        return len(queries)

    add(3)
    cost()  # the first page of a session asks once more
    few = cost()
    add(27)
    assert cost() == few

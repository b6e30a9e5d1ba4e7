"""The board, the page and the timeline of tactics: nothing typed is lost, scripts are words."""

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from strategy.tactics import services, steps
from strategy.tactics.models import State, Tactic, TacticStep
from strategy.tactics.selectors import outlines_of
from strategy.tactics.timeline import drawn
from tests import factories

HTMX = {"HX-Request": "true"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def cycle(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.cycle()


def at(cycle, path):
    return f"/w/{cycle.workspace.slug}/{path}"


def board(cycle, query=""):
    return at(cycle, f"plans/{cycle.plan_id}/tactics/{query}")


def names(state):
    rows = Tactic.objects.filter(state=state, archived_at=None)
    return [row.name for row in rows]


def test_everybody_inside_reads_and_only_editors_plan(cast, cycle):
    tactic = factories.tactic(cycle=cycle, name="Refit the seats")
    pages = (board(cycle), at(cycle, f"tactics/{tactic.pk}/"))
    for page in pages:
        for name in ("owner", "editor", "reviewer", "viewer"):
            shown = cast.client(name).get(page)
            assert shown.status_code == 200
            assert "Refit the seats" in shown.text
            assert ("Add the" in shown.text) == (name in ("owner", "editor"))
        assert cast.client("stranger").get(page).status_code == 404
    for name, status in {"editor": 302, "reviewer": 403, "viewer": 403, "stranger": 404}.items():
        assert cast.client(name).post(board(cycle), {"name": "Hire"}).status_code == status


@pytest.mark.parametrize(
    "path", ["move/", "archive/", "restore/", "edit/", "steps/", "step", "step/move", "step/off"]
)
def test_only_editors_act(cast, cycle, path):
    tactic = factories.tactic(cycle=cycle)
    step = factories.tacticstep(tactic=tactic)
    urls = {
        "step": f"tactic-steps/{step.pk}/",
        "step/move": f"tactic-steps/{step.pk}/move/",
        "step/off": f"tactic-steps/{step.pk}/archive/",
    }
    url = at(cycle, urls.get(path, f"tactics/{tactic.pk}/{path}"))
    body = {"name": "Hire", "text": "Ask", "to": "next", "state": "planned", "version": "1"}
    for name, status in {"reviewer": 403, "viewer": 403, "stranger": 404}.items():
        assert cast.client(name).post(url, body).status_code == status
    assert cast.client("editor").post(url, body).status_code == 302


def test_a_tactic_is_planned_in_full_and_keeps_what_was_typed_when_refused(cast, cycle):
    goal = factories.goal(cycle=cycle)
    seat = factories.touchpoint(plan=cycle.plan)
    entry = factories.swotentry(plan=cycle.plan, quadrant="weaknesses", text="Old seats")
    url = at(cycle, f"plans/{cycle.plan_id}/tactics/new/?touchpoint={seat.pk}&why={entry.ref}")
    asked = cast.client("editor").get(url)
    begun = asked.context["form"].initial
    assert (begun["touchpoints"], begun["why"]) == ([seat.pk], [str(entry.ref)])
    typed = {
        "name": "Refit the seats",
        "reason": "Old cushions hurt",
        "why": [str(entry.ref)],
        "goals": [goal.pk],
        "touchpoints": [seat.pk],
        "owner": "Workshop",
        "starts_on": "2026-05-01",
        "due_on": "2026-04-01",
        "state": "planned",
    }
    refused = cast.client("editor").post(url, typed)
    assert refused.status_code == 422
    for words in ("It cannot be due before it starts.", "Refit the seats", "Old cushions hurt"):
        assert words in refused.text
    assert cast.client("editor").post(url, typed | {"due_on": "2026-06-01"}).status_code == 302
    tactic = Tactic.objects.get()
    assert list(tactic.goals.all()) == [goal]
    assert [row.about for row in tactic.reason_rows.all()] == [entry.ref]
    assert tactic.whose == "Workshop"


def test_an_address_that_names_nonsense_begins_with_nothing(cast, cycle):
    factories.touchpoint(plan=cycle.plan)
    factories.swotentry(plan=cycle.plan, quadrant="weaknesses")
    url = at(cycle, f"plans/{cycle.plan_id}/tactics/new/")
    query = "?touchpoint=x&touchpoint=99999999999999999999999&why=goal:1&why=x&why=swotentry:0"
    shown = cast.client("editor").get(url + query)
    assert shown.status_code == 200
    boxes = re.findall(r'<input type="checkbox"[^>]*>', shown.text)
    assert len(boxes) == 2
    assert not any("checked" in box for box in boxes)


def test_a_plan_whose_cycles_are_closed_takes_no_tactic(cast, cycle):
    cycle.closed_at = cycle.created_at
    cycle.save()
    url = at(cycle, f"plans/{cycle.plan_id}/tactics/new/")
    refused = cast.client("editor").get(url, follow=True)
    assert "this plan has none" in refused.text
    assert "Add the tactic" not in refused.text


def test_two_people_who_change_one_tactic_see_both_versions(cast, cycle):
    tactic = factories.tactic(cycle=cycle, name="Refit", reason="It hurts")
    step = factories.tacticstep(tactic=tactic, text="Order")
    url = at(cycle, f"tactics/{tactic.pk}/edit/")
    services.change_tactic(tactic, by=cast.owner, name="Refit all seats")
    mine = {"name": "Refit the front", "reason": "It hurts", "state": "planned", "version": "1"}
    both = cast.client("editor").post(url, mine)
    assert both.status_code == 409
    assert "Refit all seats" in both.text.replace("<ins>", "").replace("</ins>", "")
    steps.change_step(step, by=cast.owner, text="Order cushions")
    url = at(cycle, f"tactic-steps/{step.pk}/")
    both = cast.client("editor").post(url, {"text": "Order foam", "version": "1"})
    assert both.status_code == 409
    assert Tactic.objects.get().name == "Refit all seats"
    assert TacticStep.objects.get().text == "Order cushions"


def test_a_change_keeps_archived_goals_and_an_owner_who_left(cast, cycle):
    goal = factories.goal(cycle=cycle, archived_at="2026-01-01T00:00Z")
    tactic = factories.tactic(cycle=cycle, goals=[goal], owner=cast.reviewer)
    cast.reviewer.left_at = tactic.created_at
    cast.reviewer.save()
    url = at(cycle, f"tactics/{tactic.pk}/edit/")
    form = cast.client("editor").get(url).context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    changed = cast.client("editor").post(url, sent | {"name": "Another name"})
    assert changed.status_code == 302
    tactic.refresh_from_db()
    assert (tactic.name, tactic.owner_id) == ("Another name", cast.reviewer.pk)
    assert list(tactic.goals.all()) == [goal]


def test_scripts_are_shown_as_words_everywhere(cast, cycle):
    goal = factories.goal(cycle=cycle, statement=SCRIPT)
    tactic = factories.tactic(
        cycle=cycle, name=SCRIPT, reason=SCRIPT, note=SCRIPT, owner_name=SCRIPT, goals=[goal]
    )
    services.change_tactic(tactic, by=cast.owner, starts_on=cycle.starts_on, due_on=cycle.ends_on)
    factories.tacticstep(tactic=tactic, text=SCRIPT, owner_name=SCRIPT)
    factories.tactic(cycle=cycle, name=SCRIPT, state=State.DROPPED)
    for path in (
        f"plans/{cycle.plan_id}/tactics/",
        f"tactics/{tactic.pk}/",
        f"tactics/{tactic.pk}/edit/",
        f"tactics/of/{goal.ref}/",
    ):
        shown = cast.client("owner").get(at(cycle, path)).text
        assert SCRIPT not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_a_tactic_moves_by_step_by_state_and_before_another(cast, cycle):
    editor = cast.client("editor")
    for name in ("a", "b", "c"):
        editor.post(board(cycle), {"name": name})
    ids = {row.name: row.pk for row in Tactic.objects.all()}
    for name, body, wanted in (
        ("c", {"to": "up"}, ["a", "c", "b"]),
        ("a", {"to": "up"}, ["a", "c", "b"]),
        ("b", {"state": "planned", "before": ids["a"]}, ["b", "a", "c"]),
        ("b", {"state": "planned", "before": ""}, ["a", "c", "b"]),
        ("b", {"to": "nonsense"}, ["a", "c", "b"]),
    ):
        answer = editor.post(at(cycle, f"tactics/{ids[name]}/move/"), body)
        assert answer.status_code == 302
        assert names("planned") == wanted
    moving = at(cycle, f"tactics/{ids['b']}/move/")
    for body, state in (
        ({"to": "next"}, "under_way"),
        ({"to": "next"}, "done"),
        ({"to": "next"}, "done"),
        ({"state": "dropped"}, "dropped"),
        ({"to": "next"}, "dropped"),
        ({"state": "planned"}, "planned"),
        ({"to": "back"}, "planned"),
    ):
        editor.post(moving, body, headers=HTMX)
        assert Tactic.objects.get(pk=ids["b"]).state == state


def test_the_board_is_narrowed_and_keeps_its_look_after_an_act(cast, cycle):
    goal, seat = factories.goal(cycle=cycle), factories.touchpoint(plan=cycle.plan)
    mine = factories.tactic(cycle=cycle, name="Refit", goals=[goal], touchpoints=[seat])
    factories.tactic(cycle=cycle, name="Chatbot", effort=1, impact=5)
    for query in (f"?goal={goal.pk}", f"?touchpoint={seat.pk}"):
        shown = cast.client("editor").get(board(cycle, query)).text
        assert "Refit" in shown
        assert "Chatbot" not in shown
        moved = cast.client("editor").post(
            at(cycle, f"tactics/{mine.pk}/move/{query}"), {"to": "next"}
        )
        assert moved["Location"] == board(cycle, f"{query}#tactic-{mine.pk}")
    worth = cast.client("editor").get(board(cycle, "?order=worth&goal=nonsense")).context["columns"]
    assert [one["tactic"].name for one in worth[0]["cards"]] == ["Chatbot"]


def test_steps_are_added_ticked_moved_and_taken_off_without_a_script(cast, cycle):
    tactic = factories.tactic(cycle=cycle)
    editor = cast.client("editor")
    adding = at(cycle, f"tactics/{tactic.pk}/steps/")
    assert editor.post(adding, {"text": ""}).status_code == 422
    for text in ("Take size", "Cut"):
        editor.post(adding, {"text": text, "owner": "Ada", "due_on": "2026-05-01"})
    first, cut = tactic.steps.all()
    assert (cut.whose, str(cut.due_on)) == ("Ada", "2026-05-01")
    editor.post(at(cycle, f"tactic-steps/{cut.pk}/"), {"done": "1"})
    editor.post(at(cycle, f"tactic-steps/{cut.pk}/move/"), {"to": "up"})
    editor.post(at(cycle, f"tactic-steps/{first.pk}/archive/"))
    cut.refresh_from_db()
    assert (cut.done_on, cut.position) == (cast.owner.workspace.today(), 0)
    told, shown = (editor.get(at(cycle, f"tactics/{tactic.pk}/")).text for _ in range(2))
    assert "“Take size” is taken off." in told
    assert "1 of 1 done" in shown
    assert "Take size" not in shown


def test_a_tactic_stands_with_the_goal_touchpoint_and_reason_it_is_about(cast, cycle):
    goal, seat = factories.goal(cycle=cycle), factories.touchpoint(plan=cycle.plan)
    entry = factories.swotentry(plan=cycle.plan)
    tactic = factories.tactic(cycle=cycle, name="Refit", goals=[goal], touchpoints=[seat])
    factories.tacticreason(entry.ref, tactic=tactic)
    for thing in (goal, seat, entry):
        url = at(cycle, f"tactics/of/{thing.ref}/")
        for headers in ({}, HTMX):
            assert "Refit" in cast.client("viewer").get(url, headers=headers).text
        assert cast.client("stranger").get(url).status_code == 404
    for nothing in ("metric:1", "goal:0", "nonsense"):
        assert cast.client("viewer").get(at(cycle, f"tactics/of/{nothing}/")).status_code == 404


@pytest.mark.parametrize("path", ["plans/{plan}/tactics/", "tactics/{tactic}/"])
def test_pages_make_the_same_queries_with_three_rows_and_with_thirty(cast, cycle, path):
    goal = factories.goal(cycle=cycle)
    tactic = factories.tactic(cycle=cycle, goals=[goal])
    url = at(cycle, path.format(plan=cycle.plan_id, tactic=tactic.pk))
    viewer, counts = cast.client("editor"), []
    for more in (3, 27):
        for _ in range(more):
            seat = factories.touchpoint(plan=cycle.plan)
            dates = {"starts_on": cycle.starts_on, "due_on": cycle.ends_on}
            other = factories.tactic(cycle=cycle, goals=[goal], touchpoints=[seat], **dates)
            factories.tacticstep(tactic=tactic, owner=cast.editor)
            factories.tacticreason(factories.swotentry(plan=cycle.plan).ref, tactic=tactic)
            factories.tacticstep(tactic=other)
        viewer.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert viewer.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the timeline -----------------------------------------------------------------------------


def test_a_bar_lies_where_its_days_are(cycle):
    """The cycle of 2026 has 365 days: 2 July begins after 182 of them."""
    half = cycle.starts_on + timedelta(days=182)
    tactic = factories.tactic(cycle=cycle, starts_on=half, due_on=cycle.ends_on)
    factories.tacticstep(tactic=tactic, done_on=half)
    factories.tacticstep(tactic=tactic)
    found = drawn(outlines_of(Tactic.objects.all()), cycle, half)
    assert found is not None
    [bar] = found.bands[0].bars
    assert bar.x == pytest.approx(100 * 182 / 365)
    assert bar.end == pytest.approx(100)
    assert bar.filled == pytest.approx(bar.width / 2)
    assert found.today == pytest.approx(bar.x)
    assert [month.name for month in found.months] == ["Jan 2026", "Apr", "Jul", "Oct"]


def test_a_late_bar_reaches_to_today_and_one_without_dates_is_counted(cycle):
    first = cycle.starts_on
    factories.tactic(cycle=cycle, starts_on=first, due_on=first + timedelta(days=9))
    factories.tactic(cycle=cycle)
    factories.tactic(cycle=cycle, state=State.DROPPED)
    found = drawn(outlines_of(Tactic.objects.all()), cycle, first + timedelta(days=20))
    assert found is not None
    [bar] = found.bands[0].bars
    assert bar.over == pytest.approx(100 * 10 / 365)
    assert (bar.tone, bar.words, found.undated) == ("off", "11 days late", 1)
    assert drawn([], cycle, first) is None


def test_a_tactic_begins_from_a_pain_point_and_is_named_beside_it_then(cast, cycle):
    place = factories.touchpoint(
        plan=cycle.plan, pain_points="Three calls\nA & B <i>", opportunities="Rebook in the app"
    )
    entry = factories.swotentry(
        plan=cycle.plan, quadrant="weaknesses", touchpoint=place, text="Three calls"
    )
    page = at(cycle, f"touchpoints/{place.pk}/")
    editor = cast.client("editor")
    shown = editor.get(page).text
    urls = [html.unescape(url) for url in re.findall(r'href="(\S+/tactics/new/\?\S+)"', shown)]
    begun = [editor.get(url).context["form"].initial for url in urls]
    assert [(one["name"], one["reason"], one["why"]) for one in begun] == [
        ("", "Three calls", [str(entry.ref)]),
        ("", "A & B <i>", []),
        ("Rebook in the app", "Rebook in the app", []),
    ]
    assert all(one["touchpoints"] == [place.pk] for one in begun)
    assert "tactics/new/" not in cast.client("viewer").get(page).text
    sent = {"name": "Call back", "state": "planned", "touchpoints": [place.pk]}
    editor.post(urls[0], sent | {"reason": "Three calls of mine", "why": [str(entry.ref)]})
    editor.post(urls[1], sent | {"reason": "A & B <i>"})
    shown = editor.get(page).text
    assert shown.count("Answered by a tactic") == 2
    assert shown.count("/tactics/new/?") == 1

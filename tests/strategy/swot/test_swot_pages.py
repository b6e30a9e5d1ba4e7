"""The own SWOT: four quadrants that are filled, weighed and moved; nothing typed is lost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.tenancy import workspace_scope
from strategy.evidence.services import add_evidence
from strategy.swot import services
from strategy.swot.models import Absence, SwotEntry
from tests import factories

TYPED = {"quadrant": "weaknesses", "text": "Rebooking needs a call.", "weight": "5"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def at(plan, path=""):
    return f"/w/{plan.workspace.slug}/{path}"


def board(plan, query=""):
    return at(plan, f"plans/{plan.pk}/swot/{query}")


def in_order(quadrant):
    rows = SwotEntry.objects.filter(quadrant=quadrant, archived_at=None)
    return [row.text for row in rows]


def test_everybody_inside_reads_the_board_and_only_editors_add(cast, plan):
    entry = factories.swotentry(plan=plan, text="Crew praised by name.")
    for page in (board(plan), at(plan, f"swot/{entry.pk}/")):
        for name in ("owner", "editor", "reviewer", "viewer"):
            shown = cast.client(name).get(page)
            assert shown.status_code == 200
            assert "Crew praised by name." in shown.text
            assert ("Add it" in shown.text) == (name in ("owner", "editor") and page == board(plan))
        assert cast.client("stranger").get(page).status_code == 404
    for name, status in {"owner": 302, "editor": 302, "reviewer": 403, "viewer": 403}.items():
        assert cast.client(name).post(board(plan), TYPED).status_code == status
    assert cast.client("stranger").post(board(plan), TYPED).status_code == 404
    assert SwotEntry.objects.count() == 3


@pytest.mark.parametrize("act", ["move", "archive", "restore", ""])
def test_only_editors_act_on_an_entry(cast, plan, act):
    entry = factories.swotentry(plan=plan)
    url = at(plan, f"swot/{entry.pk}/{act + '/' if act else ''}")
    body = {**TYPED, "to": "next"}
    for name, status in {"reviewer": 403, "viewer": 403, "stranger": 404}.items():
        assert cast.client(name).post(url, body).status_code == status
    assert cast.client("owner").post(url, body).status_code == 302


def test_an_empty_board_teaches_each_quadrant(cast, plan):
    page = cast.client("viewer").get(board(plan)).text
    assert "What do customers praise unasked" in page
    assert "Nobody in our market answers chat at night" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_entries_are_added_behind_the_others_with_their_touchpoint(cast, plan):
    lounge = factories.touchpoint(plan=plan, name="Lounge")
    editor = cast.client("editor")
    editor.post(board(plan), TYPED)
    added = editor.post(
        board(plan), {**TYPED, "text": "No seat left", "touchpoint": lounge.pk}, headers=HTMX
    )
    assert "<html" not in added.text
    assert "Undo" in added.text
    assert in_order("weaknesses") == ["Rebooking needs a call.", "No seat left"]
    page = editor.get(board(plan)).text
    assert "Lounge" in page
    assert "2 entries, weight 10 together" in page


@pytest.mark.parametrize(
    ("name", "value"),
    [("text", " "), ("text", "x" * 501), ("weight", "9"), ("touchpoint", "0")],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(cast, plan, name, value):
    refused = cast.client("editor").post(board(plan), {**TYPED, name: value})
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.text
    assert name == "text" or TYPED["text"] in refused.text
    assert not SwotEntry.objects.exists()


def test_a_quadrant_nobody_knows_is_refused(cast, plan):
    refused = cast.client("editor").post(board(plan), {**TYPED, "quadrant": "luck"})
    assert refused.status_code == 422
    marked = cast.client("editor").post(
        at(plan, f"plans/{plan.pk}/swot/none/"), {"quadrant": "luck", "reason": "none"}
    )
    assert marked.status_code == 422


def test_html_in_an_entry_is_text(cast, plan):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    entry = factories.swotentry(plan=plan, text=evil)
    factories.absence(plan=plan, quadrant="threats", reason=evil)
    for page in (board(plan), at(plan, f"swot/{entry.pk}/")):
        shown = cast.client("viewer").get(page).text
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown


def test_an_entry_is_moved_by_steps_and_into_a_quadrant(cast, plan):
    first, second, third = (
        factories.swotentry(plan=plan, text=text, position=place)
        for place, text in enumerate(("a", "b", "c"))
    )
    editor = cast.client("editor")

    def move(entry, **to):
        return editor.post(at(plan, f"swot/{entry.pk}/move/"), to, headers=HTMX).text

    move(third, to="up")
    assert in_order("strengths") == ["a", "c", "b"]
    move(first, to="down")
    assert in_order("strengths") == ["c", "a", "b"]
    assert "cannot go further" in move(third, to="up")
    move(second, to="next")
    assert (in_order("strengths"), in_order("weaknesses")) == (["c", "a"], ["b"])
    assert "cannot go further" in move(third, to="back")
    move(first, quadrant="weaknesses", before=second.pk)
    assert in_order("weaknesses") == ["a", "b"]
    assert "Threats" in move(first, quadrant="threats")
    assert in_order("threats") == ["a"]
    assert "cannot go further" in move(first, quadrant="luck")


def test_a_move_past_archived_entries_counts_only_what_is_seen(cast, plan):
    factories.swotentry(plan=plan, text="a", position=0)
    hidden = factories.swotentry(plan=plan, text="hidden", position=1)
    last = factories.swotentry(plan=plan, text="b", position=2)
    services.archive_entry(hidden, by=cast.editor)
    cast.client("editor").post(at(plan, f"swot/{last.pk}/move/"), {"to": "up"})
    assert in_order("strengths") == ["b", "a"]


def test_the_board_orders_by_weight_and_shows_one_touchpoint(cast, plan):
    lounge = factories.touchpoint(plan=plan, name="Lounge")
    factories.swotentry(plan=plan, text="Light one", weight=1, position=0)
    factories.swotentry(plan=plan, text="Heavy one", weight=5, position=1, touchpoint=lounge)
    viewer = cast.client("viewer")

    def names(query):
        return re.findall(r"(Light one|Heavy one)</bdi></a>", viewer.get(board(plan, query)).text)

    assert names("") == ["Light one", "Heavy one"]
    assert names("?order=weight") == ["Heavy one", "Light one"]
    assert names(f"?touchpoint={lounge.pk}") == ["Heavy one"]
    assert names("?touchpoint=0&order=luck") == ["Light one", "Heavy one"]


def test_cards_say_how_much_is_known_and_said(cast, plan):
    entry = factories.swotentry(plan=plan)
    add_evidence(about=entry.ref, by=cast.editor, kind="study", text="41 of 60")
    factories.comment(entry.ref)
    page = cast.client("viewer").get(board(plan)).text
    assert "1 piece of evidence" in page
    assert "1 comment" in page


def test_a_quadrant_is_marked_none_with_a_reason_and_opened_again(cast, plan):
    editor, url = cast.client("editor"), at(plan, f"plans/{plan.pk}/swot/none/")
    asked = editor.post(url, {"quadrant": "threats", "reason": " "})
    assert asked.status_code == 422
    editor.post(url, {"quadrant": "threats", "reason": "We looked for a year"})
    assert "We looked for a year" in editor.get(board(plan)).text
    assert cast.client("reviewer").post(url, {"quadrant": "threats"}).status_code == 403
    editor.post(url, {"quadrant": "threats", "take_back": "1"})
    assert "We looked for a year" not in editor.get(board(plan)).text
    assert Absence.objects.get().reason == ""


def test_a_quadrant_with_entries_is_not_marked_none(cast, plan):
    factories.swotentry(plan=plan, quadrant="threats")
    url = at(plan, f"plans/{plan.pk}/swot/none/")
    refused = cast.client("editor").post(url, {"quadrant": "threats", "reason": "None"})
    assert refused.status_code == 422
    assert not Absence.objects.exists()


def test_a_form_opens_in_its_place_and_keeps_what_was_changed(cast, plan):
    entry = factories.swotentry(plan=plan)
    editor, url = cast.client("editor"), at(plan, f"swot/{entry.pk}/")
    form = editor.get(url, headers=HTMX).text
    assert "<html" not in form
    assert entry.text in form
    wrong = editor.post(url, {**TYPED, "text": "", "version": 1}, headers=HTMX)
    assert wrong.status_code == 422
    kept = editor.post(url, {**TYPED, "version": 1}, headers=HTMX)
    assert kept.headers["HX-Retarget"] == "#board"
    entry.refresh_from_db()
    assert (entry.text, entry.weight, entry.quadrant) == (TYPED["text"], 5, "weaknesses")


def test_an_archived_entry_leaves_the_board_and_comes_back(cast, plan):
    entry = factories.swotentry(plan=plan, text="Old seats")
    editor = cast.client("editor")
    editor.post(at(plan, f"swot/{entry.pk}/archive/"))
    page = editor.get(board(plan)).text
    assert "1 archived" in page
    assert "Add the first" not in page
    editor.post(at(plan, f"swot/{entry.pk}/restore/"))
    assert in_order("strengths") == ["Old seats"]


def test_a_pain_point_becomes_a_weakness_in_one_act_and_only_once(cast, plan):
    desk = factories.touchpoint(plan=plan)
    url = at(plan, f"touchpoints/{desk.pk}/swot/")
    body = {"quadrant": "weaknesses", "text": "  Nobody\n answers  at night "}
    for name, status in {"viewer": 403, "reviewer": 403, "stranger": 404}.items():
        assert cast.client(name).post(url, body).status_code == status
    made = cast.client("editor").post(url, body, headers=HTMX)
    assert "Stands in the SWOT" in made.text
    assert "/undo/" in made.text
    again = cast.client("editor").post(url, body, headers=HTMX)
    assert "Stands in the SWOT" in again.text
    assert "/undo/" not in again.text  # nothing was made that could be taken back
    assert cast.client("editor").post(url, body).status_code == 302
    [entry] = SwotEntry.objects.all()
    assert (entry.text, entry.touchpoint, entry.quadrant) == (
        "Nobody answers at night",
        desk,
        "weaknesses",
    )
    assert cast.client("editor").post(url, {"text": "x"}).status_code == 302
    assert SwotEntry.objects.count() == 1


def test_a_touchpoint_shows_which_of_its_points_stand_in_the_swot(cast, plan):
    desk = factories.touchpoint(plan=plan, pain_points="Nobody  answers\nNo seats")
    entry = factories.swotentry(
        plan=plan, touchpoint=desk, quadrant="weaknesses", text="Nobody answers"
    )
    page = cast.client("editor").get(desk.page_in(plan.workspace.slug)).text
    assert (page.count("Stands in the SWOT"), page.count("Into the SWOT")) == (1, 1)
    assert at(plan, f"swot/{entry.pk}/") in page
    page = cast.client("viewer").get(desk.page_in(plan.workspace.slug)).text
    assert (page.count("Stands in the SWOT"), page.count("Into the SWOT")) == (1, 0)
    cast.client("editor").post(at(plan, f"swot/{entry.pk}/archive/"))
    assert "Stands in" not in cast.client("editor").get(desk.page_in(plan.workspace.slug)).text


def test_the_finding_is_the_headline_once_all_is_filled(cast, plan):
    page = cast.client("viewer").get(board(plan)).text
    assert "Say where your experience stands" in page
    for quadrant, weight in (("strengths", 2), ("weaknesses", 4), ("opportunities", 3)):
        factories.swotentry(plan=plan, quadrant=quadrant, weight=weight)
    factories.absence(plan=plan, quadrant="threats")
    page = cast.client("viewer").get(board(plan)).text
    assert "Your weaknesses outweigh your strengths." in page
    assert "opportunities outweigh threats" in page


def test_the_board_costs_the_same_for_three_and_thirty(cast, plan):
    viewer = cast.client("viewer")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert viewer.get(board(plan)).status_code == 200
        return len(queries)

    def add(times):
        for _ in range(times):
            place = factories.touchpoint(plan=plan)
            entry = factories.swotentry(plan=plan, touchpoint=place)
            factories.evidence(about=entry.ref)
            factories.comment(entry.ref)

    add(3)
    cost()  # the first page of a session asks once more
    few = cost()
    add(27)
    assert cost() == few

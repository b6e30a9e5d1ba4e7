"""Evidence: added, checked, found again and hidden; nothing typed is lost, nothing runs as code."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cxplanner.base.deletion import delete_for_good, what_goes
from cxplanner.base.history import versions_of
from cxplanner.base.tenancy import workspace_scope
from strategy.evidence import services
from strategy.evidence.models import Evidence
from tests import factories

TYPED = {
    "kind": "employee_feedback",
    "text": "The crew tapes the tray tables.",
    "source": "Cabin crew, week 23",
    "link": "https://wiki.example/trays",
    "date": "2026-06-03",
}


@pytest.fixture
def inside(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield cast.owner.workspace


@pytest.fixture
def goal(inside):
    return factories.goal(statement="Passengers sit well")


def at(goal, path=""):
    return f"/w/{goal.workspace.slug}/{path}"


def here(goal):
    return at(goal, f"evidence/of/{goal.ref}/")


def all_of(goal, query=""):
    return at(goal, f"plans/{goal.cycle.plan_id}/evidence/{query}")


def test_everybody_inside_reads_and_only_editors_add(cast, goal):
    factories.evidence(about=goal.ref, text="The seat hurt.")
    for page in (here(goal), all_of(goal), at(goal, f"evidence/{Evidence.objects.get().pk}/")):
        for name in ("owner", "editor", "reviewer", "viewer"):
            shown = cast.client(name).get(page)
            assert shown.status_code == 200
            assert "The seat hurt." in shown.content.decode()
        assert cast.client("stranger").get(page).status_code == 404
    for name, status in {"owner": 302, "editor": 302, "reviewer": 403, "viewer": 403}.items():
        assert cast.client(name).post(here(goal), TYPED).status_code == status
    assert cast.client("stranger").post(here(goal), TYPED).status_code == 404
    assert Evidence.objects.count() == 3


@pytest.mark.parametrize("act", ["verify", "archive", "restore"])
def test_only_editors_act_on_a_piece(cast, goal, act):
    piece = factories.evidence(about=goal.ref)
    url = at(goal, f"evidence/{piece.pk}/{act}/")
    for name, status in {"owner": 302, "editor": 302, "reviewer": 403, "viewer": 403}.items():
        assert cast.client(name).post(url).status_code == status
    assert cast.client("stranger").post(url).status_code == 404


def test_evidence_is_added_where_it_belongs_without_leaving_the_page(cast, goal):
    editor = cast.client("editor")
    fragment = editor.get(here(goal), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Begin with the last complaint" in fragment
    added = editor.post(here(goal), TYPED, headers={"HX-Request": "true"}).content.decode()
    assert "The crew tapes the tray tables." in added
    [piece] = Evidence.objects.all()
    assert (piece.about, piece.plan_id, piece.is_verified) == (goal.ref, goal.cycle.plan_id, False)


def test_each_act_on_evidence_can_be_taken_back(cast, goal):
    editor = cast.client("editor")
    added = editor.post(here(goal), TYPED, headers={"HX-Request": "true"}).text
    assert "The evidence is kept." in added
    [undo] = re.findall(r' action="(/w/\S+/undo/\S+)"', added)
    editor.post(undo)
    assert not Evidence.objects.filter(archived_at=None).exists()
    piece = factories.evidence(about=goal.ref)
    for act in ("verify", "archive", "restore"):
        page = editor.post(at(goal, f"evidence/{piece.pk}/{act}/"), follow=True).text
        assert "/undo/" in page.partition('id="toasts"')[2].partition("<template")[0], act


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("link", "javascript:alert(1)"),
        ("link", "ftp://example.com/x"),
        ("link", "wiki"),
        ("text", " "),
        ("kind", "rumour"),
        ("date", "yesterday"),
        ("date", "2999-01-01"),
        ("text", "x" * 5_001),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(cast, goal, name, value):
    refused = cast.client("editor").post(here(goal), {**TYPED, name: value})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Cabin crew, week 23" in page
    assert 'aria-invalid="true"' in page
    assert not Evidence.objects.exists()


def test_html_in_evidence_is_text(cast, goal):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    factories.evidence(about=goal.ref, text=evil, source=evil)
    for page in (here(goal), all_of(goal), at(goal, f"evidence/{Evidence.objects.get().pk}/")):
        shown = cast.client("viewer").get(page).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "&lt;script&gt;alert" in shown


def test_somebody_verifies_with_name_and_day_and_new_words_take_it_back(cast, goal):
    piece = factories.evidence(about=goal.ref)
    editor = cast.client("editor")
    editor.post(at(goal, f"evidence/{piece.pk}/verify/"))
    piece.refresh_from_db()
    assert piece.verified_by == cast.editor
    page = editor.get(at(goal, f"evidence/{piece.pk}/")).content.decode()
    assert str(cast.editor) in page
    editor.post(at(goal, f"evidence/{piece.pk}/"), {**TYPED, "version": piece.version})
    piece.refresh_from_db()
    assert (piece.text, piece.is_verified) == (TYPED["text"], False)
    services.verify_evidence(piece, by=cast.owner)
    services.change_evidence(Evidence.objects.get(), by=cast.editor, kind="study")
    assert Evidence.objects.get().is_verified


def test_two_who_change_one_piece_see_both(cast, goal):
    piece = factories.evidence(about=goal.ref, text="Before")
    services.change_evidence(piece, by=cast.owner, text="Theirs")
    page = at(goal, f"evidence/{piece.pk}/")
    both = cast.client("editor").post(page, {**TYPED, "version": 1})
    assert both.status_code == 409
    assert "Theirs" in both.content.decode()
    assert TYPED["text"] in both.content.decode()
    version = re.search(r'name="version" value="(\d+)"', both.content.decode())
    assert version is not None
    assert cast.client("editor").post(page, {**TYPED, "version": version[1]}).status_code == 302
    assert Evidence.objects.get().text == TYPED["text"]


def test_archived_evidence_is_hidden_and_comes_back(cast, goal):
    piece = factories.evidence(about=goal.ref, text="Old foam.")
    editor = cast.client("editor")
    editor.post(at(goal, f"evidence/{piece.pk}/archive/"))
    assert "Old foam." not in editor.get(here(goal)).content.decode()
    assert "Old foam." not in editor.get(all_of(goal)).content.decode()
    assert "Old foam." in editor.get(all_of(goal, "?archived=1")).content.decode()
    editor.post(at(goal, f"evidence/{piece.pk}/restore/"))
    assert "Old foam." in editor.get(here(goal)).content.decode()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?q=FOAM", {"Old foam."}),
        ("?q=week", {"Taped trays."}),
        ("?kind=study", {"Taped trays."}),
        ("?verified=yes", {"Old foam."}),
        ("?verified=no", {"Taped trays."}),
        ("?about=metric", {"Taped trays."}),
        ("?kind=nonsense&sort=nonsense&page=99", {"Old foam.", "Taped trays."}),
    ],
)
def test_evidence_is_found_by_words_kind_check_and_thing(cast, goal, query, shown):
    metric = factories.metric(plan=goal.cycle.plan)
    services.verify_evidence(factories.evidence(about=goal.ref, text="Old foam."), by=cast.owner)
    factories.evidence(about=metric.ref, text="Taped trays.", source="week 23", kind="study")
    page = cast.client("viewer").get(all_of(goal, query)).content.decode()
    assert {words for words in ("Old foam.", "Taped trays.") if words in page} == shown
    sheet = cast.client("viewer").get(all_of(goal, f"export/{query}")).content.decode("utf-8-sig")
    assert {words for words in ("Old foam.", "Taped trays.") if words in sheet} == shown


def test_a_sheet_holds_no_formula(cast, goal):
    factories.evidence(about=goal.ref, text='=HYPERLINK("http://evil.example")')
    sheet = cast.client("viewer").get(all_of(goal, "export/")).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in sheet


def test_lists_cost_the_same_for_three_and_thirty(cast, goal):
    viewer = cast.client("viewer")

    def cost(page):
        with CaptureQueriesContext(connection) as queries:
            assert viewer.get(page).status_code == 200
        return len(queries)

    def add(times):
        for _ in range(times):
            other = factories.goal(cycle=goal.cycle)
            services.verify_evidence(factories.evidence(about=other.ref), by=cast.owner)
            services.verify_evidence(factories.evidence(about=goal.ref), by=cast.editor)

    add(3)
    few = cost(here(goal)), cost(all_of(goal))
    add(27)
    assert (cost(here(goal)), cost(all_of(goal))) == few


def test_evidence_goes_with_the_thing_it_hangs_on(cast, goal):
    metric = factories.metric(plan=goal.cycle.plan)
    factories.evidence(about=metric.ref)
    factories.evidence(about=goal.ref)
    assert what_goes(metric)["evidence"] == 1
    delete_for_good(metric)
    assert [one.about for one in Evidence.objects.all()] == [goal.ref]
    assert versions_of(Evidence).count() == 3


def test_evidence_hangs_on_nothing_of_another_workspace_and_not_on_evidence(cast, api, goal):
    piece = factories.evidence(about=goal.ref)
    with workspace_scope(cast.stranger.workspace_id):
        theirs = factories.goal()
    for about in (str(theirs.ref), str(piece.ref), "goal:0", "nothing:1", "goal"):
        refused = api.post("evidence/", {"about": about, "kind": "study", "text": "x"})
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["pointer"] == "/about"
        assert (
            cast.client("editor").post(at(goal, f"evidence/of/{about}/"), TYPED).status_code == 404
        )


def test_rest_adds_reads_changes_verifies_and_archives(api, cast, goal):
    made = api.post("evidence/", {"about": str(goal.ref), "kind": "kpi", "text": "41 calls a day"})
    assert made.status_code == 201
    row = made.json()
    assert (row["about"], row["plan"], row["verified_at"]) == (
        str(goal.ref),
        goal.cycle.plan_id,
        None,
    )
    path = f"evidence/{row['id']}/"
    stale = api.patch(path, {"text": "40"}, If_Match=f'"evidence-{row["id"]}-9"')
    assert stale.status_code == 412
    assert api.patch(path, {"link": "data:x"}).json()["errors"][0]["pointer"] == "/link"
    assert api.patch(path, {"about": "plan:1"}).status_code == 400
    assert api.patch(path, {"text": "40"}, If_Match=made["ETag"]).json()["text"] == "40"
    verified = api.post(f"{path}verify/", {}).json()
    assert verified["verified_by"] == cast.owner.pk
    assert [one["id"] for one in api.get(f"evidence/?about={goal.ref}").json()["results"]]
    assert api.get("evidence/?verified=false").json()["results"] == []
    assert api.get("evidence/?kind=rumour").status_code == 400
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404
    assert api.post(f"{path}restore/", {}).json()["archived_at"] is None

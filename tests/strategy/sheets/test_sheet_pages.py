"""A sheet is looked at, kept as one act, taken back as one; what goes out comes back unchanged."""

import csv
import io
from datetime import date
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from cxplanner.base.sheets import csv_lines
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.facts import Event
from cxplanner.events.history.services import undo
from strategy.metrics.models import Metric, Tally
from strategy.sheets.reading import sheet_of, text_in
from strategy.sheets.services import bring_in
from strategy.sheets.understanding import MOST_ROWS, Known, understood
from strategy.touchpoints.columns import EDITED
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.showing import MEASURED
from tests import factories
from tests.acting import act_of
from tests.airline import answered_at

pytestmark = pytest.mark.django_db
ROWS = "Touchpoint\tStage\tGrade\nDesk\tuse\tB\nGate\tDreaming\t\n"


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


@pytest.fixture
def url(plan):
    return reverse("touchpoints-bring", args=[plan.workspace.slug, plan.pk])


def looked_at(page):
    return page.context["form"]["looked_at"].value()


def kept(client, url, text, **over):
    page = client.post(url, {"text": text})
    return client.post(url, {"text": text, "act": "keep", "looked_at": looked_at(page)} | over)


@pytest.mark.parametrize(
    ("who", "status"), [("owner", 200), ("editor", 200), ("reviewer", 403), ("stranger", 404)]
)
def test_only_editors_bring_rows(cast, url, who, status):
    client = cast.client(who)
    assert client.get(url).status_code == status
    assert client.post(url, {"text": ROWS}).status_code == status


def test_looking_changes_nothing(cast, plan, url):
    factories.touchpoint(plan=plan, name="Desk", stage="purchase")
    page = cast.client("editor").post(url, {"text": ROWS})
    assert "1 touchpoint would be added, 1 changed" in page.text
    assert "Dreaming" in page.text
    assert "Gate" in page.context["form"]["text"].value()
    assert Touchpoint.objects.get().stage == "purchase"
    assert Event.objects.count() == 0


def test_what_is_kept_is_one_act_and_is_taken_back_as_one(cast, plan, url):
    desk = factories.touchpoint(plan=plan, name="Desk", stage="purchase")
    client = cast.client("editor")
    reply = kept(client, url, ROWS, stages="Dreaming")
    assert reply.status_code == 302
    desk.refresh_from_db()
    plan.refresh_from_db()
    assert (desk.stage, Audit.objects.get().grade) == ("use", "B")
    assert Touchpoint.objects.get(name="Gate").stage == "Dreaming"
    assert "Dreaming" in plan.stages
    page = client.get(reply["Location"]).text
    assert "1 touchpoint is added. 1 is changed." in page
    [act] = set(Event.objects.values_list("act", flat=True))
    assert f"/undo/{act}/" in page
    undo(UUID(str(act)), by=cast.editor)
    desk.refresh_from_db()
    plan.refresh_from_db()
    assert (desk.stage, Audit.objects.count()) == ("purchase", 0)
    assert not Touchpoint.objects.filter(name="Gate").exists()
    assert "Dreaming" not in plan.stages


def test_a_word_that_is_not_ticked_is_left_out(cast, plan, url):
    kept(cast.client("editor"), url, ROWS, **{"offered-stages": "Dreaming"})
    # What is confirmed is not what was looked at, so it is shown once more.
    assert Touchpoint.objects.count() == 0
    client = cast.client("editor")
    page = client.post(url, {"text": ROWS, "offered-stages": "Dreaming"})
    body = {"text": ROWS, "offered-stages": "Dreaming", "looked_at": looked_at(page)}
    assert client.post(url, body | {"act": "keep"}).status_code == 302
    assert Touchpoint.objects.get(name="Gate").stage == ""


def test_what_changed_since_it_was_looked_at_is_shown_again(cast, plan, url):
    client = cast.client("editor")
    page = client.post(url, {"text": ROWS})
    factories.touchpoint(plan=plan, name="Gate", stage="use")
    again = client.post(url, {"text": ROWS, "act": "keep", "looked_at": looked_at(page)})
    assert again.status_code == 409
    assert "Look it over once more" in again.text
    assert Touchpoint.objects.count() == 1


def test_wrong_rows_are_left_out_of_what_is_kept(cast, plan, url):
    reply = kept(cast.client("editor"), url, "Desk\tuse\nGate\tuse\tapp")
    assert reply.status_code == 302
    assert [one.name for one in Touchpoint.objects.all()] == ["Desk"]


def test_what_does_not_fit_stays_in_the_box(cast, url):
    text = "\n".join(f"Gate {n} <b>" for n in range(MOST_ROWS + 1))
    page = cast.client("editor").post(url, {"text": text})
    assert page.status_code == 422
    assert "5,001 rows" in page.text
    assert page.context["form"]["text"].value() == text
    assert "Gate 1000 &lt;b&gt;" in page.text


def test_new_touchpoints_come_with_their_grades_and_go_with_them(cast, plan, url):
    text = "\n".join(f"Gate {n}\tuse\tapp\tonline\tB\t2026-05-03" for n in range(20))
    client = cast.client("editor")
    assert kept(client, url, text).status_code == 302
    assert Touchpoint.objects.count() == Audit.objects.filter(grade="B").count() == 20
    assert Event.objects.get().data == {"added": 20, "changed": 0, "graded": 20}
    where = Touchpoint.objects.latest("pk").page_in(plan.workspace.slug)
    undone = reverse("undo-act", args=[plan.workspace.slug, Event.objects.get().act])
    back = client.post(undone, HTTP_REFERER=f"http://testserver{where}")
    assert back["Location"] == plan.page_in(plan.workspace.slug)
    assert (Touchpoint.objects.count(), Audit.objects.count()) == (0, 0)


def test_many_rows_are_kept_and_taken_back_with_few_queries(
    cast, plan, django_assert_max_num_queries
):
    text = "\n".join(f"Gate {n}\tuse\tapp\tonline\tB" for n in range(300))
    mark = understood(text, Known.of(plan, {}, ())).fingerprint
    with act_of(cast.editor) as act, django_assert_max_num_queries(40):
        bring_in(plan, text, looked_at=mark, by=cast.editor)
    assert Audit.objects.count() == 300
    with act_of(cast.editor), django_assert_max_num_queries(120):
        undo(act, by=cast.editor)
    assert Touchpoint.objects.count() == 0


def test_what_a_column_is_can_be_said_and_is_kept_so(cast, plan, url):
    editor = cast.client("editor")
    sent = {"text": "Phase\tWhere\nuse\tGate", "head": ["Phase", "Where"]}
    first = editor.post(url, {"text": sent["text"]})
    assert 'name="column"' in first.text
    sent |= {"column": ["stage", "name"], "headed": "on"}
    [line] = editor.post(url, sent).context["proposal"].new
    assert (line.name, line.fields["stage"]) == ("Gate", "use")
    mark = editor.post(url, sent).context["proposal"].fingerprint
    assert editor.post(url, sent | {"act": "keep", "looked_at": mark}).status_code == 302
    assert Touchpoint.objects.values_list("name", "stage").get() == ("Gate", "use")


def test_of_many_rows_the_first_are_shown_and_all_are_kept(cast, plan, url):
    text = "\n".join(f"Gate {n}" for n in range(1_200))
    page = cast.client("editor").post(url, {"text": text})
    assert "1,200 touchpoints would be added" in page.text
    assert "the first 200 of 1,200" in page.text
    table = page.text.partition("<textarea")[0]
    assert ("Gate 199<" in table, "Gate 200<" in table) == (True, False)


def workbook():
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Touchpoint", "Grade", "Graded on"])
    sheet.append(["Desk", "B", date(2026, 5, 3)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FILES = {
    "comma": b"Touchpoint,Grade,Graded on\nDesk,B,2026-05-03\n",
    "semicolon": "Touchpoint;Grade;Graded on;Pain points\nDesk;B;2026-05-03;Müde, sehr\n".encode(
        "cp1252"
    ),
    "tabs": "Touchpoint\tGrade\tGraded on\nDesk\tB\t2026-05-03\n".encode("utf-16"),
    "workbook": workbook(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_dialect_goes_the_same_way(cast, url, name):
    page = cast.client("editor").post(url, {"file": SimpleUploadedFile(name, FILES[name])})
    [line] = page.context["proposal"].new
    assert line.name == "Desk"
    assert line.grade == {"grade": "B", "graded_on": date(2026, 5, 3)}
    assert line.fields.get("pain_points", "Müde, sehr") == "Müde, sehr"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 no workbook", "damaged"),
        (b'Touchpoint,Grade\n"Desk,B\n', "quotation mark"),
        (b"x" * (5 * 1024**2 + 1), "larger than 5 MB"),
        (b"Gate\n" * 10_001, "rows"),
    ],
)
def test_an_unreadable_file_says_why(cast, url, content, words):
    page = cast.client("editor").post(url, {"file": SimpleUploadedFile("x.csv", content)})
    assert page.status_code == 422
    assert words in page.text


def test_the_sheet_holds_every_column_and_no_formula(cast, plan):
    factories.touchpoint(plan=plan, name="=1+1", place="physical", pain_points="-3\nTwo")
    url = reverse("touchpoints-sheet", args=[plan.workspace.slug, plan.pk])
    reply = cast.client("viewer").get(url)
    text = b"".join(reply.streaming_content).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    labels = [*(column.label for column in EDITED), *(column.label for column in MEASURED)]
    assert head == [str(label) for label in labels]
    assert row[:4] == ["'=1+1", "", "", "physical"]
    assert row[8] == "'-3\nTwo"
    assert cast.client("stranger").get(url).status_code == 404


def test_a_sheet_is_read_with_as_many_queries_for_thirty_rows_as_for_three(
    cast, plan, django_assert_num_queries
):
    metric = factories.metric(plan=plan, kind="csat", workspace=plan.workspace)
    for count, _round in ((3, 0), (27, 1)):
        for _ in range(count):
            answered_at(factories.touchpoint(plan=plan), metric, [(5, 3)])
        with django_assert_num_queries(7):
            assert "3" in list(sheet_of(plan, {}))[-1]


STORABLE = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
NAMES = STORABLE.filter(lambda text: text.strip() != "")


@given(
    st.lists(
        st.tuples(NAMES, STORABLE, STORABLE, STORABLE, st.sampled_from("ABCDEF-")),
        min_size=1,
        max_size=5,
        unique_by=lambda row: " ".join(row[0].split()).casefold(),
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
def test_what_went_out_comes_back_in_without_a_change(plan, rows):
    Tally.objects.all().delete()
    Touchpoint.objects.all().delete()
    metric = Metric.objects.first() or factories.metric(plan=plan, kind="csat", name="=1+1")
    for name, stage, well, owner, grade in rows:
        one = factories.touchpoint(
            plan=plan, name=name, stage=stage, goes_well=well, owner_name=owner, outcome="neutral"
        )
        if grade != "-":
            factories.audit(touchpoint=one, grade=grade)
            answered_at(one, metric, [(5, 3), (1, 40)])
    file = io.BytesIO("".join(csv_lines(sheet_of(plan, {}))).encode())
    found = understood(text_in(file), Known.of(plan, {}, ()))
    assert (found.trouble, len(found.same), found.does, found.wrong) == ("", len(rows), 0, [])
    assert found.unknown == ()


def test_what_is_measured_is_left_out_and_said_to_be(cast, plan, url):
    factories.touchpoint(plan=plan, name="Desk")
    text = "Touchpoint\tCustomers say\tanswers\tColour\nDesk\t99\t12\tred\n"
    page = cast.client("editor").post(url, {"text": text})
    proposal = page.context["proposal"]
    assert (proposal.measured, proposal.unknown) == (("Customers say", "answers"), ("Colour",))
    assert len(proposal.same) == 1
    assert "What customers say is measured, so nothing of these columns comes in:" in page.text


def test_nothing_is_offered_to_be_kept_where_all_stands_there_already(cast, plan, url):
    factories.touchpoint(plan=plan, name="Desk")
    page = cast.client("editor").post(url, {"text": "Touchpoint\nDesk"}).text
    assert "All of it stands there already" in page
    assert "then keep it" not in page


def test_a_touchpoint_may_be_called_as_a_measured_column_is(cast, plan, url):
    page = cast.client("editor").post(url, {"text": "Answers\tuse\nDesk\tuse"})
    assert [line.name for line in page.context["proposal"].new] == ["Answers", "Desk"]

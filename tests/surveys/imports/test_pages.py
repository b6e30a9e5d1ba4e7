"""The pages: send, say, check, bring in; for each of the five."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from surveys.imports.models import AnswerImport
from surveys.responses.models import Response
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
FILE = b"when;Food;Seat\n01.03.2025;5;1\n13.03.2025;4;0\n14.03.2025;9;3\n"


@pytest.fixture
def plan(workspace):
    with workspace_scope(workspace.pk):
        return factories.plan()


def send(client, plan, content=FILE, **more):
    url = reverse("imports", args=[plan.workspace.slug, plan.pk])
    return client.post(url, {"file": SimpleUploadedFile("past.csv", content), **more})


def the_import(plan):
    with workspace_scope(plan.workspace_id):
        return AnswerImport.objects.get()


def typed(**more):
    made = {"to-A": "time", "order": "dmy", "survey_name": "Past", "make": "new:csat"}
    return {**made, **{f"to-{letter}": "new:csat" for letter in "BC"}, **more}


def test_a_file_is_sent_named_checked_and_brought_in(cast, plan):
    client = cast.client("editor")
    reply = send(client, plan)
    row = the_import(plan)
    url = reverse("import", args=[plan.workspace.slug, row.pk])
    assert (reply.status_code, reply.url) == (302, url)
    assert row.columns[1]["name"] == "Food"
    assert row.mapping["time"]["order"] == "dmy"
    assert "Food" in client.get(url).content.decode()

    client.post(url, typed(act="make", pick=["B", "C"], **{"high-B": "5", "low-B": "1"}))
    reply = client.post(url, typed(act="check", **{"high-B": "5", "low-B": "1", "nothing-C": "0"}))
    assert reply.status_code == 302
    page = client.get(url).content.decode()
    assert the_import(plan).status == "checked"
    assert "A whole number from 1 to 5, please." in page
    assert "Take the 2 good rows, leave out 1" in page

    sheet = client.get(reverse("import-errors", args=[plan.workspace.slug, row.pk]))
    assert "4,Food,9," in sheet.content.decode()

    client.post(url, {"act": "start-good"})
    assert the_import(plan).status == "done"
    with workspace_scope(plan.workspace_id):
        assert Response.objects.count() == 2
    assert "Read the answers" in client.get(url).content.decode()

    send(client, plan)  # the next of its kind knows what its columns are
    with workspace_scope(plan.workspace_id):
        again = AnswerImport.objects.latest("pk")
        assert again.mapping["columns"]["B"]["to"] == "question"
        assert again.survey_id == the_first(plan).survey_id


def the_first(plan):
    return AnswerImport.objects.order_by("pk").first()


def test_an_unclear_mapping_keeps_what_was_typed(cast, plan):
    client = cast.client("editor")
    send(client, plan)
    url = reverse("import", args=[plan.workspace.slug, the_import(plan).pk])
    reply = client.post(url, typed(act="check", survey_name="", no_answer="0; none"))
    assert reply.status_code == 422
    page = reply.content.decode()
    assert "Name the survey that shall hold these answers." in page
    assert "0; none" in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a,b\n", "no rows below"),
        (b"PK\x03\x04nonsense", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        (",".join(f"c{n}" for n in range(600)).encode() + b"\n" + b"1," * 599 + b"1\n", "columns"),
    ],
)
def test_a_file_that_is_no_table_says_why(cast, plan, content, said):
    reply = send(cast.client("editor"), plan, content)
    assert reply.status_code == 422
    assert said in reply.content.decode()


def test_a_file_too_large_says_so(cast, plan, settings):
    settings.IMPORT_MOST_BYTES = 10
    reply = send(cast.client("editor"), plan)
    assert reply.status_code == 422
    assert "larger than" in reply.content.decode()


@pytest.mark.parametrize(
    ("who", "sees", "sends"),
    [
        ("owner", 200, 302),
        ("editor", 200, 302),
        ("reviewer", 200, 403),
        ("viewer", 200, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_bring_in(cast, plan, who, sees, sends):
    send(cast.client("owner"), plan)
    slug, row = plan.workspace.slug, the_import(plan)
    client = cast.client(who)
    assert client.get(reverse("imports", args=[slug, plan.pk])).status_code == sees
    url = reverse("import", args=[slug, row.pk])
    assert client.get(url).status_code == sees
    assert client.post(url, typed(act="keep")).status_code == sends
    assert client.post(reverse("import-cancel", args=[slug, row.pk])).status_code == sends
    assert send(client, plan).status_code == sends


def test_progress_is_silent_while_nothing_changes(cast, plan):
    client = cast.client("editor")
    send(client, plan)
    row = the_import(plan)
    url = reverse("import-progress", args=[plan.workspace.slug, row.pk])
    assert client.get(url).headers["HX-Refresh"] == "true"
    with workspace_scope(plan.workspace_id):
        AnswerImport.objects.update(status="running", totals={"rows": 12}, seen=5)
    assert client.get(url, {"seen": 5}).status_code == 204
    told = client.get(url, {"seen": 4})
    assert "12 rows read" in told.content.decode()

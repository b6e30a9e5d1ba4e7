"""Over REST: files as people have them come in, or are refused with the reason."""

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import Workbook

from cxplanner.base.tenancy import workspace_scope
from surveys.imports.models import AnswerImport
from surveys.responses.models import Response
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(workspace):
    """A question of 0 to 10, and one for words."""
    with workspace_scope(workspace.pk):
        metric = factories.metric()
        survey = factories.survey(plan=metric.plan)
        score = factories.question(survey=survey, metric=metric)
        return score, factories.question(survey=survey, kind="open", position=1)


@pytest.fixture
def send(api, asked):
    """Return what sends a body with a mapping, and brings it in."""

    def send(content, kind="text/csv", *, name="past.csv", columns: Any = None, **more):
        score, words = asked
        columns = columns or {
            "score": {"to": "question", "question": score.pk},
            "why": {"to": "question", "question": words.pk},
        }
        mapping = {"columns": columns, "time": {"date": "2025-03-01"}, **more}
        return api.client.generic(
            "POST",
            f"/api/v1/surveys/{score.survey_id}/imports/",
            content.encode() if isinstance(content, str) else content,
            content_type=kind,
            headers=api.headers,
            query_params={"name": name, "mapping": json.dumps(mapping)},
        )

    return send


def answers(workspace):
    with workspace_scope(workspace.pk):
        return list(Response.objects.order_by("external_id").values_list("answers", flat=True))


def faults(api, row):
    sheet = api.get(f"imports/{row['id']}/errors/").content.decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(sheet)))[1:]


def test_ragged_rows_are_told_and_nothing_comes_in(api, send, workspace):
    row = send("score,why\n9,Quick\n8\n7,Late,cold,loud\n6,Kind,,\n").json()
    assert (row["status"], row["totals"]["flawed"]) == ("refused", 2)
    assert faults(api, row) == [
        ["3", "", "", "This row has 1 cells, the file has 2 columns."],
        ["4", "", "", "This row has 4 cells, the file has 2 columns."],
    ]
    assert answers(workspace) == []


def test_a_workbook_named_csv_is_read_as_what_it_is(send, asked, workspace):
    book: Any = Workbook()
    for cells in (["score", "why"], [9, "Quick"], [3.0, None]):
        book.active.append(cells)
    file = io.BytesIO()
    book.save(file)
    row = send(file.getvalue(), name="past.csv").json()
    assert (row["status"], row["totals"]["taken"]) == ("done", 2)
    score, words = map(str, (asked[0].pk, asked[1].pk))
    assert {9, 3} == {one[score] for one in answers(workspace)}
    assert {words in one for one in answers(workspace)} == {True, False}


def test_three_hundred_columns_are_described_and_brought_in(send):
    head = ",".join(["score", "why", *(f"c{n}" for n in range(298))])
    row = send(f"{head}\n9,Quick{',x' * 298}\n").json()
    assert (row["status"], len(row["columns"])) == ("done", 300)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty."),
        ("\n \n", "The file is empty."),
        ("score,why\n", "The file has a header and no rows below it."),
        ("\ufeffscore,why\r\n\r\n", "The file has a header and no rows below it."),
    ],
)
def test_an_empty_file_says_so_and_leaves_nothing(send, workspace, content, said):
    reply = send(content)
    assert (reply.status_code, reply.json()["detail"]) == (400, said)
    with workspace_scope(workspace.pk):
        assert not AnswerImport.objects.exists()


def test_formulas_are_words_and_go_out_as_words(api, send, asked, workspace):
    cells = ['=HYPERLINK("http://x")', "@SUM(A1)", "+1", "-2+3"]
    sheet = io.StringIO()
    csv.writer(sheet).writerows([["score", "why"], *(["x", cell] for cell in cells)])
    score, words = asked
    row = send(sheet.getvalue().replace("x,", "9,"), keep_good=True).json()
    assert row["status"] == "done"
    assert sorted(one[str(words.pk)] for one in answers(workspace)) == sorted(cells)

    # The other way round: a formula where a score is due is a fault, and safe in the sheet.
    columns = {"why": {"to": "question", "question": score.pk}}
    told = faults(api, send(sheet.getvalue(), columns=columns).json())
    assert [fault[1:3] for fault in told] == [
        ["why", '\'=HYPERLINK("http://x")'],
        ["why", "'@SUM(A1)"],
        ["why", "'-2+3"],
    ]


def test_of_very_many_faults_the_first_are_listed_and_all_are_counted(api, send, cast, workspace):
    row = send("score,why\n" + "11,\n" * 10_050).json()
    assert (row["status"], row["totals"]["cells"], row["errors_kept"]) == (
        "refused",
        10_050,
        10_000,
    )
    told = faults(api, row)
    assert len(told) == 10_001
    assert told[-2][0] == "10001"
    assert told[-1] == ["", "", "", "Faults listed: the first 10,000 of 10,050."]
    client = cast.client("editor")
    page = client.get(f"/w/{workspace.slug}/imports/{row['id']}/").content.decode()
    assert "Faults listed here: the first 20 of 10,050." in page
    assert "The first 10,000 of 10,050 faults as a sheet" in page
    sheet = client.get(f"/w/{workspace.slug}/imports/{row['id']}/errors.csv").content.decode()
    assert sheet.rstrip().endswith('"Faults listed: the first 10,000 of 10,050."')


def test_few_faults_are_all_listed(api, send):
    row = send("score,why\n11,\n12,\n").json()
    assert (row["totals"]["cells"], row["errors_kept"]) == (2, 2)
    assert len(faults(api, row)) == 2


def test_a_file_says_which_days_it_brought(send, asked):
    score, _words = asked
    columns = {
        "score": {"to": "question", "question": score.pk},
        "day": {"to": "time"},
    }
    time = {"order": "ymd"}
    early = "score,day\n9,2025-03-01\n8,2025-02-11\n7,2025-04-30\n"
    first = send(early, columns=columns, time=time).json()
    assert (first["first_day"], first["last_day"]) == ("2025-02-11", "2025-04-30")
    # Of a later one, only what was new counts.
    later = send(early + "6,2025-03-15\n5,2025-03-02\n", columns=columns, time=time).json()
    assert (later["totals"]["known"], later["totals"]["taken"]) == (3, 2)
    assert (later["first_day"], later["last_day"]) == ("2025-03-02", "2025-03-15")
    again = send(early, columns=columns, time=time).json()
    assert (again["totals"]["taken"], again["first_day"]) == (0, None)

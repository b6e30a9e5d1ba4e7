"""What rows of a sheet would do is said row by row, and nothing is done."""

from datetime import date, timedelta

import pytest

from strategy.sheets.mapping import Reading
from strategy.sheets.understanding import MOST_ROWS, Kind, Known, understood
from strategy.touchpoints.models import Touchpoint
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast, scope):
    return factories.plan()


@pytest.fixture
def look(cast, plan):
    """Read rows; cells are separated by | here, rows by lines."""

    def looked(text, left_out=(), told=None):
        members = {str(cast.reviewer): cast.reviewer}
        plan.refresh_from_db()
        return understood(text.replace("|", "\t"), Known.of(plan, members, left_out), told)

    return looked


def changes(line):
    return [(one.label, one.before, one.after) for one in line.changes]


def test_rows_without_heading_are_read_by_the_order_of_the_table(look):
    [line] = look("Check-in|purchase|app|online|B|2026-05-03|positive|Fast|Queues|Kiosks|Ana").lines
    assert line.kind is Kind.NEW
    assert line.fields == {
        "name": "Check-in",
        "stage": "purchase",
        "channel": "app",
        "place": "online",
        "outcome": "positive",
        "goes_well": "Fast",
        "pain_points": "Queues",
        "opportunities": "Kiosks",
        "owner": "Ana",
    }
    assert line.grade == {"grade": "B", "graded_on": date(2026, 5, 3)}
    assert Touchpoint.objects.count() == 0


@pytest.mark.parametrize(
    "head",
    [
        "Touchpoint|Grade|Pain points",
        "TOUCHPOINT | grade|pain points",
        "name|grade|pain_points",
    ],
)
def test_a_heading_says_which_column_is_which(look, head):
    found = look(f"{head}\nGate|c|Loud")
    [line] = found.lines
    assert (line.number, line.name, line.grade["grade"]) == (2, "Gate", "C")
    assert line.fields["pain_points"] == "Loud"


def test_columns_the_table_lacks_are_named_and_left_out(look):
    found = look("Notes|Touchpoint|Grade\nx|Gate|B")
    assert found.unknown == ("Notes",)
    assert (found.lines[0].name, found.lines[0].changes[0].after[:1]) == ("Gate", "B")


def test_a_touchpoint_is_found_by_its_name_whatever_its_capitals(look, plan):
    desk = factories.touchpoint(plan=plan, name="Check-in desk", stage="purchase")
    [line] = look("CHECK-IN DESK|use").lines
    assert (line.kind, line.touchpoint) == (Kind.CHANGED, desk)
    assert changes(line) == [("Stage", "purchase", "use")]
    assert line.fields == {"stage": "use"}


def test_empty_cells_leave_what_stands_there(look, plan):
    factories.touchpoint(plan=plan, name="Desk", stage="purchase", goes_well="Fast")
    assert look("Desk||||||||||").lines[0].kind is Kind.SAME


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("|use", "Touchpoint", "Give it a name"),
        ("x" * 121, "Touchpoint", "at most 120"),
        ("Gate|" + "x" * 61, "Stage", "at most 60"),
        ("Gate|||moon", "Kind of place", "“moon” is none of these"),
        ("Gate||||G", "Grade", "A grade is a letter from A to F"),
        ("Gate||||B|soon", "Graded on", "“soon” is no day we can read"),
        ("Gate|||||2026-01-01", "Grade", "Give the grade of that day"),
        ("Gate||||||fine", "Typical outcome", "none of these"),
        ("Gate|||||||" + "x" * 5001, "What goes well", "at most 5000"),
        ("Gate|||||||a\x00b", "What goes well", "Null characters"),
        ("Old gate", "Touchpoint", "archived"),
        ("TWINS", "Touchpoint", "Write it exactly"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(look, plan, row, column, words):
    factories.touchpoint(plan=plan, name="Old gate", archived_at="2026-01-01T00:00Z")
    for name in ("Twins", "twins"):
        factories.touchpoint(plan=plan, name=name)
    width = row.count("|") + 1
    first = "Fine" + "|" * (width - 1)
    found = look(f"{first}\n{row}")
    [line] = found.wrong
    assert line.number == 2
    assert [(label, words in said) for label, said in line.faults] == [(column, True)]
    assert found.does == 1


def test_a_day_to_come_is_wrong(look, plan):
    later = plan.workspace.today() + timedelta(days=1)
    [line] = look(f"Gate||||B|{later}").wrong
    assert "has not come yet" in line.faults[0][1]


def test_twins_are_told_apart_where_they_are_written_exactly(look, plan):
    factories.touchpoint(plan=plan, name="Twins")
    small = factories.touchpoint(plan=plan, name="twins")
    assert look("twins|use").lines[0].touchpoint == small


def test_a_name_that_comes_twice_is_taken_once(look):
    found = look("Gate\nDesk\ngate")
    assert [line.kind for line in found.lines] == [Kind.NEW, Kind.NEW, Kind.WRONG]
    assert "row 1" in found.lines[2].faults[0][1]


def test_a_row_of_another_length_is_wrong_and_the_others_stand(look):
    found = look("Gate|use\nDesk|use|app\nDoor")
    assert [line.kind for line in found.lines] == [Kind.NEW, Kind.WRONG, Kind.WRONG]
    assert "Has 3 cells, where the first row has 2" in found.lines[1].faults[0][1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing in it"),
        (" \n|\n", "nothing in it"),
        ("Gate" + "|x" * 11, "12 cells, and the table 11 columns"),
        ("Stage|Grade\nuse|B", "no column “Touchpoint”"),
        ("Touchpoint|Grade|Grade\nGate|A|B", "“Grade” stands there twice"),
        ("Touchpoint|Grade", "no row yet"),
        ("\n".join(f"Gate {n}" for n in range(MOST_ROWS + 1)), "5,001 rows, and 5,000 at a time"),
        ("\n".join(f"Gate {n}|stage {n}" for n in range(60)), "more than 60"),
    ],
)
def test_another_shape_is_explained_as_a_whole(look, text, words):
    found = look(text)
    assert words in found.trouble
    assert found.does == 0 or "60" in found.trouble


def test_as_many_rows_as_a_plan_may_send_out_are_taken(look):
    found = look("\n".join(f"Gate {n}" for n in range(MOST_ROWS)))
    assert (found.trouble, found.does) == ("", MOST_ROWS)


@pytest.mark.parametrize("separator", [",", ";"])
def test_pasted_csv_is_cut_where_our_names_stand_above(look, separator):
    rows = ["Touchpoint|Pain points|Grade", '"Gate| A"|"Long\nqueue"|B']
    [line] = look("\n".join(rows).replace("|", separator)).lines
    assert (line.name, line.fields["pain_points"]) == (f"Gate{separator} A", "Long\nqueue")
    assert line.grade["grade"] == "B"


def test_a_sentence_with_commas_is_one_name(look):
    assert [line.name for line in look("Search, find, book\nPay").lines] == [
        "Search, find, book",
        "Pay",
    ]


def test_names_of_columns_are_found_among_other_words(look):
    [line] = look("Touchpoint name|Journey stage|Grade (A-F)\nGate|use|B").lines
    assert (line.name, line.fields["stage"], line.grade["grade"]) == ("Gate", "use", "B")


def test_somebody_says_what_a_column_is(look):
    text = "Phase|Where|Whose\nuse|Gate|Ana"
    told = Reading(("Phase", "Where", "Whose"), ("stage", "name", ""), has_header=True)
    [line] = look(text, told=told).lines
    assert line.fields == {"name": "Gate", "stage": "use"}
    headless = Reading(("Phase", "Where", "Whose"), ("stage", "name", "owner"), has_header=False)
    assert [line.name for line in look(text, told=headless).lines] == ["Where", "Gate"]


def test_what_was_said_of_other_columns_does_not_hold(look):
    told = Reading(("Phase", "Where"), ("stage", "name"), has_header=True)
    [line] = look("Touchpoint|Stage\nGate|use", told=told).lines
    assert line.fields == {"name": "Gate", "stage": "use"}


@pytest.mark.parametrize("twice", [("name", "name"), ("stage", "channel")])
def test_what_was_said_must_hold(look, twice):
    found = look("Phase|Where\nuse|Gate", told=Reading(("Phase", "Where"), twice, has_header=True))
    assert found.trouble
    assert found.reading.keys == twice


@pytest.mark.parametrize(
    "written",
    ["03.05.2026", "3.5.26", "3-May-26", "3 May 2026", "May 3, 2026", "2026-05-03", "3/5/2026"],
)
def test_a_day_is_read_as_spreadsheets_write_it(look, written):
    # Of the last it takes another row of the column to tell which is the day.
    found = look(f"Touchpoint|Grade|Graded on\nGate|B|{written}\nDesk|B|25/4/2026")
    assert [line.grade["graded_on"] for line in found.lines] == [
        date(2026, 5, 3),
        date(2026, 4, 25),
    ]


@pytest.mark.parametrize("other", ["", "25/4/2026|4/25/2026"])
def test_a_day_that_can_be_read_in_two_ways_is_asked_about(look, other):
    days = ["3/5/2026", *filter(None, other.split("|"))]
    found = look(
        "Touchpoint|Grade|Graded on\n"
        + "\n".join(f"Gate {place}|B|{day}" for place, day in enumerate(days))
    )
    [(column, words)] = found.lines[0].faults
    assert (column, "“3/5/2026” can be read in two ways" in words) == ("Graded on", True)


def test_new_words_are_offered_once_whatever_their_capitals(look):
    found = look("Gate|Dreaming|app\nDesk|dreaming|kiosk")
    assert found.new_words == {"stages": ["Dreaming"], "channels": ["kiosk"]}
    left = look("Gate|Dreaming|app", left_out={("stages", "dreaming")})
    assert left.new_words == {"stages": ["Dreaming"]}
    assert "stage" not in left.lines[0].fields


def test_an_owner_is_a_member_by_name_or_a_plain_name_that_is_told(look, cast):
    found = look(f"Touchpoint|Owner\nGate|{cast.reviewer}\nDesk|Night shift")
    assert [line.fields["owner"] for line in found.lines] == [cast.reviewer, "Night shift"]
    assert found.names == ["Night shift"]


def test_a_grade_that_stands_is_no_change_and_another_is_one_more(look, plan):
    desk = factories.touchpoint(plan=plan, name="Desk")
    factories.audit(touchpoint=desk, grade="C", graded_on=date(2026, 1, 5))
    factories.audit(touchpoint=desk, grade="B", graded_on=date(2026, 3, 5))
    head = "Touchpoint|Grade|Graded on\n"
    for same in ("Desk|B|", "Desk|b|2026-03-05", "Desk|C|2026-01-05", "Desk||2026-03-05"):
        assert look(head + same).lines[0].kind is Kind.SAME
    [line] = look(head + "Desk|B|2026-04-01T00:00:00").lines
    assert line.grade == {"grade": "B", "graded_on": date(2026, 4, 1)}
    assert changes(line) == [("Grade", "B, 5 Mar 2026", "B, 1 Apr 2026")]
    assert look(head + "Desk|A|").lines[0].grade["graded_on"] == plan.workspace.today()


def test_what_was_looked_at_has_a_mark_that_changes_with_it(look, plan):
    desk = factories.touchpoint(plan=plan, name="Desk")
    seen = look("Desk|use").fingerprint
    assert look("Desk|use").fingerprint == seen
    assert look("Desk|app").fingerprint != seen
    desk.version += 1
    desk.save()
    assert look("Desk|use").fingerprint != seen

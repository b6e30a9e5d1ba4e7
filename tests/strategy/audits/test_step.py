"""Step 2 as other parts meet it: its agenda, its plain data, how fresh it is, and who is told."""

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.inbox.selectors import told
from cxplanner.events.models import Notification
from cxplanner.events.telling.services import watch
from strategy.plans.models import Plan
from strategy.swot.models import SwotEntry
from strategy.swot.section import ExperienceSection
from strategy.swot.services import add_entry, mark_none
from strategy.touchpoints import services
from strategy.touchpoints.models import Audit, Touchpoint
from strategy.touchpoints.selectors import fresh_since, stale_from
from tests import factories
from tests.airline import answered_at

STEP = ExperienceSection()


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


def graded(plan, name, grade="C", ago=1, **over):
    row = factories.touchpoint(plan=plan, name=name, **over)
    day = plan.workspace.today() - timedelta(ago)
    factories.audit(touchpoint=row, grade=grade, graded_on=day)
    return row


# --- what a review should look at -----------------------------------------------------------


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 24))
def test_a_grade_goes_stale_on_the_first_day_on_which_it_is_no_longer_fresh(graded_on, months):
    class On:
        grades_last_months = months

        def __init__(self, day):
            self.day = day

        def today(self):
            return self.day

    day = stale_from(graded_on, months)
    assert fresh_since(On(day)) > graded_on  # type: ignore[arg-type]  # as a workspace of that day
    assert fresh_since(On(day - timedelta(1))) <= graded_on  # type: ignore[arg-type]  # the day before


def test_the_agenda_names_grades_gone_stale_since_a_day(plan):
    today = plan.workspace.today()
    months = plan.workspace.grades_last_months
    old = graded(plan, "Desk", ago=31 * months + 3)
    graded(plan, "Gate", ago=400 + 31 * months)
    graded(plan, "Seat")
    factories.touchpoint(plan=plan, name="Lounge")
    audit = old.audits.get()
    day = stale_from(audit.graded_on, months)
    [item] = STEP.agenda(plan, day)
    assert (item.about, item.since, item.data["what"]) == (old.ref, day, "stale")
    assert "“Desk”" in item.words
    assert STEP.agenda(plan, today + timedelta(1)) == []
    assert {one.about for one in STEP.agenda(plan, date(2000, 1, 1))} >= {old.ref}


def test_the_agenda_names_grades_that_customers_disagree_with(plan):
    today = plan.workspace.today()
    seat, crew = graded(plan, "Seat", "A"), graded(plan, "Crew", "C")
    metric = factories.metric(plan=plan, kind="csat", name="Satisfied")
    answered_at(seat, metric, [(5, 20), (1, 80)], ago=5)
    answered_at(crew, metric, [(5, 600), (1, 400)])
    [item] = STEP.agenda(plan, today - timedelta(1))
    assert item.about == seat.ref
    assert item.since == today - timedelta(1)
    assert (item.data["what"], item.data["agreement"], item.data["n"]) == ("apart", "lower", 100)
    assert "n = 100" in item.words
    assert STEP.agenda(plan, today) == []


# --- plain data -----------------------------------------------------------------------------

_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\x00"), max_size=30
)
_NAME = _TEXT.map(str.strip).filter(bool)
_AUDITS = st.lists(
    st.fixed_dictionaries(
        {
            "grade": st.sampled_from("ABCDEF"),
            "graded_on": st.dates(date(2020, 1, 1), date(2026, 1, 1)).map(str),
            "note": _TEXT,
            "goes_well": _TEXT,
            "pain_points": _TEXT,
            "opportunities": _TEXT,
            "checklist": st.just({"smell": {"verdict": "ok", "note": "Paint"}}) | st.just({}),
        }
    ),
    max_size=3,
).map(lambda audits: sorted(audits, key=lambda one: str(one["graded_on"])))
_PLACES = st.lists(
    st.fixed_dictionaries(
        {
            "name": _NAME,
            "stage": st.sampled_from(["", "use"]),
            "channel": st.sampled_from(["", "web"]),
            "place": st.sampled_from(Touchpoint.Place.values),
            "outcome": st.sampled_from(["", *Touchpoint.Outcome.values]),
            "owner": st.sampled_from(["", "Catering", "Maren Okafor"]),
            "goes_well": _TEXT,
            "pain_points": _TEXT,
            "opportunities": _TEXT,
            "audits": _AUDITS,
        }
    ),
    max_size=4,
    unique_by=lambda one: one["name"],
)
_ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["strengths", "weaknesses"]), _NAME, st.integers(1, 5), st.booleans()
    ),
    max_size=5,
    unique_by=lambda one: one[:2],
)


@given(_PLACES, _ENTRIES)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_is_dumped_and_loaded_into_an_empty_plan_is_the_same(scope, places, entries):
    if not Plan.objects.exists():
        factories.member(scope, Role.EDITOR, name="Maren Okafor")
    name = places[0]["name"] if places else ""
    swot = [
        {"quadrant": quadrant, "text": text, "weight": weight, "touchpoint": name if at else ""}
        for quadrant, text, weight, at in entries
    ]
    data = {
        "stages": ["use", "after"],
        "channels": ["web"],
        "grade_sentences": {"A": "They sing."},
        "touchpoints": places,
        "swot": sorted(swot, key=lambda one: one["quadrant"]),
        "absences": {"threats": "We looked"},
    }
    first, second = factories.plan(), factories.plan()
    STEP.load(first, data)
    dump = json.loads(json.dumps(STEP.dump(first)))
    assert {**dump, "swot": sorted(dump["swot"], key=lambda one: one["quadrant"])} == data
    STEP.load(second, dump)
    assert STEP.dump(second) == dump


def test_members_stay_owners_and_names_stay_names(plan, cast):
    graded(plan, "Seat", owner=cast.reviewer)
    graded(plan, "Food", owner_name="Catering")
    graded(plan, "Gone", archived_at="2026-01-01T00:00Z")
    other = factories.plan()
    STEP.load(other, STEP.dump(plan))
    rows = {row.name: (row.owner, row.owner_name) for row in other.touchpoints.all()}
    assert rows == {"Seat": (cast.reviewer, ""), "Food": (None, "Catering")}


def test_loading_twice_doubles_nothing_and_leaves_what_is_there(plan):
    graded(plan, "Seat")
    factories.swotentry(plan=plan, quadrant="strengths")
    other = factories.plan()
    factories.touchpoint(plan=other, name="Seat", channel="mine")
    for _ in range(2):
        STEP.load(other, STEP.dump(plan))
    assert [row.channel for row in other.touchpoints.all()] == ["mine"]
    assert not Audit.objects.filter(touchpoint__plan=other).exists()
    assert SwotEntry.objects.filter(plan=other).count() == 1


def test_data_that_does_not_hold_is_refused_whole(plan):
    bad = {
        "touchpoints": [
            {"name": "Seat"},
            {"name": "Gate", "audits": [{"grade": "Z", "graded_on": "2026-01-01"}]},
        ]
    }
    with pytest.raises(ValidationError):
        STEP.load(plan, bad)
    assert not plan.touchpoints.exists()


def test_it_is_as_fresh_as_its_newest_grade_or_entry(plan, cast):
    today = plan.workspace.today()
    assert STEP.freshness(plan) is None
    graded(plan, "Seat", ago=9)
    assert STEP.freshness(plan) == today - timedelta(9)
    add_entry(plan=plan, by=cast.editor, quadrant="threats", text="Rail is faster")
    assert STEP.freshness(plan) == today


# --- who is told ----------------------------------------------------------------------------


def names():
    return list(Notification.objects.order_by("pk").values_list("member", "event__name", "reason"))


def test_whoever_answers_for_a_touchpoint_hears_of_its_grades(plan, cast):
    seat = factories.touchpoint(plan=plan, name="Seat", owner=cast.editor)
    services.grade_touchpoint(seat, by=cast.editor, grade="B")
    assert names() == []
    audit = services.grade_touchpoint(seat, by=cast.owner, grade="D")
    services.change_audit(audit, by=cast.owner, grade="E")
    services.archive_audit(audit, by=cast.owner)
    services.restore_audit(audit, by=cast.owner)
    acts = ("created", "changed", "archived", "restored")
    assert names() == [(cast.editor.pk, f"audit.{act}", "owner") for act in acts]
    rows = Notification.objects.select_related("event__by__user").order_by("pk")
    said = told(list(rows), "skylark")
    assert "graded the touchpoint" in said[0].words
    assert said[0].title == "Seat: E"
    assert all(one.words != one.row.event.name for one in said)


def test_whoever_follows_a_touchpoint_hears_of_its_grades_and_whoever_mutes_it_does_not(plan, cast):
    seat = factories.touchpoint(plan=plan, name="Seat")
    watch(cast.viewer, seat.ref, mode="follow")
    watch(cast.reviewer, plan.ref, mode="follow")
    watch(cast.editor, plan.ref, mode="follow")
    watch(cast.editor, seat.ref, mode="mute")
    services.grade_touchpoint(seat, by=cast.owner, grade="D")
    found = [
        (cast.viewer.pk, "audit.created", "follow"),
        (cast.reviewer.pk, "audit.created", "follow"),
    ]
    assert sorted(names()) == sorted(found)


def test_a_touchpoint_handed_over_is_told_to_both_ends(plan, cast):
    seat = factories.touchpoint(plan=plan, name="Seat", owner=cast.editor)
    services.change_touchpoint(seat, by=cast.owner, owner=cast.reviewer)
    found = [
        (cast.editor.pk, "touchpoint.changed", "owner"),
        (cast.reviewer.pk, "touchpoint.changed", "handed"),
    ]
    assert sorted(names()) == sorted(found)
    row = Notification.objects.select_related("event__by__user").get(member=cast.reviewer)
    assert told([row], "skylark")[0].words.endswith("handed it to you")


def test_followers_of_a_plan_hear_of_its_swot(plan, cast):
    watch(cast.viewer, plan.ref, mode="follow")
    add_entry(plan=plan, by=cast.editor, quadrant="threats", text="Rail is faster")
    mark_none(plan, quadrant="strengths", reason="Nobody named any", by=cast.editor)
    found = [(cast.viewer.pk, name, "follow") for name in ("swot.added", "swot.marked_none")]
    assert names() == found

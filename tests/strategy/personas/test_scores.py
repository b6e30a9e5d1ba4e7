"""A persona's scores are exactly those of the answers its rule names, by whatever way they came."""

import random
from datetime import UTC, datetime
from statistics import mean

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from strategy import intake
from strategy.metrics import recording
from strategy.metrics.matching import count_matching
from strategy.metrics.models import Combination, Pending, Tally
from strategy.metrics.selectors import by_segment
from strategy.personas import services
from strategy.personas.models import Persona
from strategy.personas.pictures import telling
from strategy.personas.scores import scores_of
from surveys.design.models import Survey
from surveys.design.selectors import Head, survey_head
from surveys.design.services import create_survey
from surveys.responses.answers import Given
from surveys.responses.models import Response
from surveys.responses.services import delete_response, submit, submit_many
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

SEGMENTS = {"travel": ["Business", "Personal"], "customer": ["Loyal", "New"]}
BUSY = ("customer=Loyal", "travel=Business")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def head_of(survey: Survey) -> Head:
    found = survey_head(survey.token)
    assert found is not None
    return found


class Asked:
    """Two surveys of one plan, whose questions feed a satisfaction and a recommendation."""

    def __init__(self):
        self.plan = factories.plan(segments=SEGMENTS)
        self.seat = factories.metric(plan=self.plan, kind="csat", name="Seat")
        self.nps = factories.metric(plan=self.plan, name="Recommendation")
        self.one, self.two = self.survey("Flight"), self.survey("Lounge")
        self.random = random.Random(7)

    def survey(self, name):
        questions = [
            {"kind": "csat", "text": "The seat?", "metric": self.seat},
            {"kind": "nps", "text": "Recommend?", "metric": self.nps},
        ]
        return create_survey(self.plan, name=name, by=None, status="open", questions=questions)

    def given(self, survey, **more):
        seat, nps = survey.questions.order_by("position")
        segments = {name: self.random.choice([*values, ""]) for name, values in SEGMENTS.items()}
        said = {name: value for name, value in segments.items() if value}
        scores = [(seat.pk, self.random.randint(1, 5)), (nps.pk, self.random.randint(0, 10))]
        return Given(answers=scores, answered_at=NOON, segments=more.pop("segments", said), **more)

    def answer(self, n, survey=None):
        survey = survey or self.one
        items = [self.given(survey) for _ in range(n)]
        submit_many(head_of(survey), list(enumerate(items)), via="rest")

    def raw(self, values, survey=None):
        """Read the answers one by one, as a careful person with a pencil would."""
        rows = [row for row in Response.objects.all() if set(values) <= set(row.segments)]
        rows = [row for row in rows if survey is None or row.survey_id == survey.pk]
        seats, points = [], []
        for row in rows:
            seat, nps = row.survey.questions.order_by("position")
            seats.append(row.answers[str(seat.pk)])
            points.append(row.answers[str(nps.pk)])
        return seats, points


@pytest.fixture
def asked(scope):
    return Asked()


@pytest.fixture
def by(scope):
    return factories.member(scope)


def made(asked, by, segments=BUSY, **more):
    return services.create_persona(plan=asked.plan, by=by, name="P", segments=segments, **more)


def read(persona, by):
    return {one.metric.name: one for one in scores_of([persona], member=by)[persona.pk]}


def assert_same(asked, persona, by, values, survey=None):
    seats, points = asked.raw(values, survey)
    found = read(Persona.objects.get(pk=persona.pk), by)
    seat, nps = found["Seat"].own, found["Recommendation"].own
    assert (seat.n, nps.n) == (len(seats), len(points))
    assert seat.value == pytest.approx(100 * mean(score >= 4 for score in seats))
    low, high = proportion_confint(sum(s >= 4 for s in seats), len(seats), method="wilson")
    assert (seat.low, seat.high) == pytest.approx((100 * low, 100 * high))
    assert nps.value == pytest.approx(100 * mean((p >= 9) - (p <= 6) for p in points))
    assert recording.differences(recording.slices()) == []
    assert count_matching(asked.plan.pk, values, persona.source) == len(seats)


def test_answers_before_and_after_the_rule_count_alike(scope, asked, by):
    asked.answer(60)
    intake.drain(scope.pk)
    persona = made(asked, by)
    assert read(persona, by) == {}  # not counted yet
    intake.drain(scope.pk)
    assert_same(asked, persona, by, BUSY)
    asked.answer(60)
    submit(head_of(asked.one), asked.given(asked.one), via="rest")
    intake.drain(scope.pk)
    assert_same(asked, persona, by, BUSY)


def test_answers_not_taken_in_yet_when_the_rule_is_made_count_once(scope, asked, by):
    asked.answer(40)
    persona = made(asked, by)
    asked.answer(40)
    intake.drain(scope.pk)
    assert_same(asked, persona, by, BUSY)


def test_a_deleted_answer_leaves_the_persona_too(scope, asked, by):
    asked.answer(40)
    persona = made(asked, by)
    intake.drain(scope.pk)
    gone = Response.objects.filter(segments__contains=list(BUSY))[0]
    delete_response(gone, by=by)
    intake.drain(scope.pk)
    assert_same(asked, persona, by, BUSY)


def test_a_rule_of_one_value_reads_its_segment_and_counts_nothing_new(scope, asked, by):
    asked.answer(40)
    intake.drain(scope.pk)
    persona = made(asked, by, ["travel=Personal"])
    assert not Combination.objects.exists()
    assert not Pending.objects.exists()
    assert_same(asked, persona, by, ["travel=Personal"])


def test_a_rule_with_a_survey_reads_that_survey_alone(scope, asked, by):
    asked.answer(40, asked.one)
    asked.answer(40, asked.two)
    both = made(asked, by, survey=asked.two.pk)
    whole = made(asked, by, [], survey=asked.two.pk)
    intake.drain(scope.pk)
    assert_same(asked, both, by, BUSY, asked.two)
    assert_same(asked, whole, by, [], asked.two)
    assert read(both, by)["Seat"].everybody.n == 40


def test_a_changed_rule_is_counted_anew_and_the_old_one_leaves_no_cells(scope, asked, by):
    asked.answer(60)
    persona = made(asked, by)
    intake.drain(scope.pk)
    before = Tally.objects.filter(segment__startswith=Combination.KEYS)
    assert before.exists()
    other = ["customer=New", "travel=Personal"]
    services.change_persona(persona, by=by, segments=other)
    intake.drain(scope.pk)
    assert_same(asked, persona, by, other)
    services.archive_persona(persona, by=by)
    intake.drain(scope.pk)
    assert not Combination.objects.exists()
    assert not before.all().exists()
    services.restore_persona(persona, by=by)
    intake.drain(scope.pk)
    assert_same(asked, persona, by, other)


def test_two_personas_of_one_rule_share_its_cells(scope, asked, by):
    asked.answer(30)
    first, second = made(asked, by), made(asked, by)
    intake.drain(scope.pk)
    services.archive_persona(first, by=by)
    intake.drain(scope.pk)
    assert Combination.objects.count() == 1
    assert_same(asked, second, by, BUSY)


def test_combinations_are_no_segments_of_their_own_elsewhere(scope, asked, by):
    asked.answer(40)
    made(asked, by)
    intake.drain(scope.pk)
    day = NOON.date()
    assert all("=" in name for name in by_segment(asked.seat, day, day))


def test_nobody_can_answer_into_a_combination_by_its_key(scope, asked, by):
    asked.plan.segments = {}
    asked.plan.save()
    persona = made(asked, by)
    asked.answer(30)
    key = Combination.objects.get().key
    evil = asked.given(asked.one, segments={}, segment=key)
    submit(head_of(asked.one), evil, via="rest")
    intake.drain(scope.pk)
    assert_same(asked, persona, by, BUSY)


def test_rebuilding_everything_changes_nothing(scope, asked, by):
    asked.answer(60)
    persona = made(asked, by)
    intake.drain(scope.pk)
    intake.rebuild(scope.pk)
    assert intake.check(scope.pk) == []
    assert_same(asked, persona, by, BUSY)


def test_the_gap_to_everybody_is_the_gap_to_the_others_times_their_share(scope, asked, by):
    asked.answer(200)
    persona = made(asked, by)
    intake.drain(scope.pk)
    own, everybody = asked.raw(BUSY)[0], asked.raw([])[0]
    good, good_all = sum(s >= 4 for s in own), sum(s >= 4 for s in everybody)
    n, rest = len(own), len(everybody) - len(own)
    gap = read(persona, by)["Seat"].gap
    assert gap.value == pytest.approx(100 * (good / n - good_all / len(everybody)))
    low, high = confint_proportions_2indep(
        good, n, good_all - good, rest, method="newcomb", compare="diff"
    )
    share = rest / len(everybody)
    assert (gap.low, gap.high) == pytest.approx((100 * share * low, 100 * share * high))
    assert gap.low < gap.value < gap.high


def test_a_card_leads_with_the_score_that_is_surest_apart_from_everybody(scope, asked, by):
    seat, nps = asked.one.questions.order_by("position")
    busy = {"customer": "Loyal", "travel": "Business"}
    said = [
        Given(answers=[(seat.pk, 1 + 4 * own), (nps.pk, 10 * (at % 2))], segments=segments)
        for own, segments in ((True, busy), (False, {}))
        for at in range(40)
    ]
    # One more recommends, so by the number of answers alone that metric would stand first.
    said.append(Given(answers=[(nps.pk, 10)], segments=busy))
    submit_many(head_of(asked.one), list(enumerate(said)), via="rest")
    persona = made(asked, by)
    intake.drain(scope.pk)
    first, second = telling(scores_of([persona], member=by)[persona.pk])
    assert first.difference
    assert second.difference
    assert (first.metric.name, first.difference.is_real) == ("Seat", True)
    assert (second.metric.name, second.difference.is_real) == ("Recommendation", False)


def test_a_persona_of_everybody_differs_in_nothing_and_says_no_interval(scope, asked, by):
    asked.answer(20)
    persona = made(asked, by, [], survey=asked.one.pk)
    intake.drain(scope.pk)
    gap = read(persona, by)["Seat"].gap
    assert (gap.value, gap.low, gap.high) == (0, None, None)


def test_a_rule_that_matches_nobody_has_no_data_rather_than_nought(scope, asked, by):
    asked.answer(20)
    intake.drain(scope.pk)
    persona = made(asked, by, ["travel=Business", "travel=Personal"])
    intake.drain(scope.pk)
    found = read(persona, by)["Seat"]
    assert (found.own, found.gap) == (None, None)
    assert found.everybody.n == 20


@pytest.mark.parametrize("role", ["viewer", "reviewer", "editor", "owner"])
@pytest.mark.parametrize(("n", "anonymous"), [(4, True), (5, True), (4, False)])
def test_few_people_of_an_anonymous_survey_are_hidden(cast, scope, n, anonymous, role):
    asked, member = Asked(), getattr(cast, role)
    asked.one.is_anonymous = anonymous
    asked.one.save()
    few = {"travel": "Business", "customer": "Loyal"}
    for _ in range(n):
        given = asked.given(asked.one, segments=few)
        submit(head_of(asked.one), given, via="rest")
    for _ in range(9):
        given = asked.given(asked.one, segments={"travel": "Personal"})
        submit(head_of(asked.one), given, via="rest")
    persona = made(asked, cast.owner)
    intake.drain(scope.pk)
    found = read(persona, member)["Seat"]
    hidden = anonymous and n < 5 and role in ("viewer", "reviewer")
    assert found.is_hidden == hidden
    assert (found.own is None, found.gap is None) == (hidden, hidden)


def test_scores_of_thirty_personas_cost_as_much_as_those_of_three(scope, asked, by):
    asked.answer(40)
    rules = [["travel=Business"], BUSY, ["customer=New", "travel=Business"]]
    personas = [made(asked, by, rules[i % 3]) for i in range(30)]
    intake.drain(scope.pk)

    def cost(some):
        with CaptureQueriesContext(connection) as queries:
            assert all(scores_of(some, member=by).values())
        return len(queries)

    assert cost(personas[:3]) == cost(personas)

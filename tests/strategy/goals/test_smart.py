"""The SMART check says in one sentence what is met and what to do."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils import translation

from strategy.goals.smart import BENEFITS, SmartInput, smart_checks

NBSP = "\N{NO-BREAK SPACE}"
BEARABLE = SmartInput(
    statement="Passengers find it easy to get where they were going after we cancel.",
    owner="Amara Singh",
    metric="Effort score",
    metric_kind="ces",
    unit="%",
    baseline=43.3,
    baseline_n=2711,
    baseline_margin=1.9,
    target=60,
    least=0,
    greatest=100,
    answers_per_month=300,
    detectable=6.2,
    achievable="The app lets them rebook.",
    best_gain=8,
    parent="Be the airline people recommend",
    start=date(2026, 11, 1),
    due=date(2027, 3, 31),
    plan_ends=date(2027, 3, 31),
)


def check(goal: SmartInput, slug: str) -> tuple[str, str]:
    found = {check.slug: check for check in smart_checks(goal)}[slug]
    return found.verdict, found.sentence.replace(NBSP, " ")


def test_five_letters_in_order_all_met() -> None:
    found = smart_checks(BEARABLE)
    assert "".join(check.letter for check in found) == "SMART"
    assert {check.verdict for check in found} == {"met"}


def test_nothing_written_yet_meets_nothing() -> None:
    assert {check.verdict for check in smart_checks(SmartInput())} == {"not_met"}
    assert all(check.sentence.endswith(".") for check in smart_checks(SmartInput()))


@pytest.mark.parametrize(
    ("statement", "owner", "verdict"),
    [("", "Amara Singh", "not_met"), ("   ", "Amara Singh", "not_met"),
     ("Raise NPS", "Amara Singh", "partly"), (BEARABLE.statement, "", "partly"),
     (BEARABLE.statement, "Amara Singh", "met")],
)  # fmt: skip
def test_specific_is_a_sentence_and_an_owner(statement: str, owner: str, verdict: str) -> None:
    goal = replace(BEARABLE, statement=statement, owner=owner)
    assert check(goal, "specific")[0] == verdict


def test_measurable_names_the_metric_with_margin_and_n() -> None:
    assert check(BEARABLE, "measurable") == (
        "met", "Effort score, now 43.3 % ±1.9 points (n = 2,711).",
    )  # fmt: skip


def test_measurable_wants_metric_target_and_baseline() -> None:
    assert check(replace(BEARABLE, metric=""), "measurable")[0] == "not_met"
    assert check(replace(BEARABLE, target=None), "measurable")[0] == "not_met"
    assert check(replace(BEARABLE, baseline=None), "measurable") == (
        "partly",
        "Effort score has no answers yet. Take the baseline first.",
    )
    assert check(replace(BEARABLE, target=43.3), "measurable")[0] == "not_met"


def test_change_lost_in_noise_is_said_so() -> None:
    goal = replace(BEARABLE, target=47)
    assert check(goal, "measurable") == (
        "partly",
        (
            "With about 300 answers a month a change under ±6.2 points cannot be told from noise. "
            "Aim further, or ask more people."
        ),
    )
    assert "month" not in check(replace(goal, answers_per_month=None), "measurable")[1]


def test_goal_faster_than_the_past_asks_why() -> None:
    goal = replace(BEARABLE, baseline=41, achievable="")
    assert check(goal, "achievable") == (
        "partly",
        (
            "+19 points in 5 months; your fastest gain so far was +8 points. "
            "Say why this time differs."
        ),
    )
    assert check(replace(goal, achievable="The app."), "achievable")[0] == "met"
    assert check(replace(goal, target=49), "achievable")[0] == "met"


def test_falling_goal_compares_falls() -> None:
    goal = replace(
        BEARABLE, metric_kind="duration", unit="", baseline=15_000, target=2_700, achievable="",
        best_gain=1_800, greatest=None,
    )  # fmt: skip
    assert check(goal, "achievable") == (
        "partly",
        (
            "\N{MINUS SIGN}3 h 25 min in 5 months; your fastest gain so far was "
            "\N{MINUS SIGN}30 min. "
            "Say why this time differs."
        ),
    )
    assert check(replace(goal, best_gain=13_000), "achievable")[0] == "met"


def test_nothing_to_compare_with_asks_for_the_reason() -> None:
    assert check(replace(BEARABLE, best_gain=None), "achievable")[0] == "met"
    assert check(replace(BEARABLE, best_gain=None, achievable=""), "achievable")[0] == "partly"
    never = replace(BEARABLE, best_gain=0, achievable="")
    assert "has not moved that way yet" in check(never, "achievable")[1]


@pytest.mark.parametrize(("target", "end"), [(101, "100 %"), (-1, "0 %")])
def test_target_beyond_the_scale_cannot_be_read(target: float, end: str) -> None:
    assert check(replace(BEARABLE, target=target), "achievable") == (
        "not_met",
        f"Effort score ends at {end}. Choose a target it can read.",
    )


def test_relevant_serves_a_parent_or_a_benefit() -> None:
    assert check(BEARABLE, "relevant") == ("met", "Serves “Be the airline people recommend”.")
    top = replace(BEARABLE, parent="", benefit="churn")
    assert check(top, "relevant") == ("met", "Helps to reduce churn.")
    assert check(replace(top, benefit="fame"), "relevant")[0] == "not_met"
    assert check(replace(top, benefit="", relevant="Winter comes."), "relevant")[0] == "partly"
    assert len(BENEFITS) == 11


def test_due_after_the_plan_says_both_ways_out() -> None:
    goal = replace(BEARABLE, due=date(2027, 4, 30))
    assert check(goal, "time_bound") == (
        "not_met",
        "The plan ends on 31 March 2027. Bring the date forward, or extend the plan.",
    )


def test_be_there_a_window_before_the_due_day() -> None:
    goal = replace(BEARABLE, target=40, unit="", due=date(2026, 12, 31), start=date(2026, 10, 1))
    assert check(goal, "time_bound") == (
        "met",
        "To read 40 on 31 December over 28 days, be there by 3 December.",
    )
    over_new_year = replace(goal, due=date(2027, 1, 10))
    assert (
        "10 January 2027 over 28 days, be there by 13 December 2026"
        in (check(over_new_year, "time_bound")[1])
    )


def test_goal_shorter_than_three_windows_is_refused() -> None:
    goal = replace(BEARABLE, due=date(2027, 1, 23))
    assert check(goal, "time_bound") == (
        "not_met",
        (
            "Read over 28 days, a goal needs at least 84 days; this one has 83 days. "
            "Give it longer, or read it over fewer days."
        ),
    )
    assert check(replace(goal, due=date(2027, 1, 24)), "time_bound")[0] == "met"
    assert check(replace(goal, reads_window=False), "time_bound")[0] == "met"


@pytest.mark.parametrize("due", [None, date(2026, 11, 1), date(2026, 10, 1)])
def test_due_day_comes_after_the_start(due: date | None) -> None:
    assert check(replace(BEARABLE, due=due), "time_bound")[0] == "not_met"


KEEP = replace(BEARABLE, kind="maintain", target=None, floor=40, ceiling=None, achievable="")


def test_goal_to_keep_wants_limits_instead_of_a_target() -> None:
    assert {check.verdict for check in smart_checks(KEEP)} == {"met"}
    assert check(KEEP, "measurable")[1].endswith("(n = 2,711), to be kept at 40 % or above.")
    both = replace(KEEP, ceiling=60.5)
    assert check(both, "measurable")[1].endswith("to be kept from 40 % to 60.5 %.")
    below = replace(KEEP, floor=None, ceiling=60)
    assert check(below, "measurable")[1].endswith("to be kept at 60 % or below.")
    assert check(replace(KEEP, floor=None), "measurable")[0] == "not_met"
    assert check(replace(both, floor=70), "measurable")[0] == "not_met"


def test_goal_to_keep_starts_inside_its_limits() -> None:
    outside = replace(KEEP, floor=50)
    assert check(outside, "achievable")[0] == "partly"
    assert check(replace(outside, achievable="It was a strike."), "achievable")[0] == "met"
    assert check(replace(KEEP, baseline=None), "achievable")[0] == "not_met"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(45, "45 s"), (90, "1.5 min"), (3_600, "1 h"), (15_000, "4 h 10 min"), (129_600, "1.5 d")],
)
def test_durations_read_as_people_say_them(seconds: float, said: str) -> None:
    goal = replace(BEARABLE, metric_kind="duration", unit="", baseline=seconds, baseline_n=None)
    goal = replace(goal, baseline_margin=None, target=1, detectable=None)
    assert check(goal, "measurable")[1] == f"Effort score, now {said}."


def test_sentences_follow_the_readers_language() -> None:
    with translation.override("lt"):
        assert "31 kovo 2027" in check(replace(BEARABLE, due=date(2027, 5, 1)), "time_bound")[1]

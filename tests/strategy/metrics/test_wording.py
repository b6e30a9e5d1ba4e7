"""Metrics in words: the unit people read, what counts, what a cut changed."""

from decimal import Decimal

import pytest

from strategy.metrics.estimates import Definition, Estimate
from strategy.metrics.models import Metric, MetricVersion, Observation
from strategy.metrics.wording import (
    counts,
    cut_words,
    figure_words,
    interval_words,
    number,
    top_words,
    unit_of,
)


@pytest.mark.parametrize(
    ("seconds", "word", "shown"),
    [
        (90, "s", 90),
        (600, "min", 10),
        (7_199, "min", 119.98),
        (7_200, "h", 2),
        (172_800, "days", 2),
    ],
)
def test_durations_are_read_in_the_unit_of_their_size(seconds, word, shown):
    unit = unit_of(Metric(kind="duration", method="mean"), seconds)
    assert unit.word == word
    assert unit.scaled(seconds) == pytest.approx(shown, abs=0.01)


def test_a_value_counts_itself_and_a_share_does_not():
    exact = Estimate(12.0, 1, 12.0, 12.0, 0.0)
    value = unit_of(Metric(kind="value", combine="last", unit="€")).show(exact)
    assert (value.n, value.text) == (None, "12\xa0€")
    assert unit_of(Metric(kind="ratio", method="mean")).show(exact).n == 1


def test_a_whole_number_keeps_no_decimals_however_it_was_reckoned():
    assert number(55.00000000000001) == "55"
    assert number(1234.56) == "1,234.6"


@pytest.mark.parametrize(
    ("definition", "says"),
    [
        (Definition("csat", 1, 5, "top_box"), "4 or 5"),
        (Definition("csat", 1, 3, "top_box"), "3"),
        (Definition("ces", 1, 7, "top_box"), "5 to 7"),
        (Definition("csat", 1, 5, "top_box", higher_is_better=False), "1 or 2"),
    ],
)
def test_the_top_box_is_named_by_its_scores(definition, says):
    assert top_words(definition) == says


def test_net_scores_say_both_ends():
    assert counts(Definition("nps", 0, 10, "net")) == "% of 9 and 10, minus % of 0 to 6"
    low_is_good = Definition("csat", 1, 5, "net", higher_is_better=False)
    assert counts(low_is_good) == "% of 1 or 2, minus % of 4 and higher"


def test_an_interval_is_named_by_its_method():
    assert interval_words(Definition("ratio", method="mean")) == "Wilson, 95 %"
    assert interval_words(Definition("duration", method="p90")).startswith("from the ranks")
    assert interval_words(Definition("value", combine="last")).startswith("none")


def test_a_cut_says_what_changed():
    metric = Metric(kind="csat")
    old = MetricVersion(scale_min=1, scale_max=3, method="top_box")
    wide = MetricVersion(scale_min=1, scale_max=5, method="top_box")
    mean = MetricVersion(scale_min=1, scale_max=5, method="mean")
    strict = MetricVersion(scale_min=1, scale_max=5, method="top_box", top_box_from=5)
    assert cut_words(metric, old, wide) == "scale changed from 1–3 to 1–5"
    assert cut_words(metric, wide, mean) == "now read as: mean"
    assert cut_words(metric, wide, strict) == "now counts 5"


@pytest.mark.parametrize(
    ("kind", "row", "says"),
    [
        ("duration", {"milliseconds": 3_900_500}, "1\xa0h 5\xa0min 0.5\xa0s"),
        ("duration", {"milliseconds": 0}, "0\xa0s"),
        ("ratio", {"numerator": Decimal("12.0000"), "denominator": 480}, "12 of 480"),
        ("value", {"value": Decimal("3.5000")}, "3.5"),
    ],
)
def test_an_observation_reads_as_it_was_typed(kind, row, says):
    assert figure_words(Metric(kind=kind), Observation(**row)) == says

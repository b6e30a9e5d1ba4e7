"""What a bench makes of its rounds: ratios of neighbours, their median, and a verdict."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What one side did in one round. `p50` and `p99` are milliseconds a call.

    `cpu` are the seconds of CPU the web server used: they hardly move when the machine is shared.
    """

    calls: int
    seconds: float
    p50: float
    p99: float
    refused: int = 0
    lost: int = 0
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        return self.calls / self.seconds


@dataclass(frozen=True)
class Round:
    """The floor and, right after it, the product."""

    floor: Load
    product: Load

    @property
    def speed(self) -> float:
        """Return how many times as many calls a second the product took."""
        return self.product.per_second / self.floor.per_second

    @property
    def slowness(self) -> float:
        """Return how many times as long the product's slowest hundredth took."""
        return self.product.p99 / self.floor.p99


@dataclass(frozen=True)
class Aim:
    """The least ratio of speeds, and the largest ratio of p99 where one is set."""

    speed: float
    slowness: float | None = None


@dataclass(frozen=True)
class Report:
    """A bench's table and whether its aim is reached."""

    lines: list[str]
    reached: bool


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0 to 1) of all values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(values: Sequence[float], form: str = "{:.2f}") -> str:
    """Write least, median and largest."""
    parts = (min(values), statistics.median(values), max(values))
    return " / ".join(form.format(part) for part in parts)


def compared(
    rounds: Sequence[Round], aim: Aim, *, names: tuple[str, str], answers_a_call: int = 1
) -> Report:
    """Judge the medians of the per-round ratios, never two averages of different minutes."""
    speeds = [one.speed for one in rounds]
    slownesses = [one.slowness for one in rounds]
    floors, products = [one.floor for one in rounds], [one.product for one in rounds]
    lines = [
        f"{'':10} {'answers/s min / median / max':30} {'p50 ms':>8} {'p99 ms':>8} {'CPU ms':>8}"
    ]
    for name, loads in zip(names, (floors, products), strict=True):
        speed = spread([load.per_second * answers_a_call for load in loads], "{:,.0f}")
        p50 = statistics.median(load.p50 for load in loads)
        p99 = statistics.median(load.p99 for load in loads)
        cpu = 1000 * sum(load.cpu for load in loads) / sum(load.calls for load in loads)
        lines.append(f"{name:10} {speed:30} {p50:8.1f} {p99:8.1f} {cpu:8.2f}")
    lines += [f"ratio      {spread(speeds):30} p99 ratio {spread(slownesses)}"]
    fast = statistics.median(speeds) >= aim.speed
    even = aim.slowness is None or statistics.median(slownesses) <= aim.slowness
    told = f"at least {aim.speed:g}x"
    if aim.slowness is not None:
        told += f", p99 at most {aim.slowness:g}x"
    lines.append(verdict(told, reached=fast and even))
    return Report(lines, fast and even)


def verdict(aim: str, *, reached: bool) -> str:
    return f"aim        {aim}: {'reached' if reached else 'MISSED'}"

"""Runs benches: python -m tests.bench [NAME …] [--rounds 5] [--seconds 3]; without a name lists."""

import argparse
import os
import sys
from collections.abc import Callable

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
django.setup()

from tests.bench import against_floor, journeys, pages, past, upkeep, wrk  # noqa: E402  # after Django is set up
from tests.bench.figures import Report  # noqa: E402  # after Django is set up

BENCHES: dict[str, Callable[[int, int], Report]] = {
    "form": against_floor.form,
    "rest": against_floor.rest,
    "bulk": against_floor.bulk,
    "upkeep": upkeep.upkeep,
    "hot": upkeep.hot,
    "latency": upkeep.latency,
    "burst": upkeep.burst,
    "import": past.past,
    "journey-map": journeys.journey_map,
    "audit-page": pages.audit_page,
}


def said(bench: Callable[[int, int], Report]) -> str:
    return (bench.__doc__ or "").partition("\n")[0]


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


parser = argparse.ArgumentParser(prog="python -m tests.bench")
parser.add_argument("names", nargs="*", choices=[*BENCHES, "all", []], metavar="NAME")
parser.add_argument("--rounds", type=int, default=5, help="floor and product in turn (5)")
parser.add_argument("--seconds", type=int, default=3, help="of each side in each round (3)")
given = parser.parse_args()
if not given.names:
    for name, bench in BENCHES.items():
        print(f"{name:11} {said(bench)}")
    print("all         All of them.")
    sys.exit()
if not wrk.is_here():
    sys.exit(wrk.ABSENT)
missed = 0
for name in BENCHES if "all" in given.names else given.names:
    before = load()
    report = BENCHES[name](given.rounds, given.seconds)
    print(f"\n{name}: {said(BENCHES[name])}")
    print(f"{given.rounds} rounds of {given.seconds} s; load of the machine {before} to {load()}")
    print("\n".join(report.lines), flush=True)
    missed += not report.reached
sys.exit(1 if missed else 0)

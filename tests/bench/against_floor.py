"""How the ways an answer enters compare with what plain Django does for the same."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from tests.bench import cast, stage
from tests.bench.cast import Cast
from tests.bench.figures import Aim, Load, Report, Round, compared
from tests.bench.wrk import Call, Failed, drive

MANY = 500  # answers a bulk call
FEW = 4  # connections of a bulk client
WARM_SECONDS = 1
SETTLING_SECONDS = 0.2


@dataclass(frozen=True)
class Side:
    """One web server, what it is asked, and the table in which its answers must be found."""

    server: stage.Server
    calls: Sequence[Call]
    kept: Callable[[], int]
    connections: int = 16
    answers_a_call: int = 1

    def drive(self, seconds: int) -> Load:
        """Load this side and see that every answer it thanked for is there. Raises Failed."""
        before, used = self.kept(), self.server.cpu()
        load = drive(self.server.port, self.calls, seconds=seconds, connections=self.connections)
        kept, sent = self._settled() - before, load.calls * self.answers_a_call
        load = replace(load, cpu=self.server.cpu() - used)
        under_way = self.connections * self.answers_a_call  # cut off by the end of the round
        if not sent <= kept <= sent + under_way:
            raise Failed(f"{sent} answers were acknowledged and {kept} are kept")
        return load

    def _settled(self) -> int:
        """Count what is kept once the calls that were cut off are done, too."""
        kept = -1
        while kept != (now := self.kept()):
            kept = now
            time.sleep(SETTLING_SECONDS)
        return kept


def product_rows() -> int:
    return stage.rows_of("surveys_response")


def floor_rows() -> int:
    return stage.rows_of("floor_answer", "FLOOR_DATABASE_URL")


def in_turn(floor: Side, product: Side, *, rounds: int, seconds: int) -> list[Round]:
    """Load floor and product in turn, after a short warming of both."""
    for side in (floor, product):
        side.drive(WARM_SECONDS)
    return [Round(floor.drive(seconds), product.drive(seconds)) for _ in range(rounds)]


def form(rounds: int, seconds: int) -> Report:
    """Post the public page, against a form view behind the usual middleware."""
    return _against_floor(
        rounds,
        seconds,
        Aim(0.75, slowness=2),
        asked=lambda mine: mine.pages(mine.ask()),
        floor_asked=lambda _token: cast.floor_pages(),
        middleware=True,
    )


def rest(rounds: int, seconds: int) -> Report:
    """Post one answer with a token, against ModelSerializer with TokenAuthentication."""
    return _against_floor(
        rounds,
        seconds,
        Aim(1.5),
        asked=lambda mine: mine.singles(mine.ask()),
        floor_asked=cast.floor_singles,
    )


def bulk(rounds: int, seconds: int) -> Report:
    """Post 500 answers a call, against many=True with bulk_create."""
    return _against_floor(
        rounds,
        seconds,
        Aim(2.5),
        asked=lambda mine: mine.many(mine.ask(), MANY),
        floor_asked=lambda token: cast.floor_many(token, MANY),
        connections=FEW,
        answers_a_call=MANY,
    )


def _against_floor(
    rounds: int,
    seconds: int,
    aim: Aim,
    *,
    asked: Callable[[Cast], list[Call]],
    floor_asked: Callable[[str], list[Call]],
    middleware: bool = False,
    connections: int = 16,
    answers_a_call: int = 1,
) -> Report:
    with ExitStack() as after:
        after.enter_context(stage.databases())
        floor_calls, calls = floor_asked(stage.floor_token()), asked(cast.new_cast())
        bare = after.enter_context(stage.floor(middleware=middleware))
        served = after.enter_context(stage.product())
        floor = Side(bare, floor_calls, floor_rows, connections, answers_a_call)
        product = Side(served, calls, product_rows, connections, answers_a_call)
        done = in_turn(floor, product, rounds=rounds, seconds=seconds)
    return compared(done, aim, names=("floor", "product"), answers_a_call=answers_a_call)

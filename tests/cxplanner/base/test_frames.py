"""All calls of a request share one piece of memory."""

import resource

from django.http import HttpRequest, HttpResponse

from cxplanner.base.frames import in_one_piece

CALLS = 200


def pages_asked_for(depth: int) -> int:
    """Call so deep a function again and again; return how often memory came from the system."""
    if depth:
        return pages_asked_for(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        called()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def called() -> None:
    """Need together with what it calls more room than one more of the calls above."""
    called_by_it()


def called_by_it() -> None:
    pass


def most_asked_for(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(max(pages_asked_for(depth) for depth in range(250))))


def test_no_call_of_a_request_has_to_wait_for_memory_however_deep_it_is():
    assert int(most_asked_for(HttpRequest()).content) >= CALLS
    assert int(in_one_piece(most_asked_for)(HttpRequest()).content) < CALLS / 10

"""One piece of memory for all the calls of a request.

CPython keeps the frames of calls in pieces of 16 KB. A call that does not fit gets a new piece from
the system, which goes back as soon as that call returns. A page needs some 20 KB, so that one of
its calls stands where a piece ends: in the loop of a template it may cost half of the page's time.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]
_WORDS = 8 * 1024  # of 8 bytes


def in_one_piece(get_response: Answer) -> Answer:
    """Answer from a frame too large for a piece of 16 KB.

    It gets one of 128 KB, half of which is left for all that it calls.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    # The frame asks for room and leaves it untouched: no memory is used for it.
    answer.__code__ = answer.__code__.replace(co_stacksize=_WORDS)
    return answer

"""Large files pass through in pieces or are refused with the reason, and then leave nothing."""

import io
import tracemalloc

import pytest
from django.test import Client
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from surveys.imports.models import AnswerImport, ImportPiece
from tests import factories

MB = 1024**2
LINE = b"12345,2025-03-01 10:00,9,It was quiet and on time; the crew knew our names.\n"
MOST_HELD = 40 * MB  # of Python's memory at any moment
BOUNDARY = "-----part"

pytestmark = pytest.mark.django_db


class Sent(io.RawIOBase):
    """A body made while it is read: a table of so many bytes between a start and an end."""

    def __init__(self, size: int, start: bytes = b"", end: bytes = b"") -> None:
        head = b"id,answered,score,why\n"
        self._start = start + head
        self._middle = size - len(head)
        self._end = end
        self._block = LINE * 2_000
        self.size = len(start) + size + len(end)
        self.left = self.size

    def read(self, most: int = -1) -> bytes:
        place = self.size - self.left
        if place < len(self._start):
            found = self._start[place:]
        elif (done := place - len(self._start)) < self._middle:
            offset = done % len(self._block)
            found = self._block[offset : offset + self._middle - done]
        else:
            found = self._end[done - self._middle :]
        found = found[:most] if most >= 0 else found
        self.left -= len(found)
        return found


@pytest.fixture
def survey(workspace):
    with workspace_scope(workspace.pk):
        return factories.survey()


@pytest.fixture
def no_files_left(tmp_path, settings):
    """Let what arrives lie in a folder of this test; nothing may be left in it."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


def by_page(cast, survey, size):
    start = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="survey"\r\n\r\n{survey.pk}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="past.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    url = reverse("imports", args=[survey.workspace.slug, survey.plan_id])
    body = Sent(size, start.encode(), f"\r\n--{BOUNDARY}--\r\n".encode())
    return sent(cast.client("editor"), url, body, f"multipart/form-data; boundary={BOUNDARY}")


def by_form_over_rest(cast, survey, size):
    start = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="past.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    )
    body = Sent(size, start.encode(), f"\r\n--{BOUNDARY}--\r\n".encode())
    return over_rest(cast, survey, body, f"multipart/form-data; boundary={BOUNDARY}")


def as_it_is_over_rest(cast, survey, size):
    return over_rest(cast, survey, Sent(size), "text/csv")


def over_rest(cast, survey, body, kind):
    token = f"Bearer {factories.token(cast.editor)}"
    return sent(Client(), f"/api/v1/surveys/{survey.pk}/imports/", body, kind, token)


def sent(client, url, body, kind, token=""):
    reply = client.request(
        **{
            "REQUEST_METHOD": "POST",
            "PATH_INFO": url,
            "CONTENT_TYPE": kind,
            "CONTENT_LENGTH": str(body.size),
            "wsgi.input": body,
            **({"HTTP_AUTHORIZATION": token} if token else {}),
        }
    )
    assert body.left == 0  # a sender who is cut off never sees the reply
    return reply


WAYS = [by_page, by_form_over_rest, as_it_is_over_rest]


def kept(survey):
    with workspace_scope(survey.workspace_id):
        sizes = list(AnswerImport.objects.values_list("size", flat=True))
        return sizes, ImportPiece.objects.count()


@pytest.mark.usefixtures("no_files_left")
@pytest.mark.parametrize("way", [by_page, as_it_is_over_rest])
def test_two_hundred_megabytes_are_taken_and_never_held_in_memory(cast, survey, way):
    tracemalloc.start()
    try:
        reply = way(cast, survey, 200 * MB)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reply.status_code in (202, 302)
    assert kept(survey) == ([200 * MB], 200)
    assert most < MOST_HELD


@pytest.mark.usefixtures("no_files_left")
@pytest.mark.parametrize("over", [1, 3 * MB])
@pytest.mark.parametrize("way", WAYS)
def test_what_is_too_large_is_refused_with_the_reason(cast, survey, way, over, settings):
    settings.IMPORT_MOST_BYTES = 5 * MB
    reply = way(cast, survey, 5 * MB + over)
    said = "The file is larger than 5 MB. Pack it with gzip, or cut it in two."
    if way is by_page:
        page = reply.content.decode()
        assert (reply.status_code, page.count(said)) == (422, 1)
        assert "Choose a file first." not in page
    else:
        assert (reply.status_code, reply.json()["detail"]) == (413, said)
    assert kept(survey) == ([], 0)


@pytest.mark.parametrize("way", WAYS)
def test_the_largest_file_allowed_is_taken(cast, survey, way, settings):
    settings.IMPORT_MOST_BYTES = 2 * MB
    assert way(cast, survey, 2 * MB).status_code in (202, 302)
    assert kept(survey) == ([2 * MB], 2)


def test_the_page_says_how_large_a_file_may_be_before_one_is_chosen(cast, survey, settings):
    settings.IMPORT_MOST_BYTES = 7 * MB
    url = reverse("imports", args=[survey.workspace.slug, survey.plan_id])
    assert "CSV or XLSX of up to 7 MB" in cast.client("editor").get(url).content.decode()


def test_very_long_rows_do_not_fill_memory(cast, survey):
    row = b",".join([b"x" * 100_000] * 4) + b"\n"
    body = io.BytesIO(b"a,b,c,d\n" + row * 200)
    body.size, body.left = len(body.getvalue()), 0  # type: ignore[attr-defined]  # as Sent has them
    tracemalloc.start()
    try:
        reply = over_rest(cast, survey, body, "text/csv")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert reply.status_code == 202
    assert most < MOST_HELD

"""Of a file with hundreds of columns some are shown at a time; what was said of others stays."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from surveys.imports.models import AnswerImport
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = ";".join(["when", *(f"Item {n}" for n in range(1, 300))])
ROWS = "".join(f"1{n}.03.2025{';4' * 299}\n" for n in range(1, 9))


@pytest.fixture
def client(cast):
    return cast.client("editor")


@pytest.fixture
def url(client, workspace):
    """The page of a file of 300 columns."""
    with workspace_scope(workspace.pk):
        plan = factories.plan()
    file = SimpleUploadedFile("wide.csv", f"{HEAD}\n{ROWS}".encode())
    reply = client.post(reverse("imports", args=[workspace.slug, plan.pk]), {"file": file})
    return reply.url


def columns(page):
    return re.findall(r'name="to-(\w+)"', page.content.decode())


def kept(workspace):
    with workspace_scope(workspace.pk):
        return AnswerImport.objects.get().mapping["columns"]


def form_of(page):
    """Return what a browser would send of the form of columns, but for its button."""
    text = page.content.decode()
    form = text[text.index('id="columns"') : text.rindex("</form>", 0, text.index("Drop this"))]
    sent = dict(
        re.findall(r'<input(?![^>]*checkbox)[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form)
    )
    for name, options in re.findall(
        r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    return sent | dict.fromkeys(re.findall(r'<textarea[^>]* name="([^"]+)"', form), "")


def test_forty_columns_are_shown_and_the_next_a_step_away(client, url):
    first = client.get(url)
    assert len(columns(first)) == 40
    assert "Columns used: 1 of 300." in re.sub(r"\s+", " ", first.content.decode())
    last = client.get(url, {"columns": 8})
    assert (len(columns(last)), columns(last)[-1]) == (20, "KN")


def test_what_is_said_on_one_page_stays_while_another_is_said(client, url, workspace):
    made = form_of(client.get(url)) | {"act": "make", "make": "new:csat", "pick": ["B", "C"]}
    reply = client.post(url, made)
    assert reply.url.endswith("?columns=1#columns-head")
    second = form_of(client.get(url, {"columns": 2}))
    assert second["columns"] == "2"
    reply = client.post(url, second | {"to-AP": "segment", "columns": "3"})  # a button: turn on
    assert "columns=3" in reply.url
    found = {letter: column["to"] for letter, column in kept(workspace).items()}
    assert found == {"A": "time", "B": "new", "C": "new", "AP": "segment"}
    client.post(url, form_of(client.get(url, {"columns": 3})) | {"to-A": "skip", "columns": "3"})
    assert "A" not in kept(workspace)


def test_columns_are_found_by_name_and_by_use(client, url):
    named = columns(client.get(url, {"find": "item 29"}))  # and 290 to 299
    assert (named[0], named[-1], len(named)) == ("AD", "KN", 11)
    assert columns(client.get(url, {"find": "kn"})) == ["KN"]
    assert columns(client.get(url, {"only": "used"})) == ["A"]
    none = client.get(url, {"find": "no such"})
    assert columns(none) == []
    assert "No column is called so." in none.content.decode()


def test_a_fault_in_the_mapping_comes_back_with_the_columns_that_were_looked_at(client, url):
    second = form_of(client.get(url, {"columns": 2}))
    reply = client.post(url, second | {"act": "check", "no_answer": "kept words"})
    assert reply.status_code == 422
    assert columns(reply) == columns(client.get(url, {"columns": 2}))
    assert "kept words" in reply.content.decode()


def test_a_narrow_file_needs_no_turning(client, workspace):
    with workspace_scope(workspace.pk):
        plan = factories.plan()
    file = SimpleUploadedFile("past.csv", b"when;Food\n13.03.2025;5\n")
    reply = client.post(reverse("imports", args=[workspace.slug, plan.pk]), {"file": file})
    assert "Find a column" not in client.get(reply.url).content.decode()

"""The Persian catalogue is whole, compiled and really shown."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from cxplanner.base.tenancy import workspace_scope
from surveys.design.services import create_survey
from tests import factories

FOLDER = Path(settings.LOCALE_PATHS[0]) / "fa" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%d|\{\w*\}|<[^>]+>")
PERSIAN = re.compile(r"[\u0600-\u06ff]")
# Placeholders that hold what people wrote, in whatever script they wrote it.
WRITTEN = (
    r"%\((?:name|who|goal|metric|step|[cC]ustomers|tactic|place|workspace|journey|address|statement"
    r"|persona|text|entry|card|what|lane|thing|parent|owner|question|title|typed|meant|names|before"
    r"|after|key|stages?|survey|users|token|touchpoint|email|mine|label|query|worst|offered|plan"
    r"|segment|column|helps|harms)\)s"
)
BARE = re.compile(rf"(?<!\u2068){WRITTEN}|{WRITTEN}(?!\u2069)")


def entries() -> list[dict[str, str]]:
    """Return each entry of the .po by its keywords: msgid, msgid_plural, msgstr, msgstr[0], …"""
    found = []
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n"):
        texts: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            named, quoted = line.split('"', 1)
            keyword = named.strip() or keyword
            texts[keyword] = texts.get(keyword, "") + ast.literal_eval(f'"{quoted}')
        if texts.get("msgid"):
            found.append(texts)
    return found


def test_every_sentence_keeps_the_placeholders_of_its_english():
    for entry in entries():
        if "msgid_plural" in entry:
            wanted = set(PLACEHOLDER.findall(entry["msgid_plural"]))
            assert set(PLACEHOLDER.findall(entry["msgstr[1]"])) == wanted, entry
            assert set(PLACEHOLDER.findall(entry["msgstr[0]"])) <= wanted, entry
        else:
            wanted_all = sorted(PLACEHOLDER.findall(entry["msgid"]))
            assert sorted(PLACEHOLDER.findall(entry["msgstr"])) == wanted_all, entry


def test_what_people_wrote_stands_isolated_in_a_sentence_of_the_other_direction():
    """U+2068 before and U+2069 after: else “26 of 38” changes places with the words around it."""
    for entry in entries():
        for keyword, said in entry.items():
            assert not (keyword.startswith("msgstr") and BARE.search(said)), entry


def test_nearly_everything_is_translated():
    texts = [entry.get("msgstr", entry.get("msgstr[0]")) for entry in entries()]
    assert len(texts) > 1_000
    assert sum(map(bool, texts)) / len(texts) > 0.95


def test_the_compiled_catalogue_says_what_its_source_says():
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in entries():
        one, many = entry["msgid"], entry.get("msgid_plural")
        if many is None and "msgctxt" in entry:
            assert compiled.pgettext(entry["msgctxt"], one) == (entry["msgstr"] or one)
        elif many is None:
            assert compiled.gettext(one) == (entry["msgstr"] or one)
        else:
            said = [compiled.ngettext(one, many, n) for n in (1, 2)]
            assert said == [entry["msgstr[0]"] or one, entry["msgstr[1]"] or many]


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES if code != "en"])
def test_a_language_is_offered_only_with_a_catalogue_of_our_own(language):
    assert (Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.mo").exists()


def test_a_persian_survey_speaks_persian(client, workspace):
    with workspace_scope(workspace.pk):
        questions = [{"kind": "open", "text": "…"}]
        survey = create_survey(
            factories.plan(),
            name="…",
            by=None,
            status="open",
            language="fa",
            questions=questions,
        )
    page = client.get(f"/s/{survey.token}/").content.decode()
    assert "پاسخم را بفرست" in page
    assert "Send my answer" not in page


def test_a_person_who_reads_persian_gets_a_persian_dashboard(cast, workspace):
    with workspace_scope(workspace.pk):
        plan = factories.plan()
    user = cast.viewer.user
    user.language = "fa"
    user.save()
    address = reverse("dashboard", args=[workspace.slug, plan.pk])
    html = cast.client("viewer").get(address).content.decode()
    assert 'dir="rtl"' in html
    assert "داشبورد" in html
    assert "هنوز هدفی تعیین نشده است" in html
    assert len(PERSIAN.findall(html)) > 200

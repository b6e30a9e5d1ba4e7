"""A journey map away from the product: as SVG, PNG and PDF, whole, readable and harmless."""

import re
import struct
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cxplanner.accounts.roles import Scope
from cxplanner.base.tenancy import workspace_scope
from strategy.journeys.lanes import KINDS
from strategy.journeys.models import JourneyCard
from strategy.journeys.services import plan_future
from strategy.maps import printing
from strategy.metrics.pending import Add
from tests import factories
from tests.airline import take_in
from tests.api import Api

SVG = "{http://www.w3.org/2000/svg}"
HTML = "<script>alert(1)</script><b onclick=x>&amp;</b>"
FORMS = ("svg", "png", "pdf")


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


@pytest.fixture
def journey(plan):
    row = factories.journey(plan=plan, name="Home on Fridays", summary="From wish to tale.")
    for place, (name, emotion) in enumerate([("Books", 1), ("Waits", -2), ("Flies", None)]):
        factories.journeystep(
            journey=row, name=name, stage=plan.stages[place], position=place, emotion=emotion
        )
    return row


@pytest.fixture
def browser(cast):
    return cast.client("viewer")


def at(row, form="svg", **query):
    url = reverse(f"journey-map-{form}", args=[row.workspace.slug, row.pk])
    return url + ("?" + "&".join(f"{name}={value}" for name, value in query.items()))


def svg(browser, row, **query):
    """Return the SVG of a map, taken apart."""
    response = browser.get(at(row, **query))
    assert response.status_code == 200
    return ElementTree.fromstring(response.content)


def said(root):
    """Return each text of a drawing, its lines joined, without spaces and signs of direction."""
    texts = (
        "".join(line.text or "" for line in text.iter(f"{SVG}tspan"))
        for text in root.iter(f"{SVG}text")
    )
    return ["".join(re.sub("[\u2066-\u2069\\s]", "", text)) for text in texts]


def large(plan):
    """Draw 15 steps in 10 lanes with 300 cards."""
    row = factories.journey(plan=plan, name="A long way")
    lanes = [key for key, kind in KINDS.items() if kind.holds_cards][:8]
    steps = [
        factories.journeystep(
            journey=row,
            name=f"Step {place} of a journey",
            stage=plan.stages[place * len(plan.stages) // 15],
            position=place,
            emotion=(place * 7) % 5 - 2,
        )
        for place in range(15)
    ]
    JourneyCard.objects.bulk_create(
        JourneyCard(
            workspace=row.workspace,
            step=steps[number % 15],
            lane=lanes[number // 15 % len(lanes)],
            text=f"Card {number}: what a customer would say about it in a sentence",
            position=number,
        )
        for number in range(300)
    )
    return row


def test_every_card_of_a_large_map_stands_once_with_all_its_words(browser, plan):
    row = large(plan)
    texts = said(svg(browser, row))
    for card in JourneyCard.objects.filter(step__journey=row):
        whole = "".join(card.text.split())
        assert len([one for one in texts if one.strip("“”") == whole]) == 1


def test_a_drawing_needs_nothing_beside_itself(browser, plan):
    root = svg(browser, large(plan))
    names = {one.tag.removeprefix(SVG) for one in root.iter()}
    assert names <= {"svg", "title", "desc", "rect", "line", "path", "circle", "text", "tspan"}
    values = [value for one in root.iter() for value in one.attrib.values()]
    assert not [value for value in values if "url(" in value or "://" in value]


def test_its_colours_are_those_of_the_light_theme(browser, plan):
    root = svg(browser, large(plan))
    tokens = Path(settings.BASE_DIR, "cxplanner/static/css/tokens.css").read_text()
    light = set(re.findall(r"light-dark\((#[0-9a-f]{6})", tokens))
    worn = {one.get(name, "none") for one in root.iter() for name in ("fill", "stroke")}
    assert worn - {"none"} <= light


def test_html_in_every_field_is_text(browser, plan):
    persona = factories.persona(plan=plan, name=HTML)
    row = factories.journey(plan=plan, name=HTML, summary=HTML, personas=[persona])
    row.lanes = [{"key": "own-1", "name": HTML[:40], "shown": True}]
    row.save()
    place = factories.touchpoint(plan=plan, name=HTML)
    words = {"name": HTML, "stage": HTML, "channel": HTML, "feeling": HTML[:40]}
    step = factories.journeystep(journey=row, touchpoint=place, emotion=1, **words)
    factories.steppersona(step=step, persona=persona, emotion=-1)
    factories.journeycard(step=step, lane="pains", text=HTML + "\x0b\ufffe", persona=persona)
    sent = browser.get(at(row)).content.decode()
    assert "<script" not in sent
    assert "<b " not in sent
    texts = said(ElementTree.fromstring(sent))
    assert texts.count("".join(HTML.split())) >= 4  # title, step, touchpoint, card
    for form in ("png", "pdf"):
        assert browser.get(at(row, form)).status_code == 200


def test_what_is_cut_keeps_its_words_as_a_title(browser, journey):
    step = journey.steps.first()
    step.feeling = "Wonderfullyoverwhelmedbyeverythingatonce"
    step.save()
    root = svg(browser, journey)
    titles = [one.findtext(f"{SVG}title") for one in root.iter(f"{SVG}text")]
    assert step.feeling in titles


def test_persian_is_drawn_from_the_right(browser, plan):
    row = factories.journey(plan=plan, name="پرواز جمعه", summary="از خرید تا خانه (IKA).")
    for place, name in enumerate(("خرید بلیت", "انتظار در فرودگاه")):
        factories.journeystep(journey=row, name=name, position=place, emotion=place)
    factories.journeycard(step=row.steps.first(), lane="doing", text="چرا باید دوباره بپرسند؟ 12%.")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "fa"
    root = svg(browser, row)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fa"
    texts = {"".join(one.itertext()).strip("\u2067\u2069"): one for one in root.iter(f"{SVG}text")}
    title = texts["پرواز جمعه"]
    assert title.get("text-anchor") == "end"
    assert float(title[0].get("x")) == float(root.get("width")) - 32
    first, second = (float(texts[name][0].get("x")) for name in ("خرید بلیت", "انتظار در فرودگاه"))
    assert first > second
    assert "چرابایددوبارهبپرسند؟12%." in said(root)
    for form in ("png", "pdf"):
        assert browser.get(at(row, form)).status_code == 200


def test_all_three_forms_of_a_large_map_are_whole(browser, plan):
    row = large(plan)
    root = svg(browser, row)
    width, height = float(root.get("width")), float(root.get("height"))
    assert width >= 15 * 176
    png = browser.get(at(row, "png"))
    assert png["Content-Type"] == "image/png"
    assert png.content.startswith(b"\x89PNG\r\n\x1a\n")
    assert png.content.rstrip(b"\x82").endswith(b"IEND\xaeB`")
    wide, high = struct.unpack(">II", png.content[16:24])
    assert wide == pytest.approx(2 * width, abs=2)
    assert high == pytest.approx(2 * height, abs=2)
    pdf = browser.get(at(row, "pdf"))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    [box] = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", pdf.content)
    assert [float(side) for side in box] == pytest.approx([width * 0.75, height * 0.75], abs=1)


def test_a_map_without_a_step_is_a_file_that_says_so(browser, plan):
    row = factories.journey(plan=plan, name="Not begun")
    assert "Thismaphasnostepyet." in said(svg(browser, row))
    for form in ("png", "pdf"):
        assert browser.get(at(row, form)).status_code == 200


def test_a_score_stands_with_its_margin_and_its_answers(browser, journey, plan):
    place = factories.touchpoint(plan=plan, name="Rebooking desk")
    metric = factories.metric(plan=plan, kind="csat", name="Desk")
    day = journey.workspace.today() - timedelta(days=3)
    rows = ((5, 90), (1, 10))
    adds = [Add("survey:1", day, metric.pk, place.pk, (), one, n, one * n, 0) for one, n in rows]
    take_in(plan.workspace, adds)
    journey.steps.filter(name="Waits").update(touchpoint=place)
    texts = said(svg(browser, journey))
    assert "n=100" in "".join(texts)
    assert "±" in "".join(texts)
    assert any("halfofits95%interval" in one for one in texts)


def test_a_persona_sees_only_what_is_for_it(browser, plan):
    anna, ben = (factories.persona(plan=plan, name=name) for name in ("Anna", "Ben"))
    row = factories.journey(plan=plan, personas=[anna, ben])
    mine, other = (factories.journeystep(journey=row, name=name) for name in ("Calls", "Shouts"))
    factories.steppersona(step=mine, persona=anna)
    factories.steppersona(step=other, persona=ben)
    texts = said(svg(browser, row, persona=anna.pk))
    assert "Calls" in texts
    assert "Shouts" not in texts
    assert browser.get(at(row, persona=10**9)).status_code == 404
    assert "anna" in browser.get(at(row, persona=anna.pk))["Content-Disposition"]


def test_the_future_is_drawn_alone_or_over_today(cast, browser, journey):
    assert browser.get(at(journey, version="future")).status_code == 404
    later = plan_future(journey, by=cast.owner)
    factories.journeystep(journey=later, name="Gets a seat", position=9)
    factories.journeycard(step=later.steps.get(name="Waits"), lane="doing", text="Sits down")
    today, alone = said(svg(browser, journey)), said(svg(browser, journey, version="future"))
    assert "Sitsdown" not in today
    assert "Sitsdown" in alone
    assert "Getsaseat" in alone
    both = said(svg(browser, journey, overlay=1))
    assert "Sitsdown" in both
    assert "planned" in both
    assert "Newinthefuture:“Getsaseat”" in both
    name = browser.get(at(journey, version="future"))["Content-Disposition"]
    assert name == 'attachment; filename="home-on-fridays-future.svg"'
    assert browser.get(at(journey, version="past")).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_whoever_sees_the_map_may_export_it_and_a_stranger_finds_nothing(cast, journey, form):
    url = at(journey, form)
    for who in ("viewer", "reviewer", "editor", "owner"):
        response = cast.client(who).get(url)
        assert response.status_code == 200
        assert response["Content-Disposition"].endswith(f'"home-on-fridays.{form}"')
    assert cast.client("stranger").get(url).status_code == 404
    assert cast.client("owner").post(url).status_code == 405


def test_a_file_is_named_in_the_letters_of_its_journey(browser, plan):
    row = factories.journey(plan=plan, name='پرواز "جمعه"/..')
    assert "پرواز-جمعه.svg" in unquote(browser.get(at(row))["Content-Disposition"])
    row.name = "???"
    row.save()
    assert 'filename="journey-map.svg"' in browser.get(at(row))["Content-Disposition"]


def test_a_map_too_large_for_pixels_says_what_to_do(cast, browser, journey, monkeypatch):
    monkeypatch.setattr(printing, "MOST_PIXELS", 1_000_000)
    answer = browser.get(at(journey, "png"))
    assert answer.status_code == 409
    assert "Export it as PDF or SVG" in answer.content.decode()
    assert browser.get(at(journey, "pdf")).status_code == 200


def test_more_cards_cost_no_more_queries(browser, journey):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(at(journey)).status_code == 200
        return len(caught)

    step = journey.steps.first()
    factories.journeycard(step=step)
    queries()  # what a first call asks once
    few = queries()
    for number in range(30):
        factories.journeycard(step=factories.journeystep(journey=journey, position=number + 3))
    assert queries() == few


def test_the_page_offers_its_map_in_three_forms_as_it_is_looked_at(cast, browser, plan):
    persona = factories.persona(plan=plan, name="Anna")
    row = factories.journey(plan=plan, personas=[persona])
    factories.journeystep(journey=row)
    plan_future(row, by=cast.owner)
    url = reverse("journey", args=[row.workspace.slug, row.pk])
    page = browser.get(f"{url}?persona={persona.pk}&future=1").content.decode()
    for form in FORMS:
        [link] = re.findall(rf'href="([^"]*map\.{form}[^"]*)"', page)
        assert f"persona={persona.pk}" in link
        assert "overlay=1" in link
        assert browser.get(link.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("form", FORMS)
def test_rest_sends_the_same_file(cast, journey, form):
    kind = {"svg": "image/svg+xml", "png": "image/png", "pdf": "application/pdf"}[form]
    path = f"journeys/{journey.pk}/map.{form}"
    viewer = Api(factories.token(cast.viewer, Scope.READ))
    for accept in ("*/*", "application/json", kind):
        response = viewer.get(path, Accept=accept)
        assert response.status_code == 200
        assert response["Content-Type"].startswith(kind)
    stranger = Api(factories.token(cast.stranger, Scope.READ))
    missing = stranger.get(path, Accept=kind)
    assert missing.status_code == 404
    assert missing["Content-Type"] == "application/problem+json"

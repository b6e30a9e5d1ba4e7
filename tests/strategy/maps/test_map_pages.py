"""A journey map in the browser: who may what, cells that change alone, words shown as words."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cxplanner.base.tenancy import workspace_scope
from strategy.journeys.models import JourneyCard, JourneyStep
from strategy.maps.selectors import map_of
from strategy.metrics.pending import Add
from strategy.plans.models import Pulse
from tests import factories
from tests.airline import take_in

IN_PAGE = {"HTTP_HX_REQUEST": "true"}
HTML = "<b onclick=alert(1)>&amp;</b>"


@pytest.fixture
def plan(cast):
    with workspace_scope(cast.owner.workspace_id):
        yield factories.plan()


@pytest.fixture
def step(plan):
    return factories.journeystep(journey=factories.journey(plan=plan), name="Waits", emotion=-1)


@pytest.fixture
def browser(cast):
    return cast.client("editor")


def at(name: str, row: object, *more: object) -> str:
    slug = row.workspace.slug  # type: ignore[attr-defined]  # every row here has one
    return reverse(name, args=[slug, row.pk, *more])  # type: ignore[attr-defined]  # as above


PAGES = ["journeys", "journey", "journey-step", "journey-card"]
ACTS = ["journey-edit", "journey-lanes", "journey-archive", "journey-restore", "journey-future"]
ACTS += ["journey-feel", "journey-step-add", "journey-step-cards", "journey-step-finer"]
ACTS += [
    "journey-lane-move",
    "journey-step-move",
    "journey-step-archive",
    "journey-card-move",
    "journey-card-archive",
]


def thing(name: str, step: JourneyStep) -> object:
    if name == "journeys":
        return step.plan
    if "card" in name and name != "journey-step-cards":
        return JourneyCard.objects.first() or factories.journeycard(step=step)
    return step if "journey-step" in name and name != "journey-step-add" else step.journey


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_a_stranger_finds_nothing_and_a_viewer_changes_nothing(cast, step, name):
    url = at(name, thing(name, step))
    assert cast.client("stranger").get(url).status_code == 404
    if name in PAGES:
        assert cast.client("viewer").get(url).status_code == 200
    if name != "journey":
        for who in ("viewer", "reviewer"):
            assert cast.client(who).post(url).status_code == 403


def test_a_viewer_sees_no_forms_on_the_map(cast, step):
    page = cast.client("viewer").get(at("journey", step.journey)).content.decode()
    assert "Waits" in page
    assert "data-adds" not in page
    assert "Happier at" not in page


def test_html_typed_anywhere_is_shown_as_text(cast, browser, plan):
    persona = factories.persona(plan=plan, name=HTML)
    journey = factories.journey(plan=plan, name=HTML, summary=HTML, personas=[persona])
    journey.lanes = [{"key": "own-1", "name": HTML, "shown": True}]
    journey.save()
    place = factories.touchpoint(plan=plan, name=HTML)
    words = {"name": HTML, "stage": HTML, "channel": HTML, "feeling": HTML}
    step = factories.journeystep(journey=journey, touchpoint=place, emotion=1, **words)
    factories.steppersona(step=step, persona=persona, emotion=-1)
    card = factories.journeycard(step=step, text=HTML, persona=persona)
    future = factories.journey(plan=plan, name=HTML, future_of=journey)
    factories.journeystep(journey=future, **words)
    for url in [
        at("journeys", plan),
        at("journey", journey),
        at("journey", journey) + "?future=1",
        at("journey-edit", journey),
        at("journey-step", step),
        at("journey-card", card),
    ]:
        page = browser.get(url).content.decode()
        assert "&lt;b onclick" in page
        assert "<b onclick" not in page


def test_a_card_is_written_in_its_cell_and_only_that_comes_back(browser, step):
    url = at("journey-step-cards", step)
    body = {"lane": "pains", "text": "Queue forms\n- No seats\n\n"}
    answer = browser.post(url, body, **IN_PAGE).content.decode()
    assert [one.text for one in step.cards.all()] == ["Queue forms", "No seats"]
    assert answer.count("hx-swap-oob") == 3  # the cell, what answers it, and the toast
    assert f'id="c{step.pk}-pains"' in answer
    assert "Undo" in answer
    card = step.cards.all()[0]
    field = browser.get(at("journey-card", card), **IN_PAGE).content.decode()
    assert "Queue forms" in field
    assert "<html" not in field
    body = {"text": "Queue forms early", "version": card.version}
    answer = browser.post(at("journey-card", card), body, **IN_PAGE).content.decode()
    assert "Queue forms early" in answer
    assert "<table" not in answer


def test_two_people_on_one_card_lose_nothing(cast, browser, step):
    card = factories.journeycard(step=step, text="Waits")
    seen = card.version
    first = cast.client("owner").post(
        at("journey-card", card), {"text": "Waits ten minutes", "version": seen}, **IN_PAGE
    )
    assert first.status_code == 200
    second = browser.post(
        at("journey-card", card), {"text": "Waits in the rain", "version": seen}, **IN_PAGE
    )
    assert second.status_code == 409
    assert second["HX-Retarget"] == "#journey-slot"
    shown = second.content.decode()
    assert "ten" in shown
    assert "rain" in shown
    card.refresh_from_db()
    assert card.text == "Waits ten minutes"


def test_two_people_on_two_fields_of_one_step_both_get_their_way(cast, browser, step):
    place = factories.touchpoint(plan=step.plan, name="Desk")
    body = {"channel": "shop", "version": step.version}
    cast.client("owner").post(at("journey-step-field", step, "channel"), body, **IN_PAGE)
    body = {"touchpoint": place.pk, "version": step.version}
    answer = browser.post(at("journey-step-field", step, "touchpoint"), body, **IN_PAGE)
    assert answer.status_code == 200
    step.refresh_from_db()
    assert (step.channel, step.touchpoint) == ("shop", place)


def test_the_curve_is_bent_one_level_and_stays_on_its_scale(browser, step):
    url = at("journey-feel", step.journey)
    answer = browser.post(url, {"down": step.pk}, **IN_PAGE).content.decode()
    assert 'id="curve"' in answer
    browser.post(url, {"down": step.pk}, **IN_PAGE)
    step.refresh_from_db()
    assert step.emotion == -2


def test_every_act_works_without_script(browser, plan):
    made = browser.post(at("journeys", plan), {"name": "A day", "starter": ""}, follow=True)
    journey = plan.journeys.get()
    assert "is drawn" in made.content.decode()
    browser.post(at("journey-step-add", journey), {"name": "First"})
    browser.post(at("journey-step-add", journey), {"name": "Second"})
    first, second = journey.steps.order_by("position")
    browser.post(at("journey-step-move", second), {"to": "back"})
    assert [one.name for one in journey.steps.order_by("position")] == ["Second", "First"]
    cards = {"lane": "doing", "text": "Looks", "back_to_step": first.pk}
    browser.post(at("journey-step-cards", first), cards)
    card = first.cards.get()
    browser.post(at("journey-card-move", card), {"step": second.pk, "lane": "pains"})
    card.refresh_from_db()
    assert (card.step, card.lane) == (second, "pains")
    said = {"name": "Begins", "stage": "new stage", "emotion": "2", "version": first.version}
    browser.post(at("journey-step", first), said)
    first.refresh_from_db()
    assert (first.name, first.stage, first.emotion) == ("Begins", "new stage", 2)
    browser.post(at("journey-card-archive", card))
    browser.post(at("journey-step-archive", second))
    assert journey.steps.filter(archived_at=None).count() == 1


def test_a_step_goes_past_a_stage_and_back_by_keys_as_what_it_was(browser, plan):
    journey = factories.journey(plan=plan)
    drawn = [
        factories.journeystep(journey=journey, name=name, stage=stage, position=place)
        for place, (name, stage) in enumerate(
            (("Pays", "purchase"), ("Waits", "delivery"), ("Unpacks", "delivery"))
        )
    ]
    pays = drawn[0]
    for way in ("next", "next", "back", "back"):
        browser.post(at("journey-step-move", pays), {"to": way})
        pays.refresh_from_db()
        assert pays.stage == "purchase"
    assert pays.position == 0

    # Dropped between two of one stage it becomes one of that stage.
    browser.post(at("journey-step-move", pays), {"before": drawn[2].pk})
    pays.refresh_from_db()
    assert (pays.position, pays.stage) == (1, "delivery")


def test_what_is_faulty_keeps_what_was_typed(browser, step):
    refused = browser.post(at("journey-step-add", step.journey), {"name": "", "stage": "use"})
    assert refused.status_code == 422
    assert 'value="use"' in refused.content.decode()
    long = "x" * 501
    refused = browser.post(at("journey-step-cards", step), {"lane": "pains", "text": long})
    assert refused.status_code == 422
    assert long in refused.content.decode()


def test_a_map_asks_as_much_of_the_database_for_thirty_steps_as_for_three(browser, plan):
    def fill(journey, count):
        for place in range(count):
            spot = factories.touchpoint(plan=plan)
            step = factories.journeystep(journey=journey, touchpoint=spot, position=place)
            factories.steppersona(step=step)
            for lane in ("doing", "pains", "truths"):
                factories.journeycard(step=step, lane=lane)

    counts = []
    for size in (3, 30):
        journey = factories.journey(plan=plan)
        fill(journey, size)
        browser.get(at("journey", journey))
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(at("journey", journey)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["journeys", "journey-step", "journey-card"])
def test_pages_around_the_map_ask_as_much_for_thirty_as_for_three(browser, step, name):
    def fill(count):
        for place in range(count):
            persona = factories.persona(plan=step.plan)
            other = factories.journey(plan=step.plan, personas=[persona])
            there = factories.journeystep(journey=step.journey, position=place + 1)
            for one in (step, factories.journeystep(journey=other), there):
                factories.steppersona(step=one, persona=persona)
                factories.journeycard(step=one, lane="pains", persona=persona)

    counts = []
    for more in (3, 27):
        fill(more)
        url = at(name, thing(name, step))
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_score_stands_beside_the_curve_and_says_where_they_part(browser, plan):
    today = plan.workspace.today()
    metric = factories.metric(plan=plan, kind="csat", name="Desk")
    place = factories.touchpoint(plan=plan)
    step = factories.journeystep(journey=factories.journey(plan=plan), touchpoint=place, emotion=-2)
    adds = [
        Add("survey:1", today - timedelta(1), metric.pk, place.pk, (), score, n, score * n, 0)
        for score, n in ((5, 90), (1, 10))
    ]
    take_in(plan.workspace, adds)
    page = browser.get(at("journey", step.journey)).content.decode()
    assert "n&nbsp;=&nbsp;100" in page
    assert "Drawn sadder than customers score it" in page
    assert "At 1 step customers’ answers say otherwise." in page
    browser.post(at("journey-feel", step.journey), {"up": step.pk})
    JourneyStep.objects.update(emotion=2)
    page = browser.get(at("journey", step.journey)).content.decode()
    assert "Drawn sadder" not in page


def test_the_future_stands_beside_the_present(browser, plan):
    step = factories.journeystep(journey=factories.journey(plan=plan), emotion=-2)
    browser.post(at("journey-future", step.journey))
    future = step.journey.futures.get()
    factories.journeycard(step=future.steps.get(), text="Rebooks herself")
    factories.journeystep(journey=future, name="Gets a voucher")
    page = browser.get(at("journey", step.journey) + "?future=1").content.decode()
    assert "is-future" in page
    assert "Rebooks herself" in page
    assert "Gets a voucher" in page
    assert "Rebooks herself" not in browser.get(at("journey", step.journey)).content.decode()


def test_a_step_opens_into_a_finer_map_and_leads_back(browser, step):
    opened = browser.post(at("journey-step-finer", step), follow=True)
    assert step.journey.name in opened.content.decode()
    again = browser.post(at("journey-step-finer", step))
    assert again.url == at("journey", step.finer.get())
    assert "in finer steps" in browser.get(at("journey", step.journey)).content.decode()


def test_a_stage_off_the_plans_list_is_named_as_such(browser, plan):
    step = factories.journeystep(journey=factories.journey(plan=plan), stage="long gone")
    page = browser.get(at("journey", step.journey)).content.decode()
    assert "long gone" in page
    assert "no longer on the plan’s list" in page


def test_looking_changes_nothing(browser, step):
    before = Pulse.objects.get(plan=step.plan).number
    for name in PAGES:
        browser.get(at(name, thing(name, step)))
    assert Pulse.objects.get(plan=step.plan).number == before


def test_emotions_are_offered_in_the_readers_language_with_the_sign_before_the_number(cast, step):
    user = cast.editor.user
    user.language = "fa"
    user.save()
    page = cast.client("editor").get(at("journey-step", step)).content.decode()
    assert "\u2066+2\u2069 شادمان" in page
    assert "delighted" not in page


def test_a_map_cut_down_to_a_step_holds_its_cells_as_the_whole_map_does(plan):
    elin = factories.persona(plan=plan)
    journey = factories.journey(plan=plan, personas=[elin])
    for place in range(3):
        spot = factories.touchpoint(plan=plan)
        step = factories.journeystep(journey=journey, touchpoint=spot, position=place, emotion=1)
        factories.steppersona(step=step, persona=elin)
        for lane in ("doing", "truths"):
            factories.journeycard(step=step, lane=lane, text=f"Waits {place} minutes")
    today = plan.workspace.today()
    every, part = map_of(journey, today=today), map_of(journey, today=today, only={step.pk})
    assert [one.step for one in part.columns] == [step]
    assert part.columns == every.columns[2:]
    assert [row.cells for row in part.rows] == [row.cells[2:] for row in every.rows]


def test_words_for_a_step_that_somebody_took_away_are_kept_and_say_where_they_are(browser, step):
    archived = {"archived_at": timezone.now()}
    JourneyStep.objects.filter(pk=step.pk).update(**archived)
    url = at("journey-step-cards", step) + "?lane=pains"
    said = browser.post(url, {"text": "Queue forms"}, **IN_PAGE).content.decode()
    assert "“Queue forms” is kept. Its place is no longer on the map." in said
    assert step.cards.get().text == "Queue forms"


def test_a_touchpoint_that_is_archived_is_named_as_such_on_the_map(browser, plan):
    gone = factories.touchpoint(plan=plan, name="Fax", archived_at=timezone.now())
    step = factories.journeystep(journey=factories.journey(plan=plan), touchpoint=gone)
    page = browser.get(at("journey", step.journey)).content.decode()
    assert 'Fax <small class="dim">archived</small>' in page


def test_words_not_kept_yet_belong_to_the_lane_they_were_typed_in(browser, step):
    for lane in ("doing", "pains"):
        url = at("journey-step-cards", step) + f"?lane={lane}"
        field = browser.get(url, **IN_PAGE).content.decode()
        assert f'data-draft="{url}"' in field
        # Its address leads to the same form, open, where somebody comes back to what was typed.
        page = browser.get(url).content.decode()
        assert f'action="{url}"' in page
        assert page.count('<details class="more" open>') == 1

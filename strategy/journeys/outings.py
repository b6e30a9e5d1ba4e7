"""Journeys to begin from that one likes to go: a shop, a restaurant, a hotel."""

from django.utils.translation import gettext_lazy as _

from strategy.journeys.drafts import AFTER, BEFORE, BUYING, GETTING, USING, Draft, Starter

SHOP = Starter(
    _("Online shop"),
    _("From the wish to the parcel on the table, and perhaps back again."),
    "shopping-bag",
    [
        Draft(
            _("Finds the shop"),
            BEFORE,
            1,
            _("curious"),
            {
                "doing": [_("Compares three shops on the phone")],
                "thinking": [_("Can I trust a shop I have never heard of?")],
                "delights": [_("Reviews with pictures from real buyers")],
            },
        ),
        Draft(
            _("Looks for the right one"),
            BEFORE,
            0,
            _("unsure"),
            {
                "doing": [_("Filters by size and price, opens ten tabs")],
                "thinking": [_("Will it fit?")],
                "pains": [_("Sizes differ from brand to brand")],
                "opportunities": [_("Say how it fits those who bought it")],
            },
        ),
        Draft(
            _("Pays"),
            BUYING,
            -1,
            _("impatient"),
            {
                "doing": [_("Types the address on a small screen")],
                "thinking": [_("Why do I learn of the delivery fee only now?")],
                "pains": [_("The fee shows on the last page"), _("An account is asked for")],
                "truths": [_("One in three leaves here")],
                "backstage": [_("Payment provider, fraud check")],
            },
        ),
        Draft(
            _("Waits for the parcel"),
            GETTING,
            -1,
            _("impatient"),
            {
                "doing": [_("Looks up the tracking twice a day")],
                "thinking": [_("Do I have to stay at home?")],
                "pains": [_("“Out for delivery” since the morning")],
                "opportunities": [_("Offer an hour, and a neighbour")],
                "backstage": [_("The carrier’s scans arrive hours late")],
            },
        ),
        Draft(
            _("Unpacks"),
            USING,
            2,
            _("delighted"),
            {
                "doing": [_("Tries it on, shows it around")],
                "delights": [_("A note written by hand")],
                "truths": [_("Is it what the picture promised?")],
            },
        ),
        Draft(
            _("Sends it back"),
            AFTER,
            0,
            _("wary"),
            {
                "doing": [_("Looks for the label, walks to the shop")],
                "thinking": [_("When do I get my money?")],
                "pains": [_("The refund takes ten days")],
                "opportunities": [_("Pay back when the parcel is scanned")],
            },
        ),
    ],
)


RESTAURANT = Starter(
    _("Restaurant"),
    _("An evening out, from the idea on Thursday to the talk about it on Monday."),
    "utensils",
    [
        Draft(
            _("Chooses where to go"),
            BEFORE,
            1,
            _("looking forward"),
            {
                "doing": [_("Reads the menu and the latest reviews")],
                "thinking": [_("Is there something for everyone at our table?")],
                "pains": [_("The menu online is last year’s")],
            },
        ),
        Draft(
            _("Reserves a table"),
            BUYING,
            0,
            _("hopeful"),
            {
                "doing": [_("Calls between two and four, nobody answers")],
                "pains": [_("The phone is answered only during service")],
                "opportunities": [_("Reserve online, with wishes")],
                "backstage": [_("Reservations in a paper book")],
            },
        ),
        Draft(
            _("Is welcomed"),
            GETTING,
            1,
            _("welcome"),
            {
                "doing": [_("Stands at the door, looks around")],
                "thinking": [_("Has anybody seen us?")],
                "truths": [_("The first thirty seconds")],
                "delights": [_("The table they had last time")],
            },
        ),
        Draft(
            _("Orders"),
            USING,
            0,
            _("patient"),
            {
                "doing": [_("Asks about allergies")],
                "pains": [_("Waits twelve minutes for the menu")],
                "backstage": [_("One waiter for nine tables")],
            },
        ),
        Draft(
            _("Eats"),
            USING,
            2,
            _("happy"),
            {
                "doing": [_("Shares, takes a picture")],
                "delights": [_("A small plate from the kitchen, unasked")],
                "truths": [_("All plates arrive together")],
            },
        ),
        Draft(
            _("Pays and leaves"),
            AFTER,
            -1,
            _("held up"),
            {
                "doing": [_("Waves for the bill")],
                "pains": [_("The bill takes longest when they want to go")],
                "opportunities": [_("Let them pay at the table")],
            },
        ),
    ],
)


HOTEL = Starter(
    _("Hotel stay"),
    _("Two nights in a city, from the first search to the review."),
    "bed",
    [
        Draft(
            _("Searches and compares"),
            BEFORE,
            0,
            _("flooded"),
            {
                "doing": [_("Looks at forty hotels on a map")],
                "thinking": [_("Is it quiet at night?")],
                "pains": [_("The same room at three prices")],
            },
        ),
        Draft(
            _("Books the room"),
            BUYING,
            1,
            _("settled"),
            {
                "doing": [_("Books directly, for breakfast")],
                "delights": [_("Free to cancel until the day before")],
                "backstage": [_("Rates kept alike in every channel")],
            },
        ),
        Draft(
            _("Arrives"),
            GETTING,
            -1,
            _("tired"),
            {
                "doing": [_("Stands in line with a suitcase")],
                "thinking": [_("I gave you all that when I booked.")],
                "pains": [_("A form to fill in again"), _("The room is not ready")],
                "truths": [_("The welcome after a long way")],
                "opportunities": [_("Check in on the phone")],
            },
        ),
        Draft(
            _("Sleeps"),
            USING,
            1,
            _("at rest"),
            {
                "doing": [_("Draws the curtains, charges the phone")],
                "truths": [_("Bed, dark and silence")],
                "pains": [_("No socket beside the bed")],
            },
        ),
        Draft(
            _("Has breakfast"),
            USING,
            2,
            _("spoilt"),
            {
                "doing": [_("Comes at nine, as everybody does")],
                "delights": [_("Eggs as they like them"), _("Bread from the bakery next door")],
            },
        ),
        Draft(
            _("Leaves and tells"),
            AFTER,
            0,
            _("in a hurry"),
            {
                "doing": [_("Wants the bill by mail")],
                "thinking": [_("What is this city tax?")],
                "opportunities": [_("Ask one question, on the way to the station")],
            },
        ),
    ],
)

"""Journeys to begin from that one has to go: software at work, a bank, an office."""

from django.utils.translation import gettext_lazy as _

from strategy.journeys.drafts import AFTER, BEFORE, BUYING, GETTING, USING, Draft, Starter

SAAS = Starter(
    _("Software as a service"),
    _("From a colleague’s hint to the day the whole team works in it."),
    "rocket",
    [
        Draft(
            _("Hears of it"),
            BEFORE,
            1,
            _("curious"),
            {
                "doing": [_("Watches a two-minute film")],
                "thinking": [_("Would this end our spreadsheets?")],
            },
        ),
        Draft(
            _("Signs up for a trial"),
            BUYING,
            1,
            _("keen"),
            {
                "doing": [_("Uses the address at work")],
                "thinking": [_("What happens after fourteen days?")],
                "pains": [_("A card number is asked for")],
            },
        ),
        Draft(
            _("Sees an empty screen"),
            GETTING,
            -2,
            _("lost"),
            {
                "doing": [_("Clicks around, closes the tab")],
                "thinking": [_("Where do I begin?")],
                "pains": [_("Nothing to see before data is brought in")],
                "truths": [_("Half of the trials end within ten minutes")],
                "opportunities": [_("Begin with an example that is theirs")],
            },
        ),
        Draft(
            _("Gets the first result"),
            GETTING,
            2,
            _("proud"),
            {
                "doing": [_("Sends the chart to the boss")],
                "delights": [_("It took nine minutes")],
                "backstage": [_("An import that understands any table")],
            },
        ),
        Draft(
            _("Brings the team in"),
            USING,
            0,
            _("careful"),
            {
                "doing": [_("Invites six people, two come")],
                "pains": [_("Rights are hard to understand")],
                "opportunities": [_("Roles with a sentence each")],
            },
        ),
        Draft(
            _("Decides to stay"),
            AFTER,
            1,
            _("convinced"),
            {
                "doing": [_("Compares the yearly price")],
                "truths": [_("The renewal, thirty days ahead")],
                "delights": [_("Support answered in four minutes")],
            },
        ),
    ],
)


BANK = Starter(
    _("Bank account"),
    _("Opening an account and moving in, until the salary arrives there."),
    "landmark",
    [
        Draft(
            _("Wants to change"),
            BEFORE,
            -1,
            _("annoyed"),
            {
                "doing": [_("Finds a new fee on the statement")],
                "thinking": [_("Is changing worth the trouble?")],
            },
        ),
        Draft(
            _("Compares"),
            BEFORE,
            0,
            _("sceptical"),
            {
                "doing": [_("Reads the price list")],
                "pains": [_("Forty pages of conditions")],
                "opportunities": [_("All prices on one page")],
            },
        ),
        Draft(
            _("Proves who they are"),
            BUYING,
            -2,
            _("helpless"),
            {
                "doing": [_("Holds the passport into the camera")],
                "thinking": [_("It worked at the other bank.")],
                "pains": [_("Third try, and it starts over")],
                "truths": [_("Four in ten give up here")],
                "backstage": [_("A provider’s call centre, closed at night")],
            },
        ),
        Draft(
            _("Gets card and access"),
            GETTING,
            0,
            _("waiting"),
            {
                "doing": [_("Opens three letters on three days")],
                "pains": [_("Card, code and access come apart")],
                "delights": [_("The card works on the phone at once")],
            },
        ),
        Draft(
            _("Moves payments over"),
            USING,
            1,
            _("relieved"),
            {
                "doing": [_("Ticks what shall move")],
                "delights": [_("The bank writes to the landlord")],
                "backstage": [_("Switching service by law, in ten days")],
            },
        ),
        Draft(
            _("Needs help"),
            AFTER,
            0,
            _("doubtful"),
            {
                "doing": [_("Writes at ten in the evening")],
                "truths": [_("Money that left and did not arrive")],
                "opportunities": [_("A person answers the same evening")],
            },
        ),
    ],
)


PUBLIC = Starter(
    _("Public service"),
    _("A family registers its new home: one duty, four offices."),
    "building-2",
    [
        Draft(
            _("Learns of the duty"),
            BEFORE,
            -1,
            _("uneasy"),
            {
                "doing": [_("Asks neighbours what has to be done")],
                "thinking": [_("Which office is it?")],
                "pains": [_("The letter quotes the law, not the way")],
                "opportunities": [_("A list by life event")],
            },
        ),
        Draft(
            _("Gathers the papers"),
            BEFORE,
            -1,
            _("burdened"),
            {
                "doing": [_("Looks for the birth certificate")],
                "thinking": [_("You have all this already.")],
                "pains": [_("The same facts for the third time")],
            },
        ),
        Draft(
            _("Gets an appointment"),
            BUYING,
            -2,
            _("powerless"),
            {
                "doing": [_("Reloads the page at seven in the morning")],
                "pains": [
                    _("Nothing free for six weeks"),
                    _("Not to be used with a screen reader"),
                ],
                "truths": [_("Whether one feels served or managed")],
            },
        ),
        Draft(
            _("Comes to the office"),
            GETTING,
            1,
            _("surprised"),
            {
                "doing": [_("Waits eight minutes, number in hand")],
                "delights": [_("Somebody explains it in plain words")],
                "backstage": [_("One desk for all matters")],
            },
        ),
        Draft(
            _("Has it in writing"),
            USING,
            1,
            _("done"),
            {
                "doing": [_("Keeps the paper with the lease")],
                "opportunities": [_("Tell the other three offices")],
            },
        ),
        Draft(
            _("Needs a change later"),
            AFTER,
            0,
            _("prepared"),
            {
                "doing": [_("Moves again, and knows the way")],
                "thinking": [_("Do I have to come in person?")],
                "delights": [_("The form is filled in already")],
            },
        ),
    ],
)

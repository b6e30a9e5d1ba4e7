"""What the gallery shows: one airline, its goals, its answers."""

from datetime import date
from types import SimpleNamespace as Thing

from django import forms
from django.core.paginator import Paginator

from cxplanner.base.marks import Note, Point, Share

MONTHS = [date(2025 + (6 + m) // 12, (6 + m) % 12 + 1, 1) for m in range(17)]
SEATS = [58, 58.4, 57.6, 58.9, 59.4, 60.2, 60, 60.9, 61.3, 62.2, 62, 63.1, 63.4, 64.6, 64.9, 65.4]
MARGINS = [2.4, 2.3, 2.4, 2.2, 2.1, 2, 2, 1.9, 1.9, 1.8, 1.7, 1.6, 1.6, 1.3, 1.3, 1.3]


def trend(*values: float | None, margin: float | None = None) -> list[Point]:
    return [
        Point(
            day,
            value,
            *(() if margin is None or value is None else (value - margin, value + margin)),
        )
        for day, value in zip(MONTHS, values, strict=False)
    ]


def seats() -> list[Point]:
    rows = zip(MONTHS, [*SEATS, 66.2], [*MARGINS, 1.2], strict=True)
    return [
        Point(day, value, value - margin, value + margin, n=4000 + 117 * i)
        for i, (day, value, margin) in enumerate(rows)
    ]


def lounge() -> list[Point]:
    days = [date(2026, 11, day) for day in range(1, 15)]
    values = [71, 73, None, 70, None, None, 76, 75, 78, 74, None, 79, 80, 77]
    return [
        Point(day, None, n=0) if value is None else Point(day, value, value - 6, value + 6, 50)
        for day, value in zip(days, values, strict=True)
    ]


NOTES = [
    Note(date(2025, 10, 1), "scale changed from 1–3 to 1–5", cut=True),
    Note(date(2026, 4, 1), "first cushions"),
    Note(date(2026, 9, 3), "batch two"),
]

ANSWERS = [
    Share("1", 402, "none", "very poor", "#rows"),
    Share("2", 621, "none", "poor", "#rows"),
    Share("3", 977, "none", "neither", "#rows"),
    Share("4", 2214, "ok", "good", "#rows"),
    Share("5", 1704, "ok", "very good", "#rows"),
]
NPS = [
    Share("detractors", 1303, "off", "0 to 6"),
    Share("passives", 1675, "none", "7 and 8"),
    Share("promoters", 3226, "ok", "9 and 10"),
]
ZERO_TO_TEN = [
    Share(str(score), count, "off" if score < 7 else "none" if score < 9 else "ok")
    for score, count in enumerate([90, 60, 80, 110, 160, 350, 453, 700, 975, 1426, 1800])
]


def goal(name, who, status, now, aim, change, points, *, bar, target=None, kids=()):
    progress, expected, low, high = bar
    value, margin, n, unit = now
    return Thing(
        name=name,
        who=who,
        status=status,
        value=value,
        margin=margin,
        n=n,
        unit=unit,
        aim=aim,
        change=change,
        points=points,
        progress=progress,
        expected=expected,
        low=low,
        high=high,
        target=target,
        kids=kids,
    )


def goals():
    chatbot = goal(
        "Chatbot solves 40 % alone",
        "Jonas Weiß · due 15 Dec",
        "on_track",
        (33.0, 0.9, 11027, "%"),
        "from 0 to 40 %",
        "“Where is my bag” now answered without hand-over.",
        trend(0, 0, 0, 4, 9, 14, 19, 24, 28, 30, 32, 33),
        bar=(0.82, 0.8, 0.8, 0.85),
        target=40,
    )
    refit = goal(
        "Refit the seats of 38 older aircraft",
        "Fleet · due 31 Jan",
        "at_risk",
        (14, None, None, ""),
        "of 38 aircraft",
        "Two slots in the hangar were lost to engine checks.",
        trend(0, 0, 0, 1, 2, 3, 5, 7, 9, 11, 12, 14),
        bar=(0.37, 0.52, None, None),
        target=38,
    )
    legroom = goal(
        "Legroom complaints: 310 to 180 a month",
        "Ines Duarte · due 28 Feb",
        "achieved",
        (175, None, None, ""),
        "from 310 to 180",
        "Reached on 9 November, sixteen weeks early.",
        trend(310, 312, 300, 290, 280, 262, 240, 225, 210, 200, 184, 175),
        bar=(1.04, 0.6, None, None),
        target=180,
    )
    return [
        goal(
            "Be recommended: NPS from 24 to 34",
            "Maren Okafor · due 31 Mar",
            "too_close_to_call",
            (31, 2.0, 6204, ""),
            "from 24 to 34",
            "Up 2 since October. 900 more answers would settle it.",
            trend(24, 23.5, 24.5, 24, 25, 25.5, 25, 26, 26.5, 28, 29, 31, margin=2),
            bar=(0.7, 0.72, 0.5, 0.9),
            target=34,
            kids=[
                goal(
                    "Seat comfort: satisfied from 58 to 70 %",
                    "Tomás Lindqvist · due 28 Feb",
                    "on_track",
                    (66.2, 1.2, 5918, ""),
                    "from 58 to 70 %",
                    "New cushions on 14 of 38 aircraft: +4.1 there, +0.6 elsewhere.",
                    seats()[5:],
                    bar=(0.68, 0.6, 0.58, 0.78),
                    target=70,
                    kids=[refit, legroom],
                ),
                goal(
                    "Answer faster: from 250 to 45 min",
                    "Jonas Weiß · due 31 Dec",
                    "off_track",
                    (166, 6.1, 18342, "min"),
                    "from 250 to 45 min",
                    "Chat is at 6 min; email still waits 5 h 30 overnight.",
                    trend(250, 249, 249, 246, 240, 236, 222, None, 180, 176, 174, 166),
                    bar=(0.41, 0.89, 0.38, 0.44),
                    target=45,
                    kids=[chatbot],
                ),
                goal(
                    "Lounge: satisfied from 71 to 80 %",
                    "Priya Raman · due 31 Mar",
                    "no_data",
                    (None, None, None, "%"),
                    "needs 100 answers",
                    "The survey opens with the new lounge.",
                    [],
                    bar=(None, 0.38, None, None),
                    target=80,
                ),
            ],
        ),
        goal(
            "Members stay: yearly churn from 11 to 8 %",
            "Priya Raman · due 30 Jun",
            "missed",
            (9.6, 0.3, 41350, "%"),
            "from 11 to 8 %",
            "Half as many of those texted about a delay leave.",
            trend(11, 11, 10.8, 10.7, 10.4, 10.2, 10.1, 10, 9.9, 9.8, 9.7, 9.6),
            bar=(0.46, 0.42, 0.4, 0.55),
            target=8,
        ),
    ]


COUNTS = {
    "achieved": 1,
    "on_track": 4,
    "too_close_to_call": 1,
    "at_risk": 2,
    "off_track": 2,
    "no_data": 1,
}

STEPS = [
    Thing(
        number=number,
        name=name,
        state=state,
        percent=percent,
        sewn=number < 8,
        current=number == 1,
        url=None if number == 9 else "#",
        words=words,
        stands=stands,
        acts=[
            Thing(name="Write the lounge survey", url="#"),
            Thing(name="Start from the library", url="#"),
        ]
        if state == "next"
        else [],
    )
    for number, (name, state, percent, words, stands) in enumerate(
        [
            (
                "Goals",
                "part",
                92,
                "Eleven goals in a tree of three levels. One has no baseline.",
                "92 %",
            ),
            (
                "Audit",
                "done",
                100,
                "34 touchpoints graded; passengers agree with 26.",
                "Done 14 Mar",
            ),
            ("Competitors", "done", 100, "Four rivals found through eight keywords.", "Done 2 Apr"),
            (
                "Research",
                "part",
                70,
                "Mystery shop of two rivals is in; two still to judge.",
                "70 %",
            ),
            ("Journeys", "part", 60, "Commuter and Family are mapped.", "60 %, 2 of 3"),
            ("Tactics", "part", 75, "Nineteen tactics with owners and dates.", "75 %"),
            ("Surveys", "next", 40, "Two goals have nothing to measure them by.", "40 %"),
            ("Measure", "part", 55, "Six of eleven metrics receive answers.", "55 %"),
            ("Optimise", "none", 0, "Begins with the first review.", "Not started"),
        ],
        start=1,
    )
]

SMART = [
    Thing(met="yes", name="Specific", advice="Names who, where and what: passengers, disruption."),
    Thing(met="yes", name="Measurable", advice="Effort score, now 43.3 ±1.9 (n = 2,711)."),
    Thing(
        met="partly",
        name="Achievable",
        advice="+19 points in five months; your fastest was +8. Say why.",
    ),
    Thing(met="yes", name="Relevant", advice="Serves “Be recommended”."),
    Thing(
        met="no",
        name="Time-bound",
        advice="The due date lies after the plan ends. Choose one up to 31 March.",
    ),
]

STITCHES = [
    Thing(
        kind="In a passenger’s words, 17 Nov",
        quote="You cancelled, you wrote, and then nobody answered.",
        words="1 of 482 answers that say the same",
    ),
    Thing(kind="Touchpoint", name="Rebooking after a cancellation", url="#", words="graded D"),
    Thing(kind="Tactic", name="Rebook yourself in the app", url="#", words="unfunded", loose=True),
    Thing(kind="Goal", name="Disruption is bearable", url="#", status="off_track", current=True),
    Thing(
        kind="Serves", name="Be the airline people recommend", url="#", status="too_close_to_call"
    ),
]


class GoalForm(forms.Form):
    statement = forms.CharField(
        label="What will be true, in one sentence", widget=forms.Textarea(attrs={"rows": 2})
    )
    baseline = forms.DecimalField(label="From", required=False)
    target = forms.DecimalField(label="To", help_text="In per cent")
    due = forms.DateField(label="Due")
    metric = forms.ChoiceField(label="Metric", choices=[("e", "Effort score, disruption")])
    sure = forms.ChoiceField(
        label="How sure are you that you will make it?",
        choices=[("s", "Sure"), ("d", "Doubtful"), ("n", "It will not happen")],
        widget=forms.RadioSelect,
        initial="d",
    )
    watch = forms.BooleanField(label="Tell me when it changes", required=False)

    def clean(self):
        self.add_error(
            "due", "The plan ends on 31 March 2027. Bring the date forward, or extend the plan."
        )
        raise forms.ValidationError("Two fields need your attention before this goal can be kept.")


def goal_form() -> GoalForm:
    form = GoalForm(
        {
            "statement": "Passengers find it easy to get where they were going after we cancel.",
            "baseline": "41",
            "target": "60",
            "due": "2027-04-30",
            "metric": "e",
            "sure": "d",
        }
    )
    form.is_valid()
    return form


VOICES = [
    ("22 Nov 08:12", 5, "ok", "SK 1871 ARN–LIS", "Six hours and my back did not notice."),
    ("22 Nov 07:55", 2, "off", "SK 405 UME–ARN", "No socket, and the old seat again."),
    ("21 Nov 23:40", 4, "ok", "SK 88 ARN–JFK", "Good seat. Cold feet."),
]


def everything() -> dict[str, object]:
    return {
        "plan": Thing(name="CX plan 2026", pk=1),
        "goals": goals(),
        "counts": COUNTS,
        "steps": STEPS,
        "smart": SMART,
        "stitches": STITCHES,
        "seats": seats(),
        "lounge": lounge(),
        "notes": NOTES,
        "answers": ANSWERS,
        "nps": NPS,
        "zero_to_ten": ZERO_TO_TEN,
        "form": goal_form(),
        "voices": VOICES,
        "brand": "Skylark Air",
        "table_columns": ["Month", "Answers", "Satisfied"],
        "table_rows": [["September", "4,211", "64.9"], ["October", "4,530", "65.4"]],
        "page": Paginator(range(5918), 50).page(2),
        "crumbs": [
            Thing(name="Skylark Air", url="#"),
            Thing(name="CX plan 2026", url="#"),
            Thing(name="Week 47"),
        ],
        "tabs": [
            Thing(name="All", url="#", current=True),
            Thing(name="Mine", url="#"),
            Thing(name="Archived", url="#"),
        ],
        "statuses": [
            "achieved",
            "on_track",
            "too_close_to_call",
            "at_risk",
            "off_track",
            "missed",
            "no_data",
            "not_started",
        ],
    }

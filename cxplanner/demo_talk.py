"""What the demo's people say to each other about their goals, and how they know."""

from datetime import date, timedelta

from cxplanner.accounts.models import Membership
from cxplanner.accounts.roles import Role
from cxplanner.events.comments.services import write_comment
from strategy.evidence.models import Evidence
from strategy.evidence.services import add_evidence, verify_evidence
from strategy.goals.models import Goal
from strategy.goals.services import check_in
from strategy.touchpoints.models import Touchpoint


def talk(members: dict[Role, Membership], today: date) -> None:
    """Check in on goals, talk about them, and hang evidence on them; in the demo's workspace."""
    owner, editor, reviewer = (members[role] for role in (Role.OWNER, Role.EDITOR, Role.REVIEWER))
    seat = Goal.objects.get(statement__contains="their seat")
    rebooking = Goal.objects.get(statement__contains="after we cancel")
    desk = Touchpoint.objects.get(name="Rebooking after a cancellation")

    check_in(seat, note="26 of 38 aircraft have the new cushions.", confidence=4, by=editor)
    note = "Rebooking in the app slipped to January; the second desk at night starts this week."
    check_in(rebooking, note=note, confidence=2, by=editor)

    complaint = add_evidence(
        about=rebooking.ref,
        by=editor,
        kind=Evidence.Kind.COMPLAINT,
        text="41 of 60 complaints about cancellations say nobody answered within the hour.",
        source="Complaints desk, weekly count",
        date=today - timedelta(days=9),
    )
    verify_evidence(complaint, by=reviewer)
    add_evidence(
        about=desk.ref,
        by=editor,
        kind=Evidence.Kind.EMPLOYEES,
        text="Night shift: two people rebook 180 passengers by telephone, one screen each.",
        source="Talk with the contact centre",
        date=today - timedelta(days=20),
    )
    first = write_comment(
        about=rebooking.ref,
        text=f"@{owner.user.name} can the second desk stay until the app is there?",
        by=editor,
    )
    text = "Yes, paid for until March. Tell me what the first week brings."
    write_comment(about=rebooking.ref, text=text, by=owner, reply_to=first)
    text = (
        "The lounge goal has no answers yet. Shall we open its survey before the new lounge opens?"
    )
    lounge = Goal.objects.get(statement__contains="the lounge")
    write_comment(about=lounge.ref, text=text, by=reviewer)

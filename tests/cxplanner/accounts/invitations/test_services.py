"""Invitations: one person, once, for seven days, and only while an owner wants it."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from cxplanner.accounts.access import MayNot
from cxplanner.accounts.invitations import services
from cxplanner.accounts.invitations.services import (
    AlreadyHere,
    ForAnother,
    InvitationOver,
    TooManyMails,
    Unusable,
    Why,
    accept,
    find,
    invite,
    renew,
    revoke,
)
from cxplanner.accounts.members.services import change_role, end_membership
from cxplanner.accounts.models import MemberInvitation, Membership
from cxplanner.accounts.roles import Role
from cxplanner.base.tenancy import workspace_scope
from cxplanner.events.models import Event
from tests import factories


def itself(secret: str) -> str:
    return secret


def link(cast, **over):
    """Make an invitation; its link is only the secret here."""
    return invite(by=cast.owner, address=itself, **{"role": Role.EDITOR, **over})


def why(secret: str) -> Why:
    with pytest.raises(Unusable) as refused:
        find(secret)
    return refused.value.why


def test_a_link_lets_one_person_in_once(cast, workspace):
    made = link(cast, role=Role.REVIEWER)
    ana, ben = factories.user(), factories.user()
    member = accept(made.link, user=ana)
    assert (member.workspace, member.role) == (workspace, Role.REVIEWER)
    with pytest.raises(Unusable) as refused:
        accept(made.link, user=ben)
    assert refused.value.why is Why.USED
    with workspace_scope(workspace.pk):
        assert MemberInvitation.objects.get().used_by == member
        facts = Event.objects.order_by("pk").values_list("name", "by_id")
        assert list(facts) == [
            ("invitation.created", cast.owner.pk),
            ("member.joined", member.pk),
        ]


def test_only_the_hash_of_a_link_is_kept(cast, scope):
    made = link(cast)
    assert len(made.link) >= 43
    assert made.link.encode() not in bytes(MemberInvitation.objects.get().digest)


def test_looking_at_a_link_writes_nothing(cast, django_assert_num_queries):
    secret = link(cast).link
    with django_assert_num_queries(1) as seen:
        find(secret)
    assert seen.captured_queries[0]["sql"].startswith("SELECT")


@pytest.mark.parametrize(
    "change", [lambda s: s[:-1], lambda s: s + "A", lambda s: "ü", lambda s: s.swapcase()]
)
def test_a_changed_link_is_unknown(cast, change):
    assert why(change(link(cast).link)) is Why.UNKNOWN


def test_after_seven_days_a_link_ends(cast, scope):
    made = link(cast)
    left = made.invitation.expires_at - timezone.now()
    assert timedelta(days=7) - left < timedelta(minutes=1)
    MemberInvitation.objects.update(expires_at=timezone.now())
    assert why(made.link) is Why.EXPIRED


def test_an_expired_invitation_is_sent_again_with_a_new_link(cast, scope):
    made = link(cast, email="ana@x.example")
    MemberInvitation.objects.update(expires_at=timezone.now())
    again = renew(made.invitation, by=cast.owner, address=itself)
    assert why(made.link) is Why.UNKNOWN
    assert find(again.link).pk == made.invitation.pk
    assert [one.to for one in mail.outbox] == [["ana@x.example"]] * 2


def test_a_withdrawn_link_lets_nobody_in(cast, scope):
    made = link(cast)
    revoke(made.invitation, by=cast.owner)
    assert why(made.link) is Why.REVOKED
    for act in (
        lambda: revoke(made.invitation, by=cast.owner),
        lambda: renew(made.invitation, by=cast.owner, address=itself),
    ):
        with pytest.raises(InvitationOver):
            act()


def test_a_used_invitation_is_over(cast, scope):
    made = link(cast)
    accept(made.link, user=factories.user())
    with pytest.raises(InvitationOver):
        revoke(made.invitation, by=cast.owner)


def test_who_works_here_keeps_role_and_link(cast):
    secret = link(cast, role=Role.OWNER).link
    with pytest.raises(AlreadyHere) as refused:
        accept(secret, user=cast.viewer.user)
    assert refused.value.member == cast.viewer
    assert find(secret)


def test_a_mailed_link_is_for_its_address_unless_the_holder_says_otherwise(cast):
    made = link(cast, email="Ana@X.example")
    ben = factories.user(email="ben@x.example")
    with pytest.raises(ForAnother):
        accept(made.link, user=ben)
    assert find(made.link)
    assert accept(made.link, user=ben, as_other=True).user == ben
    ana = factories.user(email="ana@x.example")
    assert accept(link(cast, email="ana@x.example").link, user=ana).user == ana


def test_inviting_an_address_again_ends_the_earlier_link(cast):
    first, second = (link(cast, email="ana@x.example").link for _ in range(2))
    assert why(first) is Why.REVOKED
    assert find(second)
    assert find(link(cast).link)
    assert find(second)  # links without an address do not end each other


@pytest.mark.parametrize("email", ["no address", "a@b", "<script>@x.example"])
def test_a_wrong_address_is_refused(cast, email, scope):
    with pytest.raises(ValidationError) as refused:
        link(cast, email=email)
    assert "email" in refused.value.message_dict
    assert not MemberInvitation.objects.exists()
    assert mail.outbox == []


def test_a_member_is_not_invited(cast):
    with pytest.raises(ValidationError):
        link(cast, email=cast.viewer.user.email.upper())


def test_only_owners_invite(cast, scope):
    made = link(cast)
    for by in (cast.editor, cast.reviewer, cast.viewer):
        with pytest.raises(MayNot):
            invite(by=by, role=Role.VIEWER, address=itself)
        with pytest.raises(MayNot):
            revoke(made.invitation, by=by)
        with pytest.raises(MayNot):
            renew(made.invitation, by=by, address=itself)


@pytest.mark.parametrize("how", ["lowered", "left"])
def test_who_may_no_longer_invite_leaves_no_way_in(cast, how):
    change_role(cast.editor, role=Role.OWNER, by=cast.owner)
    secret = link(cast, role=Role.OWNER).link
    if how == "lowered":
        change_role(cast.owner, role=Role.EDITOR, by=cast.editor)
    else:
        end_membership(cast.owner, by=cast.owner)
    assert why(secret) is Why.REVOKED


def test_the_mail_says_who_what_and_until_when(cast, workspace):
    workspace.name = "Skylark\nAir <b>"
    workspace.save()
    cast.owner.workspace.refresh_from_db()
    made = link(cast, email="ana@x.example")
    [letter] = mail.outbox
    assert letter.subject == f"{cast.owner} invites you to Skylark Air <b>"
    assert made.link in letter.body
    assert "editor" in letter.body
    assert made.mailed is True


def test_where_the_mail_server_fails_the_link_still_stands(cast, settings, scope):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    made = link(cast, email="ana@x.example")
    assert made.mailed is False
    assert find(made.link)
    assert MemberInvitation.objects.get().sent_at is None


def test_a_workspace_mails_so_many_a_day(cast, monkeypatch):
    monkeypatch.setattr(services, "MAILS_A_DAY", 2)
    for name in ("a", "b"):
        made = link(cast, email=f"{name}@x.example")
    with pytest.raises(TooManyMails):
        link(cast, email="c@x.example")
    with pytest.raises(TooManyMails), workspace_scope(cast.owner.workspace_id):
        renew(made.invitation, by=cast.owner, address=itself)
    assert find(link(cast).link)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_accept_one_link_at_once_one_gets_in():
    place = factories.workspace()
    made = invite(by=factories.member(place), role=Role.EDITOR, address=itself)
    people, start = [factories.user() for _ in range(4)], threading.Barrier(4)
    joined, late = [], []

    def go(user):
        start.wait()
        try:
            joined.append(accept(made.link, user=user))
        except Unusable as error:
            late.append(error.why)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert late == [Why.USED] * 3
    assert Membership.objects.filter(workspace=place).count() == 2
    assert joined[0].user in people

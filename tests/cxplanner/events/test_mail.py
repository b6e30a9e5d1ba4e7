"""Mail: written once, sent once, never lost by a broker or a server that is away, never a code."""

import re
from datetime import timedelta
from email import message_from_string
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from celery import Task
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from cxplanner.accounts.services import create_sign_in_link
from cxplanner.events.comments.services import write_comment
from cxplanner.events.mail.composing import CONSOLE, stop_url
from cxplanner.events.mail.delivery import deliver_all, forget_old
from cxplanner.events.models import Mail, Notification
from cxplanner.events.tasks import deliver_mail
from cxplanner.events.telling.services import choose_mail, inbox_of, mark_read, next_digest
from strategy.goals.services import change_goal
from tests import factories

CAST = ["owner", "editor", "reviewer", "viewer", "stranger"]


@pytest.fixture
def goal(scope, cast):
    return factories.goal(statement="Passengers\nrecommend us", owner=cast.editor)


@pytest.fixture
def mention(cast, goal):
    text = f"@{cast.editor.user.email} <b>why</b>?"
    write_comment(about=goal.ref, text=text, by=cast.owner)
    return Notification.objects.get()


class Away(EmailBackend):
    """A server that is not there until it is."""

    trouble: Exception | None = None

    def send_messages(self, messages):
        if Away.trouble:
            raise Away.trouble
        return super().send_messages(messages)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Away"
    Away.trouble = SMTPServerDisconnected("gone")
    yield Away
    Away.trouble = None


def html_of(sent: Any) -> str:
    return str(sent.alternatives[0][0])


def long_after():
    Mail.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_a_mention_is_mailed_at_once_with_its_links(cast, workspace, goal, mention):
    deliver_mail()
    deliver_mail()
    [sent] = outgoing.outbox
    assert sent.to == [cast.editor.user.email]
    assert sent.subject == f"{cast.owner} mentioned you: Passengers recommend us"
    there = f"http://localhost{reverse('goal', args=[workspace.slug, goal.pk])}"
    choices = reverse("inbox-settings", args=[workspace.slug])
    assert there in sent.body
    assert choices in sent.body
    html = html_of(sent)
    assert "&lt;b&gt;why&lt;/b&gt;" in html
    assert there in html
    head = message_from_string(sent.message().as_string())
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/mail/off/" in head["List-Unsubscribe"]
    row = Mail.objects.get()
    assert (row.state, row.attempts) == (Mail.State.SENT, 1)
    mention.refresh_from_db()
    assert mention.mail == row


def test_a_mail_speaks_the_language_of_its_reader(cast, goal):
    cast.editor.user.language = "fa"
    cast.editor.user.save()
    write_comment(about=goal.ref, text=f"@{cast.editor.user.email}", by=cast.owner)
    deliver_all()
    assert 'dir="rtl"' in html_of(outgoing.outbox[0])


def test_news_waits_for_the_morning_and_comes_as_one_mail(cast, workspace, goal):
    for words in ("One", "Two", "Three"):
        change_goal(goal, by=cast.owner, statement=words)
    deliver_all()
    assert outgoing.outbox == []
    due = Notification.objects.values_list("mail_due_at", flat=True)
    assert set(due) == {next_digest(workspace, timezone.now())}
    Notification.objects.update(mail_due_at=timezone.now())
    deliver_all()
    [sent] = outgoing.outbox
    assert sent.subject.startswith("3 things happened in ")
    assert Mail.objects.get().carries.count() == 3


def test_what_was_read_by_then_is_not_mailed(cast, mention):
    mark_read(inbox_of(cast.editor))
    deliver_all()
    assert outgoing.outbox == []


def test_who_wants_no_mail_gets_none(cast, goal):
    choose_mail(cast.editor, in_person="off", news="off")
    write_comment(about=goal.ref, text=f"@{cast.editor.user.email}", by=cast.owner)
    deliver_all()
    assert outgoing.outbox == []
    assert Notification.objects.count() == 1


def test_a_mail_outlives_a_server_that_is_down(mention, server, cast, goal):
    deliver_all()
    row = Mail.objects.get()
    assert (row.state, row.attempts, row.error) == (Mail.State.PENDING, 1, "gone")
    assert row.next_try_at > timezone.now()
    first_wait = row.next_try_at
    long_after()
    deliver_all()
    row.refresh_from_db()
    assert row.attempts == 2
    assert row.next_try_at > first_wait
    server.trouble = None
    deliver_all()
    assert outgoing.outbox == []  # it waits its time
    long_after()
    deliver_all()
    deliver_all()
    assert len(outgoing.outbox) == 1
    row.refresh_from_db()
    assert row.state == Mail.State.SENT


def test_after_five_days_a_mail_is_given_up(mention, server):
    deliver_all()
    Mail.objects.update(made_at=timezone.now() - timedelta(days=6))
    long_after()
    deliver_all()
    assert Mail.objects.get().state == Mail.State.FAILED


def test_one_address_refused_for_good_does_not_hold_up_the_others(mention, server, cast, goal):
    deliver_all()
    server.trouble = SMTPRecipientsRefused({"x": (550, b"no such user")})
    long_after()
    deliver_all()
    assert Mail.objects.get().state == Mail.State.FAILED


def test_a_broker_that_is_down_loses_nothing(cast, goal, monkeypatch):
    """Nothing of a comment passes the broker: the rows are what the next sweep finds."""

    def down(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr(Task, "apply_async", down)
    write_comment(about=goal.ref, text=f"@{cast.editor.user.email}", by=cast.owner)
    assert Notification.objects.filter(mail=None, mail_due_at__isnull=False).count() == 1
    monkeypatch.undo()
    deliver_mail.delay()
    assert len(outgoing.outbox) == 1


def test_mail_is_stopped_by_one_click_and_only_by_a_post(cast, scope):
    stop = stop_url(cast.viewer.pk).removeprefix("http://localhost")
    client = Client(enforce_csrf_checks=True)
    assert "Stop the mail" in client.get(stop).content.decode()
    assert not Notification.objects.exists()
    done = client.post(stop, {"List-Unsubscribe": "One-Click"})
    assert "No more mail will come" in done.content.decode()
    event = factories.event(name="plan.approved")
    assert event.pk
    page = cast.client("viewer").get(reverse("inbox-settings", args=[cast.viewer.workspace.slug]))
    assert page.content.decode().count('value="off"') == 2
    assert page.content.decode().count("checked") >= 2
    assert client.get("/mail/off/forged/").status_code == 404


def test_a_choice_is_kept(cast, workspace, scope):
    page = reverse("inbox-settings", args=[workspace.slug])
    client = cast.client("viewer")
    assert client.post(page, {"in_person": "daily", "news": "off"}).status_code == 302
    assert client.post(page, {"in_person": "hourly", "news": "off"}).status_code == 422


# --- the outbox -----------------------------------------------------------------------------


@pytest.mark.parametrize("who", CAST)
def test_only_owners_see_the_outbox(cast, workspace, scope, who):
    row = factories.mail(member=cast.editor, subject="You were mentioned", text="See <b>")
    client = cast.client(who)
    wanted = 200 if who == "owner" else 404 if who == "stranger" else 403
    for page in (
        reverse("outbox", args=[workspace.slug]),
        reverse("outbox-mail", args=[workspace.slug, row.pk]),
    ):
        shown = client.get(page)
        assert shown.status_code == wanted
        assert ("You were mentioned" in shown.content.decode()) == (who == "owner")


def test_without_a_server_mail_stays_in_the_outbox(cast, workspace, mention, settings):
    settings.EMAIL_BACKEND = CONSOLE
    deliver_all()
    assert outgoing.outbox == []
    row = Mail.objects.get()
    assert row.state == Mail.State.KEPT
    page = cast.client("owner").get(reverse("outbox-mail", args=[workspace.slug, row.pk]))
    assert "mentioned you" in page.content.decode()
    assert "&lt;b&gt;why&lt;/b&gt;" in page.content.decode()


def test_the_outbox_never_shows_codes_or_links_to_sign_in(
    cast, workspace, mention, settings, capsys
):
    settings.EMAIL_BACKEND = CONSOLE
    email = {"email": cast.editor.user.email}
    Client().post(reverse("account_request_login_code"), email)
    printed = capsys.readouterr().out
    codes = re.findall(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", printed, re.MULTILINE)
    assert len(codes) == 1  # it is printed in the terminal alone
    link = create_sign_in_link(cast.editor.user)
    deliver_all()
    owner = cast.client("owner")
    pages = [reverse("outbox", args=[workspace.slug])]
    pages += [reverse("outbox-mail", args=[workspace.slug, row.pk]) for row in Mail.objects.all()]
    assert len(pages) == 2  # the list and the mention; none for the code
    for page in pages:
        words = owner.get(page).content.decode()
        assert "/accounts/link/" not in words
        assert "/mail/off/" not in words
        assert codes[0] not in words
        assert link not in words


def test_many_mails_cost_as_many_queries_as_few(cast, workspace, scope, django_assert_num_queries):
    client = cast.client("owner")
    outbox = reverse("outbox", args=[workspace.slug])
    client.get(outbox)
    for _ in range(3):
        factories.mail(member=cast.editor)
    with django_assert_num_queries(6):
        client.get(outbox)
    for _ in range(27):
        factories.mail(member=factories.member(workspace))
    with django_assert_num_queries(6):
        client.get(outbox)


def test_old_mail_is_forgotten_what_still_waits_is_not(cast, scope):
    for state in Mail.State:
        factories.mail(member=cast.editor, state=state)
    Mail.objects.update(made_at=timezone.now() - timedelta(days=31))
    forget_old()
    assert [row.state for row in Mail.objects.all()] == [Mail.State.PENDING]

"""Jobs that tell people what happened."""

from celery import shared_task

from cxplanner.events.mail import delivery


@shared_task
def deliver_mail() -> None:
    """Write and send the mail that is due; also the sweep after a crash."""
    delivery.deliver_all()


@shared_task
def forget_mail() -> None:
    """Drop old mails, every night."""
    delivery.forget_old()

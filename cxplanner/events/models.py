"""Where Django looks for models; the code lives in the feature folders."""

from cxplanner.events.comments.models import Comment
from cxplanner.events.facts import Event
from cxplanner.events.mail.models import Mail
from cxplanner.events.telling.models import MailChoice, Notification, Watch

__all__ = ["Comment", "Event", "Mail", "MailChoice", "Notification", "Watch"]

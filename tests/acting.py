"""Acts as the product does them: each block is one act of somebody, with a context of its own.

In a test all acts share one transaction, and what stands outside a block joins the act before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from cxplanner.accounts.models import Membership
from cxplanner.base.history import acting, current_act


@contextmanager
def act_of(member: Membership) -> Iterator[UUID]:
    """Do what stands inside the block as one act of this person on a page."""
    with acting(user=member.user_id, url="/"):
        yield current_act() or UUID(int=0)

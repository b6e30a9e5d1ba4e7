"""A team with a survey and a file of past answers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cxplanner.accounts.models import Membership
from cxplanner.base.tenancy import workspace_scope
from surveys.imports import services
from surveys.imports.mapping import Meaning
from surveys.imports.models import AnswerImport
from tests import factories

Bring = Callable[..., AnswerImport]


@pytest.fixture
def by(transactional_db: None) -> Iterator[Membership]:
    """An editor inside her workspace; a job has transactions and threads of its own."""
    workspace = factories.workspace(time_zone="Europe/Vilnius")
    with workspace_scope(workspace.pk):
        yield factories.member(workspace)


@pytest.fixture
def received(by: Membership, tmp_path: Path) -> Bring:
    """Return what keeps a text or bytes as a file just sent."""

    def receive(
        content: str | bytes, survey: Any = None, name: str = "past.csv", **told: Any
    ) -> AnswerImport:
        path = tmp_path / "sent"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        plan = told.pop("plan", None) or (survey.plan if survey else factories.plan())
        return services.receive(path, plan=plan, survey=survey, file_name=name, by=by, told=told)

    return receive


@pytest.fixture
def bring(received: Bring, by: Membership) -> Bring:
    """Return what brings a file in by a mapping, to its end."""

    def bring(
        content: str | bytes, meaning: dict[str, Any], survey: Any = None, **more: Any
    ) -> AnswerImport:
        row = received(content, survey, **more)
        row = services.say(row, Meaning.of(meaning))
        row = services.start(row, by=by)
        row.refresh_from_db()
        return row

    return bring

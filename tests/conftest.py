"""A throw-away PostgreSQL for the run, and the fixed cast every test may call on."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from cxplanner.accounts.models import Membership, Workspace
from cxplanner.accounts.roles import Role
from cxplanner.base.postgres import EmbeddedPostgres
from cxplanner.base.tenancy import workspace_scope
from tests import factories
from tests.api import Api
from tests.settings import DATA, OWN_SERVER

_server = EmbeddedPostgres(DATA, durable=False)


def pytest_configure(config: pytest.Config) -> None:
    if OWN_SERVER and "PYTEST_XDIST_WORKER" not in os.environ:
        _server.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if OWN_SERVER and "PYTEST_XDIST_WORKER" not in os.environ:
        _server.stop()
        shutil.rmtree(DATA, ignore_errors=True)


@dataclass(frozen=True)
class Cast:
    """Who plays: four members of one workspace, and a stranger from another."""

    owner: Membership
    editor: Membership
    reviewer: Membership
    viewer: Membership
    stranger: Membership

    def client(self, name: str) -> Client:
        """Return a browser in which this person has signed in."""
        client = Client()
        client.force_login(getattr(self, name).user)
        return client


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """A page drawn for somebody who reads another language leaves it on in this thread."""
    yield
    translation.deactivate()


@pytest.fixture
def workspace(db: None) -> Workspace:
    return factories.workspace()


@pytest.fixture
def cast(workspace: Workspace) -> Cast:
    roles = {role.value: factories.member(workspace, role) for role in Role}
    return Cast(**roles, stranger=factories.member(factories.workspace(), Role.OWNER))


@pytest.fixture
def scope(workspace: Workspace) -> Iterator[Workspace]:
    """Stay inside the workspace for the whole test."""
    with workspace_scope(workspace.pk):
        yield workspace


@pytest.fixture
def api(cast: Cast) -> Api:
    """The API as the workspace's owner calls it, with every scope."""
    return Api(factories.token(cast.owner))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the browser's program. Without one its tests are skipped; in CI they fail."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no browser at {path}")
    return path

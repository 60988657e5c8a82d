"""The fixed cast: an agent and a manager of one team, a stranger of another, and the anonymous.

Passwords are all `cast-password`. The emulator is real HTTP on loopback; one serves the whole run.
"""

import os
from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.test import Client

from lookups import credentials, lifecycle, people
from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID, Emulator
from lookups.lifecycle import uploads
from lookups.models import Credential, Lookup, Team, User
from lookups.worker.process import runner_for_all

PASSWORD = "cast-password"

# The suite tries the same cases at every run, so a failure is the change's; HYPOTHESIS_PROFILE=long
# looks for new ones.
hypothesis.settings.register_profile(
    "suite", max_examples=200, derandomize=True, deadline=None, database=None
)
hypothesis.settings.register_profile("long", max_examples=100_000, deadline=None, database=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    emulator = Emulator()
    emulator.start()
    yield emulator
    emulator.stop()


@pytest.fixture
def team(db: None) -> Team:
    return people.create_team("delays", name="Flight delays", by=None)


@pytest.fixture
def other_team(db: None) -> Team:
    return people.create_team("hotels", name="Hotels", by=None)


def _person(team: Team, username: str, role: str, full_name: str) -> User:
    member, _ = people.add_member(
        team, username=username, role=role, by=None, full_name=full_name, password=PASSWORD
    )
    return member.user


@pytest.fixture
def agent(team: Team) -> User:
    return _person(team, "asha", "agent", "Asha Rao")


@pytest.fixture
def manager(team: Team) -> User:
    return _person(team, "ravi", "manager", "Ravi Menon")


@pytest.fixture
def stranger(other_team: Team) -> User:
    return _person(other_team, "zoya", "manager", "Zoya Khan")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def make_credential(emulator: Emulator) -> Callable[..., Credential]:
    """A credential that works with the emulator, or whatever is `at`; `query` forces faults."""

    def make(
        team: Team, *, label: str = "Delay IVR", query: str = "", at: str = "", **limits: int
    ) -> Credential:
        url = at or emulator.url(2, query)
        credential = Credential(team=team, label=label, endpoint_url=url, api_version=2, **limits)
        return credentials.save(
            credential, by=None, security_id=DEMO_SECURITY_ID, flow_id=DEMO_FLOW_ID
        )

    return make


@pytest.fixture
def credential(team: Team, make_credential: Callable[..., Credential]) -> Credential:
    return make_credential(team)


@pytest.fixture
def look_up(agent: User) -> Callable[..., Lookup]:
    """Submits text with a credential, as the agent, and gives the lookup before any work."""

    def submit(text: str, credential: Credential, **asked: object) -> Lookup:
        return lifecycle.submit(uploads.pasted(text), lifecycle.Asked(credential, agent, **asked))

    return submit


@pytest.fixture
def work() -> Callable[[], None]:
    """Works the ledger until nothing can be sent any more."""

    def run() -> None:
        runner_for_all("test worker", concurrency=4).run_until_idle()

    return run

"""`manage.py doctor`: what is well and what to mend."""

import shlex
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core import checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lookups import credentials, private
from lookups.database.choice import choose
from lookups.management.portal_command import Facts, PortalCommand
from lookups.models import Credential, Fetch, Worker

Finding = tuple[str, bool, str]
MOST_FILES = 20


class Command(PortalCommand):
    help = "Says what is well and what is not, and what to do about it."
    # It changes nothing.
    closes_files = False

    def run(self, **_: Any) -> Facts:
        findings = list(_findings())
        return {
            "well": all(is_well for _, is_well, _ in findings),
            "findings": [
                {"about": about, "well": is_well, "said": said} for about, is_well, said in findings
            ],
        }

    def words(self, facts: Facts) -> str:
        return "\n".join(
            f"{'well ' if one['well'] else 'MEND '} {one['about']}: {one['said']}"
            for one in facts["findings"]
        )

    def succeeded(self, facts: Facts) -> bool:
        return bool(facts["well"])


def _findings() -> Iterator[Finding]:
    for problem in checks.run_checks(include_deployment_checks=False):
        yield "settings", not problem.is_serious(), f"{problem.msg} {problem.hint or ''}".strip()
    yield from _files()
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        yield "database", False, f"{waiting} migrations wait. Run `python manage.py migrate`."
        return
    engine = choose(sqlite="sqlite", postgresql="postgresql")
    yield "database", True, f"{engine}, all migrations applied."
    for credential in Credential.objects.usable().select_related("team"):
        yield _credential(credential)
    open_requests = Fetch.objects.open().count()
    idle = not Worker.objects.alive().exists()
    said = "No worker is running. Start one with `python manage.py run_worker`."
    yield "worker", not (idle and open_requests), said if idle else "A worker is running."
    yield "ledger", True, f"{open_requests} requests are waiting or in flight."


def _files() -> Iterator[Finding]:
    found = list(islice(private.too_open(), MOST_FILES))
    for path, mode in found:
        command = f"chmod {mode:o} {shlex.quote(str(path))}"
        yield "files", False, f"{path} can be opened by others. Run `{command}`."
    if not found:
        yield "files", True, "The database, the keys and var/ are closed to others."


def _credential(credential: Credential) -> Finding:
    about = f"credential {credential.team.slug}/{credential}"
    if why := credentials.why_closed(credential):
        return about, False, why
    if credential.state == Credential.State.PAUSED:
        return about, False, f"Paused: {credential.paused_reason}"
    return about, True, "Opens with the portal's keys, for its endpoint."

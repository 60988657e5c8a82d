"""What a backup or a database holds, and of which release of the portal it is."""

from dataclasses import dataclass, field
from functools import cached_property

from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import Model

from lookups.backup.errors import Unfit

Migration = tuple[str, str]

# The first databases were made before 0001_start had these.
LATE_COLUMNS = {
    "lookups_credential": {"mended_at", "version"},
    "lookups_lookup": {"started_at"},
}


@dataclass
class Contents:
    """Tables with their columns and number of rows, and the migrations that made them."""

    columns: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    migrations: set[Migration] = field(default_factory=set)

    def differs_from(self, rows: dict[str, int]) -> str:
        """The first table with another number of rows, or ""."""
        names = sorted(self.rows.keys() | rows.keys())
        return next((name for name in names if self.rows.get(name) != rows.get(name)), "")


class Release:
    """The release that the contents are of, as far as this one knows its migrations.

    Raises Unfit when they are of a newer release, or of no portal at all.
    """

    def __init__(self, contents: Contents) -> None:
        self._loader = MigrationLoader(None, ignore_no_migrations=True)
        known = set(self._loader.disk_migrations)
        applied = {one for one in contents.migrations if one[0] in self._loader.migrated_apps}
        if not any(app == "lookups" for app, _ in applied):
            raise Unfit("it holds no portal")
        if newer := sorted(applied - known):
            raise Unfit(
                f"it is of a newer release, with the migration {'.'.join(newer[-1])} that this one "
                "does not know. Install that release first"
            )
        self.applied = applied
        self.waiting = len(known - applied)
        self._check(contents)

    @cached_property
    def state(self) -> ProjectState:
        """The models as they were in that release."""
        return self._loader.project_state(sorted(self.applied))

    def _check(self, contents: Contents) -> None:
        graph = self._loader.graph
        needed = {step for one in self.applied for step in graph.forwards_plan(one)}
        if gaps := sorted(needed - self.applied):
            raise Unfit(f"it holds no whole portal: the migration {'.'.join(gaps[0])} is missing")
        for model in self.state.apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                _check_table(model._meta.db_table, _columns(model), contents)


def _columns(model: type[Model]) -> set[str]:
    return {one.column for one in model._meta.local_concrete_fields if one.column}


def _check_table(table: str, columns: set[str], contents: Contents) -> None:
    if table not in contents.columns:
        raise Unfit(f"it holds no whole portal: the table {table} is missing")
    missing = columns - contents.columns[table] - LATE_COLUMNS.get(table, set())
    if missing:
        raise Unfit(f"it holds no whole portal: {table} lacks the column {min(missing)}")

"""What the portal keeps in files is for the person alone that it runs as."""

import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from lookups import private
from tests.processes import ROOT, environment, manage

IS_SQLITE = connection.vendor == "sqlite"
only_sqlite = pytest.mark.skipif(not IS_SQLITE, reason="this is about SQLite")


@pytest.fixture
def var(tmp_path, settings) -> Path:
    """A `var/` as an earlier release left it, and a place of its own for all else."""
    var = tmp_path / "portal" / "var"
    for folder in (var / "demo", var / "static"):
        folder.mkdir(parents=True, mode=0o755)
    for file in ("demo/keys.env", "portal.sqlite3", "static/portal.css"):
        (var / file).touch()
    (var.parent / ".env").touch()
    for path in [var.parent / ".env", var, *var.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    settings.BASE_DIR, settings.VAR_DIR, settings.STATIC_ROOT = var.parent, var, var / "static"
    return var


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_an_earlier_release_left_open_is_closed(var):
    private.close()
    assert mode(var) == mode(var / "demo") == 0o700
    for file in ("../.env", "demo/keys.env", "portal.sqlite3"):
        assert mode(var / file) == 0o600, file
    assert mode(var / "static" / "portal.css") == 0o644
    assert list(private.too_open()) == []


def test_a_link_is_not_followed(var, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").touch()
    elsewhere.chmod(0o755)
    (elsewhere / "file").chmod(0o644)
    (var / "folder").symlink_to(elsewhere)
    (var / "file").symlink_to(elsewhere / "file")
    private.close()
    assert (mode(elsewhere), mode(elsewhere / "file")) == (0o755, 0o644)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to another group")
def test_a_group_that_was_given_a_file_keeps_it(var):
    env = var.parent / ".env"
    os.chown(env, -1, os.getegid() + 1)
    private.close()
    assert mode(env) == 0o640


@pytest.mark.django_db
def test_doctor_names_each_open_file_and_the_command_that_closes_it(var, capsys):
    with suppress(SystemExit):
        call_command("doctor", "--json")
    found = [one for one in json.loads(capsys.readouterr().out)["findings"] if not one["well"]]
    for path, command in [(var, "chmod 700"), (var / "demo" / "keys.env", "chmod 600")]:
        said = next(one["said"] for one in found if one["said"].startswith(f"{path} "))
        assert f"`{command} {path}`" in said
    private.close()
    with suppress(SystemExit):
        call_command("doctor", "--json")
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert [one["well"] for one in findings if one["about"] == "files"] == [True]


@only_sqlite
def test_a_new_database_its_log_and_its_folder_are_private(tmp_path):
    folder = tmp_path / "new" / "folder"
    command = [sys.executable, "-c", "import os; os.umask(0o022); import manage; manage.main()"]
    subprocess.run(
        [*command, "migrate", "-v0", "lookups", "0001"],
        cwd=ROOT, env=environment(DATABASE_URL=f"sqlite:///{folder}/portal.sqlite3"), check=True,
    )  # fmt: skip
    assert mode(folder) == mode(folder.parent) == 0o700
    assert {mode(path) for path in folder.iterdir()} == {0o600}


@only_sqlite
@pytest.mark.parametrize(
    "process", [["-c", "import phonon_portal.asgi"], ["manage.py", "run_worker", "--once"]]
)
def test_an_open_database_is_closed_by_whatever_starts_and_its_folder_left_alone(
    tmp_path, process, transactional_db
):
    tmp_path.chmod(0o755)
    database = tmp_path / "portal.sqlite3"
    url = f"sqlite:///{database}"
    assert manage("migrate", "-v0", DATABASE_URL=url).returncode == 0
    database.chmod(0o644)
    assert "chmod 600" in manage("doctor", DATABASE_URL=url).stdout
    done = subprocess.run(
        [sys.executable, *process], cwd=ROOT, env=environment(DATABASE_URL=url), check=False
    )
    assert done.returncode == 0
    assert mode(database) == 0o600
    assert mode(tmp_path) == 0o755

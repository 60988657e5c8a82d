"""Who may import whom: the contracts in pyproject.toml, kept by import-linter."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lookups.ledger.diagram import diagram
from tests import layers

ROOT = Path(__file__).resolve().parent.parent
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
WORKER = "lookups.worker"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_contracts_are_kept():
    said = lint_imports(ROOT)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.fixture(scope="module")
def copy_of_the_code(tmp_path_factory):
    folder = tmp_path_factory.mktemp("code")
    for package in ("lookups", "phonon_portal"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


LAYERS = "Imports go down the layers only"


@pytest.mark.parametrize(
    ("file", "breach", "contract"),
    [
        ("ledger/due.py", "from lookups import views", LAYERS),
        ("models/call.py", "from lookups.ledger import due", LAYERS),
        ("views/page.py", "def late():\n    import lookups.urls", LAYERS),
        ("intake/text.py", "from lookups.story import words", LAYERS),
        (
            "models/call.py",
            "import typing\nif typing.TYPE_CHECKING:\n    from lookups.ledger import due",
            LAYERS,
        ),
        ("new_part.py", "", LAYERS),
        (
            "lifecycle/lookup.py",
            "from lookups import exports",
            "Credentials and lifecycle build on the ledger alone",
        ),
        (
            "story/words.py",
            "from django.conf import settings",
            "limits, intake, pull, story and emulator know no Django",
        ),
        ("worker/runner.py", "import urllib3", "Only pull imports an HTTP library"),
        ("views/page.py", "import procrastinate", "Only wake and worker import Procrastinate"),
        ("people/sign_in.py", "import lookups.sealing", "Only credentials imports sealing"),
        (
            "views/page.py",
            "import lookups.pull.errors",
            "Only credentials, ledger, recording and worker import pull",
        ),
        (
            "views/page.py",
            "from lookups.worker import runner",
            "Only the commands import the worker",
        ),
        (
            "management/commands/doctor.py",
            "import lookups.emulator.rules",
            "Only the commands run_emulator and demo import the emulator",
        ),
    ],
)
def test_a_breach_of_each_contract_is_found(copy_of_the_code, file, breach, contract):
    path = copy_of_the_code / "lookups" / file
    before = path.read_text() if path.exists() else None
    path.write_text(f"{before or ''}\n{breach}\n")
    said = lint_imports(copy_of_the_code)
    if before is None:
        path.unlink()
    else:
        path.write_text(before)
    assert said.returncode == 1
    assert contract in said.stdout.partition("Broken contracts")[2]


def test_the_pages_load_nothing_of_the_worker():
    loads_the_pages = (
        "import sys, django; django.setup()\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "print(*sys.modules)"
    )
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    loaded = subprocess.run(
        [sys.executable, "-c", loads_the_pages],
        cwd=ROOT, env=settings, check=True, capture_output=True, text=True,
    ).stdout.split()  # fmt: skip
    assert "lookups.views.lookups" in loaded
    assert not {name for name in loaded if name.startswith(WORKER)}


def test_the_diagram_of_a_requests_states_is_the_table_that_the_ledger_keeps_to():
    assert diagram() in (ROOT / "docs" / "architecture.md").read_text()


def test_the_table_of_layers_is_made_from_the_contracts():
    """If this fails, run `python -m tests.layers --write`."""
    assert layers.made_part(layers.PAGE.read_text()) == layers.table()

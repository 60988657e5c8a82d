"""Who may import whom. docs/architecture.md draws the layers; this keeps them true."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lookups.ledger.diagram import diagram

ROOT = Path(__file__).resolve().parent.parent
LOOKUPS = ROOT / "lookups"

# Each layer may import the layers before it, and its own where the second list says so.
LAYERS = [
    {"limits", "refusal", "whole_number"},
    {"intake", "pull", "story", "emulator", "sealing", "database"},
    {"models"},
    {"access", "audit", "hiding", "log_lines", "metrics", "private", "readiness", "search", "wake"},
    {
        *("people", "credentials", "lifecycle", "ledger", "recording"),
        *("number_searches", "backup", "exports", "retention"),
    },
    {"worker", "views", "urls", "admin", "checks", "apps", "templatetags"},
    {"management"},
]
# Within a layer: who builds on whom.
BESIDE = {
    "credentials": {"ledger"},
    "lifecycle": {"ledger"},
    "urls": {"views"},
    "apps": {"checks"},
}
PURE = {"limits", "refusal", "whole_number", "intake", "pull", "story", "emulator"}
# Numbers alone, read by those who read replies and by those who show calls; and the base of the
# errors that people read.
TABLES = {"limits", "refusal"}
HTTP_LIBRARIES = {"requests", "urllib3", "httpx", "aiohttp"}
WORKER = "lookups.worker"
EMULATORS_COMMANDS = {"management/commands/run_emulator.py", "management/commands/demo.py"}


def modules() -> Iterator[Path]:
    return (path for path in sorted(LOOKUPS.rglob("*.py")) if "migrations" not in path.parts)


def place(path: Path) -> str:
    """The part of the app that a file belongs to: its folder, or its own name."""
    parts = path.relative_to(LOOKUPS).parts
    return parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every module that the file imports, by its absolute name."""
    package = [*path.relative_to(ROOT).parent.parts]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def our_parts(path: Path) -> set[str]:
    """The parts of the app that the file imports, other than its own."""
    ours = {name.split(".")[1] for name in imported(path) if name.startswith("lookups.")}
    known = {place(other) for other in modules()}
    return (ours & known) - {place(path)}


def layer_of(part: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if part in layer)


def breaches(path: Path, parts: set[str]) -> list[str]:
    mine = place(path)
    allowed = set().union(*LAYERS[: layer_of(mine)]) | BESIDE.get(mine, set())
    return [f"{path.relative_to(ROOT)} imports {part}" for part in sorted(parts - allowed)]


def test_every_part_has_its_layer():
    parts = {place(path) for path in modules()} - {"__init__"}
    assert parts <= set().union(*LAYERS)


def test_imports_go_down_the_layers_only():
    found = [
        breach for path in modules() if place(path) != "__init__"
        for breach in breaches(path, our_parts(path))
    ]  # fmt: skip
    assert found == []


def test_an_import_that_goes_up_would_be_found():
    assert breaches(LOOKUPS / "ledger.py", {"views"})
    assert breaches(LOOKUPS / "models" / "call.py", {"ledger"})


@pytest.mark.parametrize("part", sorted(PURE))
def test_the_pure_packages_know_neither_django_nor_each_other(part):
    for path in (one for one in modules() if place(one) == part):
        names = imported(path)
        assert not {name for name in names if name.split(".")[0] == "django"}, path
        assert our_parts(path) <= TABLES, path


@pytest.mark.parametrize(
    ("what", "who"),
    [
        (HTTP_LIBRARIES, {"pull"}),
        ({"lookups.sealing"}, {"credentials"}),
        ({"lookups.pull"}, {"pull", "ledger", "recording", "credentials", "worker"}),
        ({"lookups.worker"}, {"worker", "management"}),
        ({"procrastinate"}, {"wake", "worker"}),
    ],
)
def test_some_doors_are_for_a_few_only(what, who):
    users = {
        place(path) for path in modules()
        if any(name == one or name.startswith(f"{one}.") for name in imported(path) for one in what)
    }  # fmt: skip
    assert users <= who


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


def test_only_the_emulators_commands_import_the_emulator():
    users = {
        str(path.relative_to(LOOKUPS))
        for path in modules()
        if place(path) != "emulator" and "emulator" in our_parts(path)
    }
    assert users <= EMULATORS_COMMANDS


def test_the_diagram_of_a_requests_states_is_the_table_that_the_ledger_keeps_to():
    assert diagram() in (ROOT / "docs" / "architecture.md").read_text()

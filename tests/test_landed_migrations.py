"""A migration that has landed stays as it is: a database may have run it, and would never run it
again. `landed_migrations.sha256` holds the digest of each file, as `sha256sum` writes it."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = ROOT / "lookups" / "migrations"
LANDED = ROOT / "tests" / "landed_migrations.sha256"


def complaints(folder: Path, landed: str) -> list[str]:
    """What is wrong with the migrations of a folder, each with what to do."""
    lines = (line.split() for line in landed.splitlines())
    digests = {Path(name).name: digest for digest, name in lines}
    there = {path.name: path for path in sorted(folder.glob("*.py"))}
    found = [
        f"{name} has landed and is gone. Put it back." for name in digests if name not in there
    ]
    for name, path in there.items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if name not in digests:
            line = f"{digest}  lookups/migrations/{name}"
            found.append(f"{name} is new. Once it is final, add to {LANDED.name} the line: {line}")
        elif digests[name] != digest:
            found.append(
                f"{name} has landed, and databases have run it as it was. Put its text back, and "
                "change the schema by a new migration."
            )
    return found


def test_migrations_that_have_landed_are_as_they_were():
    assert complaints(MIGRATIONS, LANDED.read_text()) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("0001_start.py", "x = 2\n", "0001_start.py has landed, and databases have run it"),
        ("0001_start.py", None, "0001_start.py has landed and is gone"),
        ("0002_more.py", "x = 1\n", "0002_more.py is new"),
    ],
)
def test_a_change_a_loss_and_a_new_one_are_told(tmp_path, name, text, said):
    start = tmp_path / "0001_start.py"
    start.write_text("x = 1\n")
    landed = f"{hashlib.sha256(start.read_bytes()).hexdigest()}  {start.name}\n"
    assert complaints(tmp_path, landed) == []
    (tmp_path / name).unlink(missing_ok=True)
    if text is not None:
        (tmp_path / name).write_text(text)
    [told] = complaints(tmp_path, landed)
    assert said in told

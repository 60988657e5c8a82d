"""The layers of the code as a table for docs/architecture.md.

`python -m tests.layers` prints it; with `--write` it takes its place in the page.
"""

import ast
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- made by `python -m tests.layers --write` -->\n"
END = "<!-- end of what is made -->\n"


def contracts() -> list[dict[str, Any]]:
    """The contracts that import-linter keeps, the layers first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return list(settings["tool"]["importlinter"]["contracts"])


def table() -> str:
    """A row for each part of the app, the uppermost layer first, and the other contracts' names."""
    layers, *others = contracts()
    rows = ["| layer | part | what it is |", "|---|---|---|"]
    for number, layer in enumerate(layers["layers"], start=1):
        rows += [f"| {number} | `{part}` | {purpose(part)} |" for part in parts_of(layer)]
    return "\n".join([*rows, "", *(f"- {contract['name']}." for contract in others), ""])


def parts_of(layer: str) -> list[str]:
    return layer.replace("|", " ").split()


def purpose(part: str) -> str:
    """The first sentence of the part's docstring, without its full stop."""
    path = ROOT / "lookups" / f"{part}.py"
    if not path.exists():
        path = ROOT / "lookups" / part / "__init__.py"
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    sentence = re.split(r"(?<=\.)\s|\n\n", docstring)[0]
    return " ".join(sentence.split()).removesuffix(".")


def made_part(page: str) -> str:
    """What stands between the two marks of the page."""
    return page.partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    if "--write" in sys.argv:
        text = PAGE.read_text()
        PAGE.write_text(text.replace(BEGIN + made_part(text), BEGIN + table()))
    else:
        print(table(), end="")

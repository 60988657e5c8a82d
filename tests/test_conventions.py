"""Conventions that a reader relies on, kept by machine."""

import ast
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = [*sorted((ROOT / "lookups").rglob("*.py")), *sorted((ROOT / "phonon_portal").rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [path for path in (ROOT / "static").glob("*") if path.suffix in {".css", ".js"}]


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if re.search(pattern, line)
    ]


def our_files() -> Iterator[Path]:
    """Every file that people write and read: no migration, nothing vendored or made by a tool."""
    folders = ("lookups", "phonon_portal", "benchmarks", "tests", "templates", "static")
    made = (ROOT / "lookups/migrations", ROOT / "static/vendor", ROOT / "static/bootstrap.css")
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.*")):
        is_made = any(path.is_relative_to(one) for one in made)
        if path.suffix in {".py", ".html", ".css", ".js", ".sh"} and not is_made:
            yield path


def too_long(path: Path, text: str) -> list[str]:
    """The file itself over 300 lines; for Python, each function of it over 45."""
    name = path.relative_to(ROOT)
    found = [f"{name}: {lines}" for lines in [len(text.splitlines())] if lines > 300]
    for node in ast.walk(ast.parse(text if path.suffix == ".py" else "")):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            found += [f"{name}, {node.name}: {lines}"] if lines > 45 else []
    return found


def test_no_file_is_over_300_lines_and_no_function_over_45():
    assert [one for path in our_files() for one in too_long(path, path.read_text())] == []


def test_a_file_and_a_function_that_are_too_long_would_be_found():
    function = "async def f():\n" + "    pass\n" * 45
    assert too_long(ROOT / "a.py", function) == ["a.py, f: 46"]
    assert too_long(ROOT / "a.css", "\n" * 301) == ["a.css: 301"]


def test_no_line_of_a_template_is_over_160_characters():
    assert lines_with(r"^.{161}", TEMPLATES) == []


def test_data_is_never_marked_as_safe_html():
    pattern = r"mark_safe|SafeString\(|\|\s*safe\b|autoescape off"
    assert lines_with(pattern, [*CODE, *TEMPLATES]) == []


def test_pages_hold_no_inline_script_style_or_handler():
    pattern = r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:"
    assert lines_with(pattern, TEMPLATES) == []


def test_pages_load_nothing_from_another_host():
    pattern = r"(src|href|action|url)\s*[=(]\s*[\"']?(https?:)?//"
    assert lines_with(pattern, [*TEMPLATES, *OURS]) == []


def test_only_the_rooms_of_the_database_ask_which_it_is():
    """Other modules have `lookups.database` choose between two ways."""
    rooms = [ROOT / "lookups/database", ROOT / "lookups/migrations"]
    others = [path for path in CODE if not any(path.is_relative_to(room) for room in rooms)]
    assert lines_with(r"\bvendor\b", list(rooms[0].glob("*.py")))
    assert lines_with(r"\bvendor\b", others) == []


def test_a_uuid_is_never_read_by_the_parser_that_repairs():
    allowed = {"demo.py", "dice.py"}
    readers = [path for path in CODE if path.name not in allowed]
    assert lines_with(r"^[^`]*(?<!models\.)\bUUID\(", readers) == []


def test_nothing_is_left_for_later():
    assert lines_with(r"TODO|FIXME|XXX|raise NotImplemented", CODE + TEMPLATES) == []


def test_the_part_of_bootstrap_that_is_loaded_has_every_class_that_pages_use():
    """If this fails, run `make css`."""
    whole = (ROOT / "static/vendor/bootstrap-5.3.9/bootstrap.min.css").read_text()
    part = (ROOT / "static/bootstrap.css").read_text()
    writers = [*(ROOT / "lookups/templatetags").glob("*.py"), ROOT / "lookups/views/forms.py"]
    pages = " ".join(path.read_text() for path in [*TEMPLATES, *writers])
    used = set(
        re.findall(r"[a-z][\w-]+", " ".join(re.findall(r"class[\"']?[=:] ?\"([^\"]*)\"", pages)))
    )
    assert used & classes(whole)
    assert used & classes(whole) <= classes(part)


def classes(css: str) -> set[str]:
    return set(re.findall(r"\.(-?[a-z][\w-]*)", re.sub(r"/\*.*?\*/|url\([^)]*\)", "", css)))


def test_vendored_files_are_what_their_checksums_say():
    lists = sorted((ROOT / "static/vendor").rglob("SHA256SUMS"))
    assert lists
    for checksums in lists:
        for line in checksums.read_text().splitlines():
            digest, name = line.split()
            file = checksums.parent / name.lstrip("*")
            assert hashlib.sha256(file.read_bytes()).hexdigest() == digest, file

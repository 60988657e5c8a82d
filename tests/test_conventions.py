"""Conventions that a reader relies on, kept by machine."""

import hashlib
import re
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


def test_no_file_is_longer_than_400_lines():
    files = [path for path in [*CODE, *TEMPLATES, *OURS] if "migrations" not in path.parts]
    long = [str(path) for path in files if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_data_is_never_marked_as_safe_html():
    pattern = r"mark_safe|SafeString\(|\|\s*safe\b|autoescape off"
    assert lines_with(pattern, [*CODE, *TEMPLATES]) == []


def test_pages_hold_no_inline_script_style_or_handler():
    pattern = r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|hx-on|javascript:"
    assert lines_with(pattern, TEMPLATES) == []


def test_pages_load_nothing_from_another_host():
    pattern = r"(src|href|action|url)\s*[=(]\s*[\"']?(https?:)?//"
    assert lines_with(pattern, [*TEMPLATES, *OURS]) == []


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

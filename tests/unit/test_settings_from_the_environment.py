"""Settings that cannot be read stop the portal at start, name themselves and show no secret."""

import base64
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from phonon_portal import keys
from phonon_portal.env import Reader

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def read() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("ON", True), ("0", False), ("", False)]
)
def test_a_flag_is_true_or_false(read, monkeypatch, text, value):
    monkeypatch.setenv("FLAG", text)
    assert read.flag("FLAG", not value) is value


@pytest.mark.parametrize("text", ["treu", "yess", "2", "$TRUE"])
def test_a_mistyped_flag_is_refused_by_name(read, monkeypatch, text):
    monkeypatch.setenv("FLAG", text)
    with pytest.raises(ImproperlyConfigured, match="FLAG"):
        read.flag("FLAG", False)


@pytest.mark.parametrize("text", ["ten", "-1", "inf", "nan", "1.5"])
def test_a_bad_number_is_refused_by_name(read, monkeypatch, text):
    monkeypatch.setenv("COUNT", text)
    with pytest.raises(ImproperlyConfigured, match="COUNT"):
        read.whole("COUNT", 3)


def test_a_leading_dollar_is_part_of_the_value(read, monkeypatch):
    monkeypatch.setenv("SECRET", "$HOME-of-secrets")
    assert read.text("SECRET") == "$HOME-of-secrets"


@pytest.mark.parametrize("text", ["https://portal.example.com/", "http://127.0.0.1:8000", ""])
def test_an_address_is_scheme_and_host(read, monkeypatch, text):
    monkeypatch.setenv("PUBLIC_URL", text)
    assert read.origin("PUBLIC_URL") == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    ["portal.example.com", "https://", "https://a.example/path", "ftp://a.example", "https:"],
)
def test_what_is_no_address_is_refused_by_name(read, monkeypatch, text):
    monkeypatch.setenv("PUBLIC_URL", text)
    with pytest.raises(ImproperlyConfigured, match="PUBLIC_URL"):
        read.origin("PUBLIC_URL")


def test_keys_come_newest_first(read, monkeypatch):
    monkeypatch.setenv("KEYS", f"b:{KEY}, a:{KEY}")
    assert [key_id for key_id, _ in read.keys("KEYS")] == ["b", "a"]


@pytest.mark.parametrize("text", ["hunter2", f"a:{KEY[:-8]}", f":{KEY}", f"a:{KEY},a:{KEY}"])
def test_a_bad_key_is_refused_without_showing_it(read, monkeypatch, text):
    monkeypatch.setenv("KEYS", text)
    with pytest.raises(ImproperlyConfigured, match="KEYS") as refused:
        read.keys("KEYS")
    assert "hunter2" not in str(refused.value)
    assert KEY[:10] not in str(refused.value)


@pytest.mark.parametrize("url", ["mysql://u:hunter2@h/db", "nonsense hunter2"])
def test_another_database_is_refused_without_showing_its_password(read, monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refused:
        read.database("DATABASE_URL", "sqlite:///x")
    assert "hunter2" not in str(refused.value)


def started_with(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import phonon_portal.settings"],
        cwd=ROOT, env={"SECRET_KEY": "x", "PATH": os.defpath} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    "hosts", ["portal.example.com", "*", ".example.com", "127.0.0.1,portal.example.com", "10.0.0.5"]
)
def test_debug_is_refused_beside_a_public_host(hosts):
    said = started_with(DEBUG="true", ALLOWED_HOSTS=hosts).stderr
    assert "Set DEBUG=false" in said
    assert hosts.split(",")[-1] in said
    assert started_with(DEBUG="false", ALLOWED_HOSTS=hosts).returncode == 0


@pytest.mark.parametrize("hosts", ["127.0.0.1,localhost,[::1]", "localhost", ""])
def test_debug_is_fine_on_this_machine_alone(hosts):
    assert started_with(DEBUG="true", ALLOWED_HOSTS=hosts).returncode == 0


def test_every_setting_stands_in_the_example_and_no_other():
    used = set(
        re.findall(r'read\.\w+\(\s*"([A-Z_]+)"', (ROOT / "phonon_portal/settings.py").read_text())
    )
    told = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert used == told


def test_new_keys_are_written_once_and_never_over_old_ones(tmp_path):
    env = tmp_path / ".env"
    keys.write(env, var=tmp_path / "var")
    first = env.read_text()
    assert env.stat().st_mode & 0o077 == 0
    assert "as it is" in keys.write(env, var=tmp_path / "var")
    assert env.read_text() == first


def test_new_keys_are_refused_where_a_database_was_sealed_with_lost_ones(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var/portal.sqlite3").touch()
    with pytest.raises(SystemExit, match="old keys"):
        keys.write(tmp_path / ".env", var=tmp_path / "var")

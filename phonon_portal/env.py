"""Typed readers of the environment that refuse what they cannot read.

django-environ reads `.env` and the process environment; on top of it these readers turn a mistyped
value into an error that names the setting and says how to write it. (`bool("treu")` would be False
without a word.)
"""

import base64
import binascii
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
KEY_BYTES = 32
SCHEMES = {"sqlite", "postgres", "postgresql"}


class Reader:
    """Reads settings by name; every error is an ImproperlyConfigured that names the setting."""

    def __init__(self, env_file: Path | None = None) -> None:
        self._env = environ.Env()
        if env_file is not None and env_file.is_file():
            environ.Env.read_env(env_file, encoding="utf-8")

    def text(self, name: str, default: str = "") -> str:
        # Read from ENVIRON itself: Env.str() takes a leading "$" for a reference to another name.
        value: str = self._env.ENVIRON.get(name, default)
        return value.strip()

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "true" if default else "false").lower()
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise ImproperlyConfigured(
            f"{name}={value!r} is neither true nor false. Write true or false."
        )

    def number(self, name: str, default: float, *, minimum: float = 0) -> float:
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            raise ImproperlyConfigured(f"{name}={value!r} is not a number.") from None
        if not minimum <= number < float("inf"):
            raise ImproperlyConfigured(f"{name}={value} must be a finite number from {minimum:g}.")
        return number

    def whole(self, name: str, default: int, *, minimum: int = 0) -> int:
        number = self.number(name, default, minimum=minimum)
        if number != int(number):
            raise ImproperlyConfigured(f"{name}={number:g} must be a whole number.")
        return int(number)

    def names(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list; blanks around names and empty places are left out."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def origin(self, name: str) -> str:
        """Scheme and host of a web address, without a slash at its end; "" when it is not set."""
        value = self.text(name).rstrip("/")
        parts = urlsplit(value)
        is_origin = parts.scheme in {"http", "https"} and parts.hostname
        if value and not (is_origin and value == f"{parts.scheme}://{parts.netloc}"):
            raise ImproperlyConfigured(
                f"{name}={value!r} is no address. Write one such as https://portal.example.com"
            )
        return value

    def zone(self, name: str, default: str) -> str:
        value = self.text(name, default)
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ImproperlyConfigured(
                f"{name}={value!r} is no time zone. Write one such as Asia/Kolkata."
            ) from None
        return value

    def keys(self, name: str) -> list[tuple[str, bytes]]:
        """Sealing keys, newest first, from `id:base64,id:base64`; each key is 32 bytes."""
        keys: list[tuple[str, bytes]] = []
        for number, part in enumerate(self.names(name), start=1):
            key_id, _, encoded = part.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if not (key_id.isalnum() and len(key_id) <= 16 and len(key) == KEY_BYTES):
                # The value is a secret, so the message tells its place and not its text.
                raise ImproperlyConfigured(
                    f"Key {number} of {name} is not `id:base64` with an id of letters and digits "
                    f"and a key of {KEY_BYTES} bytes. `python -m phonon_portal.keys` prints one."
                )
            keys.append((key_id, key))
        if len({key_id for key_id, _ in keys}) != len(keys):
            raise ImproperlyConfigured(f"{name} names the same key id twice.")
        return keys

    def database(self, name: str, default: str) -> dict[str, Any]:
        value = self.text(name) or default
        if value.partition("://")[0] not in SCHEMES:
            # The value holds a password, so it is not repeated.
            raise ImproperlyConfigured(
                f"{name} is neither sqlite:///PATH nor postgres://USER:PASSWORD@HOST:PORT/NAME."
            )
        config: dict[str, Any] = self._env.db_url_config(value)
        return config

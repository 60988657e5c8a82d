"""Seals and opens short secrets with AES-256-GCM.

A sealed text is `v2.<key id>.<base64 of nonce and ciphertext>`. The place where the secret belongs
is its associated data, so a sealed text that was moved to another row, field, team or endpoint does
not open. Nothing here falls back to plain text.

Texts of `v1` name a place without its endpoint. They open only where the caller asks for `v1`.
"""

import base64
import binascii
import os
from collections.abc import Sequence
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
Keys = Sequence[tuple[str, bytes]]
Version = Literal["v1", "v2"]
# What the associated data begins with, so that no text of one version passes for the other.
OPENINGS: dict[Version, str] = {"v1": "phonon-portal", "v2": "phonon-portal v2"}


class SealError(Exception):
    """
    SealError
    ├── NoKey      no key to seal with, or the key that sealed it is not at hand
    └── Altered    the sealed text was changed, cut, or belongs to another place
        └── Outdated   it is of another version than the one asked for
    """


class NoKey(SealError):
    pass


class Altered(SealError):
    pass


class Outdated(Altered):
    pass


def seal(secret: str, *, place: str, keys: Keys, version: Version = "v2") -> str:
    """The sealed text of `secret`, under the first (newest) key. Raises NoKey without keys."""
    if not keys:
        raise NoKey("CREDENTIAL_KEYS is empty, so nothing can be sealed.")
    key_id, key = keys[0]
    nonce = os.urandom(NONCE_BYTES)
    ciphertext = AESGCM(key).encrypt(nonce, secret.encode(), _bound(version, key_id, place))
    return f"{version}.{key_id}.{base64.b64encode(nonce + ciphertext).decode()}"


def open_sealed(sealed: str, *, place: str, keys: Keys, version: Version = "v2") -> str:
    """The secret that was sealed for `place`. Raises NoKey, Altered or Outdated."""
    found, _, rest = sealed.partition(".")
    key_id, _, encoded = rest.partition(".")
    key = dict(keys).get(key_id)
    if found not in OPENINGS or not encoded:
        raise Altered("This is not a sealed text.")
    if found != version:
        raise Outdated(f"The sealed text is of version {found}, not {version}.")
    if key is None:
        raise NoKey(f"The key {key_id!r} is not in CREDENTIAL_KEYS.")
    bound = _bound(version, key_id, place)
    try:
        data = base64.b64decode(encoded, validate=True)
        opened = AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound)
    except (binascii.Error, InvalidTag, ValueError):
        raise Altered("The sealed text does not open: it was changed or moved.") from None
    return opened.decode()


def key_id_of(sealed: str) -> str:
    """The id of the key that sealed it, or "" when the text is not one of ours."""
    version, _, rest = sealed.partition(".")
    return rest.partition(".")[0] if version in OPENINGS else ""


def _bound(version: Version, key_id: str, place: str) -> bytes:
    return f"{OPENINGS[version]}|{key_id}|{place}".encode()

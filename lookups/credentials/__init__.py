"""Credentials: save, open, test, seal anew, retire. The only caller of `sealing`."""

from lookups.credentials.opening import CannotOpen, access_to, client, why_closed
from lookups.credentials.resealing import reseal, rotate
from lookups.credentials.retiring import RETIRED, retire
from lookups.credentials.saving import check, remarks, save
from lookups.credentials.testing import resume, test

__all__ = [
    "RETIRED",
    "CannotOpen",
    "access_to",
    "check",
    "client",
    "remarks",
    "reseal",
    "resume",
    "retire",
    "rotate",
    "save",
    "test",
    "why_closed",
]

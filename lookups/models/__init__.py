"""The rows of the portal, one file a concept."""

from lookups.models.attempt import Attempt
from lookups.models.audit_event import AuditEvent
from lookups.models.call import Call, CallQuerySet
from lookups.models.change import Change
from lookups.models.credential import Credential, CredentialQuerySet
from lookups.models.fetch import Fetch
from lookups.models.guesses import Guesses
from lookups.models.invitation import Invitation
from lookups.models.item import ItemRow, LookupItem, insert_items
from lookups.models.lookup import Lookup
from lookups.models.member import Member
from lookups.models.team import Team
from lookups.models.upload import PIECE_BYTES, Upload, UploadPiece
from lookups.models.user import User
from lookups.models.worker import Worker

__all__ = [
    "PIECE_BYTES",
    "Attempt",
    "AuditEvent",
    "Call",
    "CallQuerySet",
    "Change",
    "Credential",
    "CredentialQuerySet",
    "Fetch",
    "Guesses",
    "Invitation",
    "ItemRow",
    "Lookup",
    "LookupItem",
    "Member",
    "Team",
    "Upload",
    "UploadPiece",
    "User",
    "Worker",
    "insert_items",
]

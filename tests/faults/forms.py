"""What the forms of the portal send, filled in for a test."""

from uuid import uuid4

from lookups.models import Credential, User
from tests.uuids import some_uuids


def team_facts(slug: str) -> dict[str, str]:
    made = {"created_at_0": "2026-11-12", "created_at_1": "12:00:00"}
    return {"slug": slug, "name": "Another", "zone": "UTC"} | made


def user_facts(user: User, **facts: str) -> dict[str, str]:
    joined = user.date_joined
    return {
        "username": user.username,
        "is_active": "on",
        "date_joined_0": f"{joined:%Y-%m-%d}",
        "date_joined_1": f"{joined:%H:%M:%S}",
    } | facts


def credential_facts(label: str) -> dict[str, object]:
    return {
        "label": label,
        "endpoint_url": "http://127.0.0.1:9/pull",
        "api_version": 1,
        "max_uuids": 10,
        "max_concurrent": 1,
        "requests_per_minute": 0,
    }


def lookup_form(credential: Credential, **facts: object) -> dict[str, object]:
    return {
        "text": "\n".join(some_uuids(5)),
        "credential": credential.pk,
        "fetch_attempt": "ALL",
        "nonce": str(uuid4()),
    } | facts

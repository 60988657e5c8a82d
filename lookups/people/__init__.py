"""Teams, their members, and how people sign in."""

from lookups.people.members import (
    AlreadyMember,
    LastManager,
    accept,
    add_member,
    change_role,
    create_team,
    decline,
    find_user,
    remove,
    take_back,
)

__all__ = [
    "AlreadyMember",
    "LastManager",
    "accept",
    "add_member",
    "change_role",
    "create_team",
    "decline",
    "find_user",
    "remove",
    "take_back",
]

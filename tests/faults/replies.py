"""Replies of Phonon, made for a test."""

from lookups.pull import AttemptRecord, CallRecord, Reply


def reply(uuids: list[str], *, status: str = "COMPLETED") -> Reply:
    calls = {
        uuid: CallRecord(uuid=uuid, flow_status=status, attempts=[AttemptRecord(key="id:1")])
        for uuid in uuids
    }
    return Reply(
        http_status=200, code=200, message="", bytes=1, milliseconds=1,
        calls=calls, missing=[], unasked=0,
    )  # fmt: skip

"""`python -m tests.unit.pull.large_replies SHAPE [--at-once]`: the memory that reading it takes."""

import json
import sys
import tracemalloc
from collections.abc import Iterable

from lookups.pull.reply import answer
from lookups.pull.reply.answer import reply_of
from tests.unit.pull.golden import UUID, as_bytes, flat
from tests.unit.pull.monstrous import peak_megabytes

SIZE = 16 * 1024 * 1024 - 1000
HEAD = b'{"api-response-code":200,"data":[{"phonon-uuid":"' + UUID.encode() + b'",'


def together(pieces: Iterable[bytes]) -> bytes:
    """The pieces with commas between them. To join them would take many times their memory, and
    what reading takes could then not be told from it."""
    made = bytearray()
    for piece in pieces:
        made += piece + b","
    return bytes(made[:-1])


SHAPES = {
    "attempts": lambda: (
        b'"attempts":['
        + together(b'{"attemptId":"%d","hangupCause":"18"}' % n for n in range(SIZE // 42))
        + b"]"
    ),
    "variables": lambda: (
        b'"keys":{' + together(b'"k%07d":"v"' % n for n in range(SIZE // 15)) + b"}"
    ),
    "lists in lists": lambda: b'"x":[' + b"[]," * (SIZE // 3) + b"0]",
    # One letter that takes four bytes makes all others take four.
    "a wide text": lambda: b'"x":"\xf0\x9f\x98\x80' + b"a" * SIZE + b'"',
}


def main(shape: str, *flags: str) -> None:
    reply_of(as_bytes(flat()), [UUID], http_status=200)
    body = HEAD + SHAPES[shape]() + b"}]}"
    before = peak_megabytes()
    if "--at-once" in flags:
        answer.is_light = lambda body: True
        # What a machine that moves idle memory away leaves to a process says less than was taken.
        tracemalloc.start()
        reply_of(body, [UUID], http_status=200)
        grown = tracemalloc.get_traced_memory()[1] / 1e6
    else:
        reply_of(body, [UUID], http_status=200)
        grown = peak_megabytes() - before
    print(json.dumps({"grown_megabytes": grown + len(body) / 1e6}))


if __name__ == "__main__":
    main(*sys.argv[1:])

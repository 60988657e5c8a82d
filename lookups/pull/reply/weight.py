"""Whether a reply can be read at once: a guess of the memory that its values will take."""

from lookups.limits import READ_OBJECTS, READ_WEIGHT

# Bytes, measured: of a text and its copies, of a value in a list or object, of a field with its
# name, of an object with its record. A letter outside of Latin-1 makes its whole text wide.
_BYTE, _WIDE_BYTE = 3, 12
_VALUE, _FIELD, _OBJECT = 64, 190, 600


def is_light(body: bytes) -> bool:
    """Whether reading all of the body takes little memory, whatever stands in it."""
    objects = body.count(b"{")
    if objects > READ_OBJECTS:
        return False
    weight = len(body) * (_BYTE if body.isascii() else _WIDE_BYTE)
    weight += _VALUE * (body.count(b",") + body.count(b"["))
    weight += _FIELD * body.count(b'":') + _OBJECT * objects
    return weight <= READ_WEIGHT

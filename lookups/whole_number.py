"""A whole number as people and addresses write it."""

MOST_DIGITS = 18  # as many as every key and place of a database takes


def whole_number(text: str | None) -> int | None:
    """The number that the text is, of ASCII digits alone; None for anything else, however long."""
    is_one = text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if text and is_one else None

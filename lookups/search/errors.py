"""What search says when it does not understand."""

from lookups.refusal import Refusal

LONGEST_QUOTE = 40  # characters of the person's own text that an error repeats


class SearchError(Refusal):
    """The query or the page link was not understood. `sentence` says what and what to do."""

    exit_code = 2


def quoted(text: str) -> str:
    """The text in quotation marks, cut where it is long."""
    return f"“{text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + '…'}”"

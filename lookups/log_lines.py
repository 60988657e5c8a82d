"""Lines of the log, in which no telephone number stands, whatever an error quotes."""

import logging

from lookups.story import mask_text


class MaskedLines(logging.Formatter):
    """The ordinary formatter, with the numbers in messages and tracebacks masked."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_text(super().format(record))

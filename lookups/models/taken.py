"""Unique keys that another row takes in the same moment, refused in the words of a form."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction


@contextmanager
def told(row: models.Model) -> Iterator[None]:
    """Runs the block, which saves the row, in a transaction.

    Raises ValidationError with the model's own sentence when another row has its unique key, and
    IntegrityError when the database refuses the row for another reason.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        row.validate_unique()
        row.validate_constraints()
        raise

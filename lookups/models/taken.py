"""A unique key that somebody else took in the same moment, told as the form would have told it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction


@contextmanager
def told(row: models.Model) -> Iterator[None]:
    """Saves the row inside, in a transaction. Raises ValidationError with the model's sentence when
    another row has its unique key, and IntegrityError when the database refuses it otherwise."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        row.validate_unique()
        row.validate_constraints()
        raise

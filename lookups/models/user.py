"""The people who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Upper

from lookups.models.taken import told


def folded(name: str) -> str:
    """The name in one spelling, whatever the width or the case of its letters."""
    return User.normalize_username(name).lower()


class People(UserManager["User"]):
    """Accounts by their names."""

    use_in_migrations = False

    def named(self, name: str) -> "User | None":
        """The account of that name in any spelling, or None. No two differ by case alone."""
        name = User.normalize_username(name)
        found = self.filter(username__iexact=name).first()
        if found or name.isascii():
            return found
        # SQLite, and PostgreSQL with the locale C, fold the case of ASCII letters alone.
        names = self.values_list("pk", "username").order_by("pk")
        keys = [pk for pk, other in names if folded(other) == folded(name)]
        return self.get(pk=keys[0]) if keys else None

    def create_superuser(self, username: str, *given: Any, **facts: Any) -> "User":
        """Raises ValidationError when the name is taken; `createsuperuser` prints it."""
        with told(self.model(username=username)):
            return super().create_superuser(username, *given, **facts)


class User(AbstractUser):
    """A person who signs in. What they may see comes from their memberships."""

    objects: ClassVar = People()

    class Meta(AbstractUser.Meta):
        db_table = "lookups_user"
        constraints = [
            # `Upper`, because PostgreSQL's `iexact` compares the upper case of both.
            models.UniqueConstraint(
                Upper("username"),
                name="one_account_per_name",
                violation_error_message="There is an account with this name already.",
            )
        ]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

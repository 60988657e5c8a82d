from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Upper

from lookups.models.taken import told


class People(UserManager["User"]):
    """Accounts by their names."""

    use_in_migrations = False

    def create_superuser(self, username: str, *given: Any, **facts: Any) -> "User":
        """Raises ValidationError, which `createsuperuser` says, when the name is taken."""
        with told(self.model(username=username)):
            return super().create_superuser(username, *given, **facts)


class User(AbstractUser):
    """A person who signs in. What they may see comes from their memberships."""

    objects: ClassVar = People()

    class Meta(AbstractUser.Meta):
        db_table = "lookups_user"
        constraints = [
            # `Upper`, because this is how PostgreSQL compares whatever the case.
            models.UniqueConstraint(
                Upper("username"),
                name="one_account_per_name",
                violation_error_message="There is an account with this name already.",
            )
        ]

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A person who signs in. What they may see comes from their memberships."""

    class Meta(AbstractUser.Meta):
        db_table = "lookups_user"

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

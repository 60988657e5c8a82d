"""Signs in, or tries to."""

from django.test import Client

from tests.conftest import PASSWORD

SIGN_IN = "/sign-in/"
ADMIN = "/admin/login/"


def try_it(client: Client, password: str, *, name: str = "asha", at: str = SIGN_IN, **meta: str):
    return client.post(at, {"username": name, "password": password}, **meta)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def wrong(times: int, *, client: Client | None = None, **how: str) -> None:
    for number in range(times):
        try_it(client or Client(), f"wrong-{number}", **how)


def may_be_guessed(
    client: Client, *, at: str = SIGN_IN, name: str = "asha", after: int = 12
) -> bool:
    """Whether the right password signs in after so many wrong ones."""
    wrong(after, client=client, at=at, name=name)
    try_it(client, PASSWORD, at=at, name=name)
    return is_in(client)

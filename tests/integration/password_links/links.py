"""Finds a link on a page, opens it and sets a password by it."""

import re

from django.test import Client

NEW = {"username": "nina", "full_name": "Nina Das", "role": "agent"}
CHOSEN = "a-long-passphrase"


def link_in(page) -> str:
    """The path of the link that the page shows."""
    return re.search(r'id="link">https?://[^/]+(/[^<]+)<', page.content.decode()).group(1)


def open_link(link: str, client: Client | None = None):
    return (client or Client()).get(link, follow=True)


def use_link(link: str, password: str = CHOSEN, client: Client | None = None):
    client = client or Client()
    form = client.get(link, follow=True)
    sent = {"new_password1": password, "new_password2": password}
    return client.post(form.wsgi_request.path, sent, follow=True)


def signs_in(username: str, password: str = CHOSEN) -> bool:
    return Client().login(username=username, password=password)

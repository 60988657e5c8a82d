"""What a first visit weighs, and that pages are compressed in a way that tells nothing."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db

GZIP = {"Accept-Encoding": "gzip"}


def test_a_first_visit_weighs_at_most_45_kilobytes():
    page = Client(headers=GZIP).get("/sign-in/")
    html = gzip.decompress(page.content).decode()
    files = re.findall(r'(?:src|href)="/static/([^"]+)"', html)
    assert len(files) >= 6
    weights = [len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in files]
    assert len(page.content) + sum(weights) <= 45_000


def test_a_page_is_the_same_compressed_and_plain(signed_in, agent):
    client = signed_in(agent)
    packed = client.get("/lookups/", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    no_token = re.compile(r"[A-Za-z0-9]{64}")
    plain = client.get("/lookups/")
    assert no_token.sub("", gzip.decompress(packed.content).decode()) == no_token.sub(
        "", plain.content.decode()
    )


def test_the_length_of_a_compressed_page_says_nothing_exact(signed_in, agent):
    client = signed_in(agent)
    lengths = {len(client.get("/lookups/", headers=GZIP).content) for _ in range(20)}
    assert len(lengths) > 5


def test_a_download_is_streamed_as_it_is(signed_in, agent):
    answer = signed_in(agent).get("/calls/export?format=csv", headers=GZIP)
    assert answer.streaming
    assert "Content-Encoding" not in answer.headers

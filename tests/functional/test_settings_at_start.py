"""What the checks at start say, and how a setting that cannot be read is told."""

import pytest

from lookups import checks
from tests import processes


@pytest.mark.parametrize(
    ("https_only", "behind_proxy", "found"),
    [(True, False, ["lookups.W003"]), (True, True, []), (False, False, [])],
)
def test_https_that_nobody_speaks_is_remarked_on(settings, https_only, behind_proxy, found):
    settings.HTTPS_ONLY, settings.BEHIND_TLS_PROXY = https_only, behind_proxy
    assert [one.id for one in checks.https_has_somebody_who_speaks_it()] == found


def test_a_setting_that_cannot_be_read_is_one_sentence_on_every_command():
    told = processes.manage("doctor", PUBLIC_URL="portal.example.com")
    assert told.returncode == 1
    assert told.stderr.startswith("PUBLIC_URL='portal.example.com' is no address.")
    assert "Traceback" not in told.stderr

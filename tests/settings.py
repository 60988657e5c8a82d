"""The portal's own settings with fixed test values; the database follows DATABASE_URL."""

import base64
import os
import tempfile
from pathlib import Path

os.environ |= {
    "SECRET_KEY": "only-for-tests-" + "x" * 50,
    "CREDENTIAL_KEYS": "t1:" + base64.b64encode(b"k" * 32).decode(),
    "PULL_ALLOW_PRIVATE_ENDPOINTS": "true",
    "PULL_ALLOWED_HOSTS": "",
    "PULL_BACKOFF_SECONDS": "0",
    "PULL_TIMEOUT_SECONDS": "10",
    "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
    "DEBUG": "false",
    "HTTPS_ONLY": "false",
}
os.environ.setdefault("DATABASE_URL", f"sqlite:///{tempfile.mkdtemp()}/test.sqlite3")

from phonon_portal.settings import *  # noqa: F403

STATIC_ROOT = Path(tempfile.mkdtemp())
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, as in real life: workers and the web process share it.
    DATABASES["default"]["TEST"] = {  # noqa: F405
        "NAME": str(Path(DATABASES["default"]["NAME"]).with_name("tests.sqlite3"))  # noqa: F405
    }

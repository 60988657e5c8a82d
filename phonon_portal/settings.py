"""All settings, from the environment or `.env`. `.env.example` lists every one of them."""

import os
from importlib.util import find_spec
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from phonon_portal.env import Reader

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}

# Whatever the portal writes, in whatever process, is for the person alone that it runs as.
os.umask(0o077)

read = Reader(BASE_DIR / ".env")

DEBUG = read.flag("DEBUG", False)
SECRET_KEY = read.text("SECRET_KEY")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. `make serve` writes a .env with new keys; or set SECRET_KEY "
        "to 50 or more random characters."
    )
CREDENTIAL_KEYS = read.keys("CREDENTIAL_KEYS")
ALLOWED_HOSTS = read.names("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
is_local = set(ALLOWED_HOSTS) <= LOOPBACK
if DEBUG and not is_local:
    raise ImproperlyConfigured(
        "DEBUG=true shows the inside of the portal to everyone who reaches it, so ALLOWED_HOSTS "
        f"may then name this machine alone: {', '.join(sorted(LOOPBACK))}. Set DEBUG=false, or "
        f"take {', '.join(sorted(set(ALLOWED_HOSTS) - LOOPBACK))} out of ALLOWED_HOSTS."
    )
DEFAULT_EXCEPTION_REPORTER = "phonon_portal.reporting.Reporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "phonon_portal.reporting.ReporterFilter"
CSRF_TRUSTED_ORIGINS = read.names("CSRF_TRUSTED_ORIGINS")
# The address in links that a command prints. Pages know their own.
PUBLIC_URL = read.origin("PUBLIC_URL")

# Set by `make demo`: every page then says that the calls are made up.
DEMO = read.flag("DEMO", False)

# ── The Pull API ────────────────────────────────────────────────────────────────────────────
PULL_ALLOWED_HOSTS = read.names("PULL_ALLOWED_HOSTS")
PULL_ALLOW_PRIVATE_ENDPOINTS = read.flag("PULL_ALLOW_PRIVATE_ENDPOINTS", False)
PULL_CONNECT_TIMEOUT_SECONDS = read.number("PULL_CONNECT_TIMEOUT_SECONDS", 5, minimum=0.05)
PULL_TIMEOUT_SECONDS = read.number("PULL_TIMEOUT_SECONDS", 60, minimum=0.1)
PULL_MAX_TRIES = read.whole("PULL_MAX_TRIES", 3, minimum=1)
PULL_BACKOFF_SECONDS = read.number("PULL_BACKOFF_SECONDS", 1)
LEASE_SECONDS = read.number("LEASE_SECONDS", 30, minimum=0.5)
# Requests a day with which a team's watched lookups are asked for again. 0: no watching.
WATCH_REQUESTS_PER_DAY = read.whole("WATCH_REQUESTS_PER_DAY", 500)
WORKER_CONCURRENCY = read.whole("WORKER_CONCURRENCY", 32, minimum=1)

# ── Limits of what people send ──────────────────────────────────────────────────────────────
INTAKE_PASTE_BYTES = read.whole("INTAKE_PASTE_BYTES", 5_000_000, minimum=1)
INTAKE_FILE_BYTES = read.whole("INTAKE_FILE_BYTES", 50_000_000, minimum=1)
INTAKE_MAX_UUIDS = read.whole("INTAKE_MAX_UUIDS", 1_000_000, minimum=1)
# Django counts form fields without files here; the paste box is one of them.
DATA_UPLOAD_MAX_MEMORY_SIZE = INTAKE_PASTE_BYTES * 3 + 100_000
# A whole form: the file, the paste box beside it, and a little for the rest.
REQUEST_MAX_BYTES = INTAKE_FILE_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE
RETENTION_DAYS = read.whole("RETENTION_DAYS", 0)

# Numbers that one person may search for by 8 digits and more in an hour.
NUMBER_SEARCHES_AN_HOUR = read.whole("NUMBER_SEARCHES_AN_HOUR", 60)

# Bearer token with which a monitor reads /metrics; without one only superusers may.
METRICS_TOKEN = read.text("METRICS_TOKEN")

# ── Database ────────────────────────────────────────────────────────────────────────────────
DATABASES = {"default": read.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # UUIDs scatter over the whole of an index. So each reply touches a large part of its pages:
        # they find room in memory (16 MiB), and what many replies changed is copied out of the
        # log once (every 64 MiB), not with each of them.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=16384;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# ── Django ──────────────────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "lookups",
]
# The distributed engine; its tables are PostgreSQL's alone.
if DATABASES["default"]["ENGINE"].endswith("postgresql") and find_spec("procrastinate"):
    INSTALLED_APPS.append("procrastinate.contrib.django")
MIDDLEWARE = [
    # These only add headers, so they come before all that may answer by itself.
    "lookups.views.middleware.HeadersMiddleware",
    "lookups.views.middleware.ProxyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lookups.views.middleware.CompressMiddleware",
    "lookups.views.middleware.UploadLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lookups.views.signed_out.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lookups.views.middleware.PageMiddleware",
]
ROOT_URLCONF = "phonon_portal.urls"
AUTH_USER_MODEL = "lookups.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# How long a link to set a password works.
PASSWORD_RESET_TIMEOUT = 72 * 60 * 60
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "new-lookup"
LOGOUT_REDIRECT_URL = "sign-in"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lookups.views.page.frame",
            ],
        },
    }
]
LANGUAGE_CODE = "en-gb"
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_TEAM_ZONE = read.zone("DEFAULT_TEAM_ZONE", "Asia/Kolkata")

# ── Static files: served by the portal itself, from its own host only ───────────────────────
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ── Browser hardening ───────────────────────────────────────────────────────────────────────
# Plain http is right only while the portal is reached over this machine's own loopback.
HTTPS_ONLY = read.flag("HTTPS_ONLY", not is_local)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
BEHIND_TLS_PROXY = read.flag("BEHIND_TLS_PROXY", False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "lookups.views.out_of_date.no_csrf_token"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Bootstrap draws its select arrows and close crosses as data: images.
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "lookups.log_lines.MaskedLines",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"answers": {"()": "phonon_portal.answer_log.AnswerFilter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["answers"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Without handlers of its own, Django says each thing once, and through the filter.
    "loggers": {"lookups": {"level": "INFO"}, "django": {"level": "INFO"}},
}

"""The only settings file. Everything a deployment may change is read from the environment here."""

import warnings
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from psycopg.conninfo import make_conninfo

from cxplanner import env

# Lets classes such as ModelForm name their model, as their stubs do.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# No default: Django refuses to sign anything with an empty key.
SECRET_KEY = env.text("SECRET_KEY")
DEBUG = False
EMBEDDED = env.flag("CXPLANNER_EMBEDDED", default=False)
HTTPS = env.flag("HTTPS", default=not EMBEDDED)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if EMBEDDED else "")
# Where people reach the product: the links of mails begin with it. Without a slash at the end.
PUBLIC_URL = env.text("PUBLIC_URL", env.likely_url(ALLOWED_HOSTS, https=HTTPS)).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
SIGNUP = env.choice("SIGNUP", ("invite", "open"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "lucide",
    "template_partials.apps.SimpleAppConfig",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "pghistory",
    "cxplanner.apps.ProjectConfig",
    "cxplanner.base",
    "cxplanner.accounts",
    "cxplanner.presence",
    "cxplanner.events",
    "strategy",
    "surveys",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cxplanner.base.policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "cxplanner.base.draining.Drained",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cxplanner.base.history.PageHistory",
    "cxplanner.base.drafts.SavedDrafts",
    "cxplanner.accounts.middleware.AccessMiddleware",
]

ROOT_URLCONF = "cxplanner.urls"
WSGI_APPLICATION = "cxplanner.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "django.contrib.humanize.templatetags.humanize",
                "django_htmx.templatetags.django_htmx",
                "cxplanner.base.templatetags.icons",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# --- database -------------------------------------------------------------------------------

_database = env.database("DATABASE_URL")
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            # A pool, not CONN_MAX_AGE: both together are refused by Django.
            "pool": {"min_size": 1, "max_size": env.integer("DATABASE_POOL", 8, least=1)},
            # The three hot statements are prepared; Django's default switches preparing off.
            "prepare_threshold": 1,
        },
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache("CACHE_URL", "locmemcache://")}

# --- people ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "cxplanner.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "cxplanner.accounts.forms.SignUpForm"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True  # one address a person: it is the name they sign in with
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "none" if EMBEDDED else "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = not EMBEDDED
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = not EMBEDDED
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# --- safety ---------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env.flag("HTTPS_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "cxplanner.pages.stale_form"
if env.flag("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# A bulk call carries up to 5,000 answers; the API answers 413 above this many bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
# Files go to disk while they arrive, never whole into memory.
FILE_UPLOAD_HANDLERS = ["cxplanner.base.uploads.ToDisk"]
PUBLIC_REQUESTS_PER_MINUTE = env.integer("PUBLIC_REQUESTS_PER_MINUTE", 120, least=1)
TOKEN_REQUESTS_PER_MINUTE = env.integer("TOKEN_REQUESTS_PER_MINUTE", 6000, least=1)
NOTE_TOKEN_USE_IN_THREAD = True
# Limits are counted in process; each worker enforces its share.
WEB_WORKERS = env.web_workers()

# --- jobs -----------------------------------------------------------------------------------

BROKER_URL = env.text("BROKER_URL", "pgmq://")
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 1800  # below the visibility timeout, or a long task would run twice
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# One new connection where the old one broke, then give up: pending rows and the sweep carry the
# work, not the broker. (Without any retry a broken connection to RabbitMQ is never replaced.)
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
if BROKER_URL.startswith("pgmq:"):
    CELERY_BROKER_URL = "pgmq://localhost"  # kombu wants a host; `conn_string` says where it is
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "conn_string": make_conninfo(
            dbname=_database["NAME"],
            user=_database["USER"] or None,
            password=_database["PASSWORD"] or None,
            host=_database["HOST"] or None,
            port=_database["PORT"] or None,
        ),
        "init_extension": False,
        "use_notify": True,
        "wait_time_seconds": 0,
        "polling_interval": 1,
        "notify_throttle_interval_ms": 0,
        "visibility_timeout": 3600,
        "pool_size": 4,
    }
elif BROKER_URL.startswith(("redis:", "rediss:", "redis+socket:")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 2,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }
HEARTBEAT_SECONDS = 5

# --- mail, language, files ------------------------------------------------------------------

vars().update(env.email("EMAIL_URL", "consolemail://"))
EMAIL_TIMEOUT = 10  # seconds; a server that says nothing must not hold a worker
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "cxplanner@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fa", "فارسی")]
LOCALE_PATHS = [BASE_DIR / "cxplanner" / "locale"]
FORMAT_MODULE_PATH = "cxplanner.base.formats"
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "cxplanner" / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
# Collected files carry their hash in the name; without `collectstatic` they are found in place.
_is_collected = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = not _is_collected
if not _is_collected:
    warnings.filterwarnings("ignore", "No directory at", UserWarning)  # there is none to be missed
_storage = (
    "CompressedManifestStaticFilesStorage" if _is_collected else "CompressedStaticFilesStorage"
)
STORAGES = {"staticfiles": {"BACKEND": f"whitenoise.storage.{_storage}"}}

# --- REST -----------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["cxplanner.accounts.tokens.BearerToken"],
    "DEFAULT_PERMISSION_CLASSES": ["cxplanner.accounts.access.TokenMay"],
    "DEFAULT_THROTTLE_CLASSES": ["cxplanner.accounts.throttles.PerToken"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["cxplanner.base.parsers.StrictJSON"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "cxplanner.base.negotiation.Negotiation",
    "DEFAULT_PAGINATION_CLASS": "cxplanner.base.pagination.Cursor",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "cxplanner.base.openapi.Operation",
    "EXCEPTION_HANDLER": "cxplanner.base.problems.handler",
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": True,
    "DATETIME_INPUT_FORMATS": ["iso-8601"],
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "cxplanner",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "surveys.responses.serializers.add_schemas",
        "cxplanner.base.openapi.introduce",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PlanStatusEnum": "strategy.plans.models.Plan.Status",
        "StatementKindEnum": "strategy.personas.models.PersonaStatement.Kind",
    },
}

# --- the product ----------------------------------------------------------------------------

# Files of past answers: how large they may be, and how long they are kept once brought in.
IMPORT_MOST_BYTES = env.integer("IMPORT_MOST_MB", 250, least=1) * 1024**2
IMPORT_FILE_DAYS = env.integer("IMPORT_FILE_DAYS", 7)
# The nine steps in their order; a step not listed is not offered.
PLAN_SECTIONS = [
    "strategy.goals.section.GoalsSection",
    "strategy.swot.section.ExperienceSection",
    "strategy.journeys.section.PeopleSection",
    "strategy.tactics.section.TacticsSection",
    "surveys.section.SurveysSection",
    "strategy.metrics.section.MetricsSection",
]
# What joins the golden thread without being a step.
THREAD_JOINERS = [
    "strategy.thread.section.PlansJoiner",
    "strategy.swot.section.SwotJoiner",
    "strategy.journeys.section.JourneysJoiner",
    "strategy.evidence.section.EvidenceJoiner",
]
# What people answer for, which whoever leaves hands over.
OPEN_WORK = [
    "strategy.goals.work.OpenGoals",
    "strategy.tactics.work.OpenTactics",
    "strategy.tactics.work.OpenSteps",
    "strategy.touchpoints.work.OwnedTouchpoints",
]
# The one door for facts; people and tokens tell through it what happened to them.
FACTS_GO_TO = "cxplanner.events.services.record"
# What has a history, can be restored and undone, in the order in which services hold rows.
KEPT_HISTORY = [
    "strategy.plans.history.CYCLE",
    "strategy.touchpoints.history.TOUCHPOINT",
    "strategy.touchpoints.history.AUDIT",
    "strategy.evidence.history.EVIDENCE",
    "strategy.personas.history.PERSONA",
    "strategy.personas.history.STATEMENT",
    "strategy.swot.history.ENTRY",
    "strategy.swot.history.ABSENCE",
    "strategy.journeys.history.JOURNEY",
    "strategy.journeys.history.JOURNEY_PERSONA",
    "strategy.journeys.history.STEP",
    "strategy.journeys.history.STEP_PERSONA",
    "strategy.journeys.history.CARD",
    "strategy.metrics.history.METRIC",
    "strategy.metrics.history.DEFINITION",
    "strategy.goals.history.GOAL",
    "strategy.tactics.history.TACTIC",
    "strategy.tactics.history.TACTIC_GOAL",
    "strategy.tactics.history.TACTIC_TOUCHPOINT",
    "strategy.tactics.history.TACTIC_REASON",
    "strategy.tactics.history.TACTIC_STEP",
    "surveys.design.history.SURVEY",
    "surveys.design.history.QUESTION",
    "strategy.plans.history.PLAN",
]
# Where raw numbers live: each source gives the SQL that turns its raw rows into cells.
NUMBER_SOURCES = ["strategy.metrics.observed.OBSERVATIONS", "surveys.responses.scoring.ANSWERS"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # The 503 of /readyz is an answer, asked for every few seconds, and not an error of the server.
    "filters": {
        "not_readyz": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: record.request.path != "/readyz",
        }
    },
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "pgmq.install": {"level": "WARNING"},
        "django.request": {"filters": ["not_readyz"]},
    },
}
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

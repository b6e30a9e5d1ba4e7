"""Typed readers of the environment; a value that cannot be read stops start-up."""

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Return the variable, or what the file named by NAME_FILE holds (for mounted secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}")
    return default


def integer(name: str, default: int, *, least: int = 0) -> int:
    value = text(name)
    try:
        number = int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}") from None
    if number < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}, not {number}")
    return number


def choice(name: str, options: tuple[str, ...]) -> str:
    """Return the variable; the first option stands when it is absent."""
    value = text(name, options[0])
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def likely_url(hosts: list[str], *, https: bool) -> str:
    """Guess the product's own address from the first host it answers for."""
    host = next((host for host in hosts if "*" not in host), "localhost").lstrip(".")
    return f"{'https' if https else 'http'}://{host}"


def database(name: str) -> dict[str, Any]:
    """Return Django's settings of a postgresql:// address, read as PostgreSQL itself reads it."""
    try:
        told = conninfo_to_dict(text(name, "postgresql:///cxplanner"))
    except ProgrammingError:
        # Without the address or the reader's reason: both may hold the password.
        raise ImproperlyConfigured(f"{name} must be a postgresql:// address") from None
    own = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    config = {setting: str(told.pop(word, "")) for setting, word in own.items()}
    return {"ENGINE": "django.db.backends.postgresql", **config, "OPTIONS": told}


def email(name: str, default: str) -> dict[str, Any]:
    return dict(environ.Env.email_url_config(text(name, default)))


def cache(name: str, default: str) -> dict[str, Any]:
    return dict(environ.Env.cache_url_config(text(name, default)))


def web_workers() -> int:
    """Return how many processes the web server has; limits are shared out among them."""
    return integer("WEB_WORKERS", 1, least=1)

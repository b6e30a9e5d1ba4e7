"""The product's settings for a bench: databases of its own, and limits raised, never removed."""

import os
import tempfile
from pathlib import Path

from psycopg.conninfo import make_conninfo

from cxplanner.base.postgres import EmbeddedPostgres

DATA = Path(tempfile.mkdtemp(prefix="cxplanner-bench-"))
OWN_SERVER = "DATABASE_URL" not in os.environ
SERVER_URL = os.environ.get("DATABASE_URL") or EmbeddedPostgres(DATA).url
PRODUCT, FLOOR = "cxplanner_bench", "cxplanner_bench_floor"

os.environ |= {
    "DATABASE_URL": make_conninfo(SERVER_URL, dbname=PRODUCT),
    "FLOOR_DATABASE_URL": make_conninfo(SERVER_URL, dbname=FLOOR),
    "CXPLANNER_DATA": str(DATA),
    "SECRET_KEY": "only for benches",
    "HTTPS": "false",
    "ALLOWED_HOSTS": "127.0.0.1",
    "BROKER_URL": "pgmq://",
    "WEB_WORKERS": "2",
    "PUBLIC_REQUESTS_PER_MINUTE": "1000000000",
    "TOKEN_REQUESTS_PER_MINUTE": "1000000000",
    "LOG_LEVEL": "WARNING",
}

from cxplanner.settings import *  # noqa: E402, F403  # the environment stands before it is read

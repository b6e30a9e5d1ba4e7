"""A database that stands amid migrations which have since become one can go nowhere from here."""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def lost_migration(connection: BaseDatabaseWrapper) -> str | None:
    """Return the first migration that the database still needs and that is here no longer.

    Django takes a squashed migration where all or none of what it replaces were applied. Else it
    leaves it out: what depends on it then fails, and where nothing does, nothing happens at all.
    """
    disk = MigrationLoader(None).disk_migrations
    applied = MigrationRecorder(connection).applied_migrations()
    for squashed in disk.values():
        missing = [name for name in squashed.replaces if name not in applied and name not in disk]
        if missing and len(missing) < len(squashed.replaces):
            return ".".join(missing[0])
    return None

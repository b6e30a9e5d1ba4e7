"""What deleting for good takes with it: said before it is done."""

from collections import Counter

from django.db import router
from django.db.models import Model
from django.db.models.deletion import Collector


def what_goes(row: Model) -> dict[str, int]:
    """Count the rows that leave with this one, by the name of their model.

    Raises ProtectedError or RestrictedError when something that stays still needs them.
    """
    collector = Collector(using=router.db_for_write(type(row)), origin=row)
    collector.collect([row])
    found: Counter[str] = Counter()
    for model, rows in collector.data.items():
        found[str(model._meta.model_name)] += len(rows)
    for queryset in collector.fast_deletes:
        found[str(queryset.model._meta.model_name)] += queryset.count()
    return {name: count for name, count in sorted(found.items()) if count}

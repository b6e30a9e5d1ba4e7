"""Deleting for good: what it takes with it is said before it is done, and nothing stays hanging."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import router
from django.db.models import CharField, Model
from django.db.models.deletion import Collector
from django.db.models.functions import Cast

from cxplanner.base.refs import Attached, Referable
from cxplanner.base.tenancy import WorkspaceModel, claim


def what_goes(row: Model, *others: Model) -> dict[str, int]:
    """Count the rows that leave with this one, and others of its model, by the name of their model.

    Raises ProtectedError or RestrictedError when something that stays still needs them.
    """
    found: Counter[str] = Counter()
    collector = _collected(row, *others)
    for model, rows in collector.data.items():
        found[str(model._meta.model_name)] += len(rows)
    for queryset in collector.fast_deletes:
        found[str(queryset.model._meta.model_name)] += queryset.count()
    for hanging in _hanging_on(collector):
        found[str(hanging.model._meta.model_name)] += hanging.count()
    return {name: count for name, count in sorted(found.items()) if count}


def delete_for_good(row: Model, *others: Model) -> None:
    """Delete a row, and others of its model, with what leaves with them or hangs on any by a Ref.

    The queries grow with the kinds of rows, not with their number. Raises ProtectedError or
    RestrictedError as `what_goes` does.
    """
    for hanging in _hanging_on(_collected(row, *others)):
        hanging.delete()
    if not others:
        row.delete()
        return
    for one in (row, *others):
        if isinstance(one, WorkspaceModel):
            claim(one)
    # Collected anew: what hung on them is gone.
    _collected(row, *others).delete()


def _collected(row: Model, *others: Model) -> Any:
    collector = Collector(using=router.db_for_write(type(row)), origin=row)
    collector.collect([row, *others])
    return collector


def _hanging_on(collector: Any) -> Iterator[Any]:
    """Yield the rows that hang on things that leave, a queryset for each model and kind."""
    going: list[tuple[str, Any]] = []
    for model, rows in collector.data.items():
        if issubclass(model, Referable):
            going.append((model.ref_kind, [str(row.pk) for row in rows]))
    for queryset in collector.fast_deletes:
        if issubclass(queryset.model, Referable):
            # May be a million answers: the database compares, their ids are not read.
            keys = queryset.order_by().values(key=Cast("pk", CharField()))
            going.append((queryset.model.ref_kind, keys))
    for model in apps.get_models():
        if issubclass(model, Attached):
            for kind, keys in going:
                yield model.objects.filter(about_kind=kind, about_id__in=keys)

"""Files and touchpoints as sheets: a file's rows as pasted text, a plan's touchpoints as rows."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from django.utils.translation import gettext as _

from cxplanner.accounts.models import Membership
from cxplanner.base.pasted import text_of
from cxplanner.base.sheets import safe_cell
from cxplanner.base.tables import SEPARATORS, Broken, Dialect, Unreadable, look, table
from strategy.plans.models import Plan
from strategy.sheets.mapping import reading_of
from strategy.sheets.understanding import MOST_ROWS, too_many
from strategy.touchpoints.columns import CUSTOMERS, EDITED
from strategy.touchpoints.comparing import compared
from strategy.touchpoints.models import Touchpoint
from strategy.touchpoints.showing import MEASURED, rows_of

MOST_BYTES: Final = 5 * 1024**2
A_BATCH: Final = 500


def text_in(file: IO[bytes]) -> str:
    """Return a CSV or XLSX of any dialect as a spreadsheet would copy it. Raises Unreadable."""
    with tempfile.NamedTemporaryFile() as kept:
        while chunk := file.read(1 << 16):
            kept.write(chunk)
            if kept.tell() > MOST_BYTES:
                raise Unreadable(
                    _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024**2}
                )
        kept.flush()
        path = Path(kept.name)
        return text_of(_rows(path, _dialect(path)))


def _dialect(path: Path) -> Dialect:
    """Look how a file is read; where its columns have our names, by the separator that shows so."""
    found = look(path)
    if found.kind == "xlsx" or _is_headed(path, found):
        return found
    others = (found.told(separator=one) for one in SEPARATORS if one != found.separator)
    return next((one for one in others if _is_headed(path, one)), found)


def _is_headed(path: Path, dialect: Dialect) -> bool:
    with table(path, dialect) as rows:
        first = next(iter(rows), [])
    return not isinstance(first, Broken) and bool(first) and reading_of(first).has_header


def _rows(path: Path, dialect: Dialect) -> Iterator[list[str]]:
    with table(path, dialect) as rows:
        for number, row in enumerate(rows, 1):
            if isinstance(row, Broken):
                said = {"row": number, "why": row.reason}
                raise Unreadable(_("Row %(row)s: %(why)s") % said)
            if number > MOST_ROWS * 2:  # empty ones among them
                raise Unreadable(too_many(number))
            yield row


def sheet_of(plan: Plan, members: dict[str, Membership]) -> Iterator[list[str]]:
    """Return the plan's touchpoints as the lines of a sheet, which can be brought in unchanged.

    What is measured stands last, so that what people fill keeps its places.
    """
    labels = [*(column.label for column in EDITED), *(column.label for column in MEASURED)]
    yield [str(label) for label in labels]
    places = Touchpoint.objects.filter(plan=plan, archived_at=None).select_related("owner__user")
    batch: list[Touchpoint] = []
    for one in places.order_by("position", "pk").iterator(A_BATCH):
        batch.append(one)
        if len(batch) == A_BATCH:
            yield from _lines(plan, batch, members)
            batch = []
    yield from _lines(plan, batch, members)


def _lines(
    plan: Plan, places: list[Touchpoint], members: dict[str, Membership]
) -> Iterator[list[str]]:
    for row in rows_of(plan, compared(places, today=plan.workspace.today()), members):
        typed = [safe_cell(column.written(row)) for column in EDITED]
        yield typed + [column.value(row.beside[CUSTOMERS]) for column in MEASURED]

"""The second of two people who save one thing sees both versions, and lets them become one.

A view reads its form from `posted(request)`, and answers `Stale` with `both(...)`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cxplanner.base.differences import Piece, words
from cxplanner.base.history import versions_of
from cxplanner.base.htmx import render_page
from cxplanner.base.threeway import Side, changed_by, woven
from cxplanner.base.versions import Stale, VersionedModel

PICK = "pick-"
Sent = tuple[tuple[str, str], ...]
Versioned = TypeVar("Versioned", bound=VersionedModel)
# Sent with a form, but said of it rather than in it.
_ABOUT_THE_FORM = {"csrfmiddlewaretoken", "version"}
_MOST_VERSIONS = 200
_LONGEST_NUMBER = 10  # digits
_FEWEST_WORDS = 3  # shorter values are one thing, taken as a whole


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says in one place: how it compares, how it reads, and as what it is sent."""

    label: str
    key: Any
    text: str
    sent: Sent


@dataclass(frozen=True, slots=True)
class Place:
    """A place two people wrote in. `field` is absent where it cannot be edited here."""

    name: str
    theirs: Said
    mine: Said
    base: Said | None = None
    together: str | None = None
    field: forms.BoundField | None = None

    @property
    def pick(self) -> str:
        return f"{PICK}{self.name}"

    @property
    def label(self) -> str:
        return self.mine.label

    @property
    def their_words(self) -> list[Piece]:
        return words(self.base.text if self.base else self.theirs.text, self.theirs.text)

    @property
    def my_words(self) -> list[Piece]:
        return words(self.base.text if self.base else self.theirs.text, self.mine.text)

    @property
    def take_theirs(self) -> str:
        return json.dumps(self.theirs.sent)

    @property
    def take_mine(self) -> str:
        return json.dumps(self.mine.sent)


@dataclass(slots=True)
class Merge:
    """Both versions of a form: what is open, what came together by itself, what is sent along."""

    version: int
    who: str
    at: datetime
    open: list[Place] = field(default_factory=list)
    theirs: list[Place] = field(default_factory=list)
    mine: list[Place] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, with each choice between two versions in its place; None unsent."""
    if not request.POST:
        return None
    found = request.POST.copy()
    for name in [name for name in found if name.startswith(PICK)]:
        choice = _pairs(str(found.pop(name)[-1]))
        if choice is not None:
            _put(found, {name.removeprefix(PICK)}, choice)
    return found


def _pairs(text: str) -> Sent | None:
    """Read what one side sent; None where neither side's words were chosen as they stand."""
    try:
        return tuple((str(name), str(value)) for name, value in json.loads(text))
    except (TypeError, ValueError):
        return None


def _put(sent: QueryDict, names: Iterable[str], said: Sent) -> None:
    """Let these names send only what was said."""
    for name in {*names, *(name for name, _value in said)}:
        sent.pop(name, None)
    for name, value in said:
        sent.appendlist(name, value)


def both(
    request: HttpRequest,
    form: forms.BaseForm,
    stale: Stale,
    *,
    shown: Callable[[Any], forms.BaseForm],
    context: Mapping[str, Any],
    back_url: str,
) -> HttpResponse:
    """Answer 409 with both versions. `shown` makes the unsent form that shows a row."""
    merge = merged(form, stale.row, shown=shown, reader_id=getattr(request.user, "pk", None))
    return render_page(
        request,
        "merge.html",
        "merge",
        {**context, "merge": merge, "back_url": back_url},
        status=409,
    )


def expect_now(form: forms.BaseForm, row: VersionedModel) -> None:
    """Let a form that says it met another version be sent again, knowing that version."""
    typed: Any = form.data  # a request's POST
    again = typed.copy()
    again["version"] = str(row.version)
    form.data = again


def merged(
    form: forms.BaseForm,
    row: VersionedModel,
    *,
    shown: Callable[[Any], forms.BaseForm],
    reader_id: int | None = None,
) -> Merge:
    """Lay a sent form beside the row as it is now, and beside what its writer had opened."""
    seen = form.data.get("version")
    rows = _since(row, seen)
    before = next((_row(row, one) for one in rows if one.version == _seen(seen)), None)
    later = [one for one in rows if one.version > _seen(seen)]
    at = later[0].pgh_created_at if later else row.updated_at
    merge = Merge(row.version, _who(later, reader_id), at)
    base = said_in(shown(before)) if before is not None else {}
    theirs, mine = said_in(shown(row)), said_in(form)
    typed: Any = form.data  # a request's POST
    sent: QueryDict = typed.copy()
    for name, said in mine.items():
        place = _place(form, name, base.get(name), theirs.get(name, said), said)
        side = changed_by(place.base and place.base.key, place.theirs.key, said.key)
        if side is Side.OPEN:
            merge.open.append(place)
        elif side is Side.THEIRS:
            merge.theirs.append(place)
            _put(sent, (key for key, _value in said.sent), place.theirs.sent)
        elif side is Side.MINE:
            merge.mine.append(place)
    for place in merge.open:
        if place.together is not None and place.field is not None:
            sent[place.field.html_name] = place.together
    edited = {key for one in merge.open if one.field for key, _value in one.mine.sent}
    merge.sent = [
        (key, value)
        for key, values in sent.lists()
        if key not in edited | _ABOUT_THE_FORM
        for value in values
    ]
    form.data = sent  # the fields that are still open show what both come to
    return merge


def _place(form: forms.BaseForm, name: str, base: Said | None, theirs: Said, mine: Said) -> Place:
    if name not in form.fields:
        return Place(name, theirs, mine, base)
    together = None
    is_prose = isinstance(form.fields[name].widget, forms.TextInput | forms.Textarea)
    if is_prose and base is not None and len(base.text.split()) >= _FEWEST_WORDS:
        together = woven(base.text, theirs.text, mine.text)
    return Place(name, theirs, mine, base, together, form[name])


# --- the versions -----------------------------------------------------------------------------


def as_opened(row: Versioned, version: Any) -> Versioned | None:
    """Return a row as it was at an edit version that was seen; None where that is unknown.

    It is only looked at, never saved.
    """
    if str(version) == str(row.version):
        return row
    return next(
        (_row(row, one) for one in _since(row, version) if one.version == _seen(version)), None
    )


def _since(row: VersionedModel, version: Any) -> list[Any]:
    """Return what is kept of a row from an edit version on, the newest first."""
    kept = versions_of(type(row)).filter(pgh_obj_id=row.pk, version__gte=_seen(version))
    return list(kept.select_related("pgh_context").order_by("-pgh_id")[:_MOST_VERSIONS])


def _seen(version: Any) -> int:
    text = str(version)
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else 0


def _row(row: Versioned, kept: Any) -> Versioned:
    columns = row._meta.concrete_fields
    return type(row)(**{one.attname: getattr(kept, one.attname) for one in columns})


def _who(versions: list[Any], reader_id: int | None) -> str:
    """Name who made these versions, the last one first."""
    ids = dict.fromkeys(
        one.pgh_context.metadata.get("user") if one.pgh_context else None for one in versions
    )
    users = get_user_model()._default_manager.in_bulk([one for one in ids if one])
    names = []
    for one in ids:
        if not one:
            names.append(_("the program"))
        elif one == reader_id:
            names.append(_("you, in another window"))
        else:
            names.append(str(users.get(one, _("somebody who left"))))
    return ", ".join(names) or _("the program")


# --- what a form says ---------------------------------------------------------------------------


def said_in(form: forms.BaseForm) -> dict[str, Said]:
    """Return what a form says, sent or not, in each place a person can write in.

    A form may add places of its own by a method `said_besides`.
    """
    found = {name: _said(form[name]) for name in form.fields if not form[name].is_hidden}
    besides: Callable[[], dict[str, Said]] = getattr(form, "said_besides", dict)
    return found | besides()


def _said(place: forms.BoundField) -> Said:
    kind, widget, value = place.field, place.field.widget, place.value()
    label = str(place.label)
    if isinstance(widget, forms.CheckboxInput):
        ticked = widget.check_test(value)
        sent = ((place.html_name, "on"),) if ticked else ()
        return Said(label, ticked, _("yes") if ticked else _("no"), sent)
    if isinstance(widget, ChoiceWidget):
        picked = tuple(str(one) for one in widget.format_value(value))
        text = ", ".join(_named(widget).get(one, one) for one in picked if one)
        return Said(label, picked or ("",), text, tuple((place.html_name, one) for one in picked))
    raw = "" if (shown := widget.format_value(value)) is None else str(shown)
    return Said(label, read(kind, raw), _text(kind, raw), ((place.html_name, raw),))


def read(kind: forms.Field, raw: str) -> Any:
    """Return what a typed value means, or the words themselves where they mean nothing."""
    plain = raw.replace("\r\n", "\n").strip()
    try:
        return kind.to_python(plain)
    except ValidationError:
        return plain


def _text(kind: forms.Field, raw: str) -> str:
    meant = read(kind, raw)
    if isinstance(meant, date) and not isinstance(meant, datetime):
        return date_format(meant, "DATE_FORMAT")
    return raw.replace("\r\n", "\n").strip()


def _named(widget: ChoiceWidget) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, label in widget.choices:
        if isinstance(label, list | tuple):
            found |= {str(one): str(name) for one, name in label}
        else:
            found[str(key)] = str(label)
    return found

"""What people type about a file: the file itself, and what each of its columns is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.base.tables import ENCODINGS, SEPARATORS, Dialect
from surveys.design.models import Question, Survey
from surveys.design.selectors import Asked
from surveys.imports.mapping import Column, Meaning, When, scale_of
from surveys.imports.models import AnswerImport
from surveys.imports.times import ORDERS

SEPARATOR_NAMES = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar"),
}
NEW = "new:"
ASKED = "question:"
COLUMNS_SHOWN = 40  # at once; a file may have hundreds


class FileForm(forms.Form):
    """A file, and the survey its answers belong to."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.gz,.xlsx", "class": "import-file"}),
        allow_empty_file=True,
    )
    survey = forms.TypedChoiceField(
        label=gettext_lazy("Into which survey"), coerce=int, empty_value=None, required=False
    )

    def __init__(
        self, *args: Any, surveys: Sequence[Survey], too_large: str = "", **more: Any
    ) -> None:
        """Offer `surveys`; `too_large` says why the file of this body was read past."""
        super().__init__(*args, **more)
        most = settings.IMPORT_MOST_BYTES // 1024**2
        self.fields["file"].help_text = _(
            "CSV or XLSX of up to %(most)d MB, also packed with gzip. One row for each answer."
        ) % {"most": most}
        self.fields["file"].error_messages["required"] = too_large or _("Choose a file first.")
        made = ("", _("a new one, made from the file’s columns"))
        self.fields["survey"].choices = [made, *((one.pk, one.name) for one in surveys)]  # type: ignore[attr-defined]  # a choice field


class SearchForm(forms.Form):
    """Search among the files sent; wrong values fall back to all."""

    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=80, widget=forms.SearchInput()
    )
    status = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[("", gettext_lazy("all")), *AnswerImport.Status.choices],
    )


class DialectForm(forms.Form):
    """How the file is read, where the look at it went wrong."""

    encoding = forms.ChoiceField(
        label=gettext_lazy("Letters are written in"), choices=[*ENCODINGS.items()]
    )
    separator = forms.ChoiceField(
        label=gettext_lazy("Cells are parted by"),
        choices=[(one, SEPARATOR_NAMES[one]) for one in SEPARATORS],
    )
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"))
    has_header = forms.BooleanField(
        label=gettext_lazy("The first row names the columns"), required=False
    )

    def __init__(self, data: QueryDict | None = None, *, row: AnswerImport) -> None:
        dialect = Dialect.of(row.dialect)
        super().__init__(data, initial=dialect.as_json())
        if dialect.kind == "xlsx":
            del self.fields["encoding"], self.fields["separator"]
            self.fields["sheet"].choices = [(one, one) for one in dialect.sheets]  # type: ignore[attr-defined]  # a choice field
        else:
            del self.fields["sheet"]


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column on the page: what it holds and what it is said to be."""

    letter: str
    name: str
    distinct: int
    values: list[tuple[str, int, int]]  # text, n, percent of the widest
    to: str
    words: str  # name of a segment or a new question
    nothing: str
    meant: str  # `very good = 5`, a line each
    low: int | None
    high: int | None
    picked: bool


class ColumnsForm:
    """The columns of a file with what they mean: as kept, or as just typed.

    Of a wide file some are shown at a time, found by a part of their name (`find`) or because
    they are `used`; what is not shown stays as it was said.
    """

    def __init__(
        self,
        row: AnswerImport,
        asked: Sequence[Asked],
        typed: QueryDict | None = None,
        *,
        look: Mapping[str, str],
    ) -> None:
        self.row = row
        self.asked = asked
        self.meaning = Meaning.of(row.mapping) if typed is None else _typed(row, typed)
        self.picked = set(typed.getlist("pick")) if typed else set()
        self.find = look.get("find", "").strip()[:80]
        self.only = "used" if look.get("only") == "used" else ""
        wanted = self._wanted()
        self.found = len(wanted)
        self.page: Page[Mapping[str, Any]] = Paginator(wanted, COLUMNS_SHOWN).get_page(
            look.get("columns")
        )

    def _wanted(self) -> list[Mapping[str, Any]]:
        part = self.find.casefold()
        return [
            one
            for one in self.row.columns
            if (part in one["name"].casefold() or part == one["letter"].casefold())
            and (not self.only or self.kept(one).to != "skip")
        ]

    def kept(self, described: Mapping[str, Any]) -> Column:
        return _kept(self.meaning, described)

    @property
    def is_wide(self) -> bool:
        return len(self.row.columns) > COLUMNS_SHOWN

    @property
    def values_shown(self) -> str:
        return ":3" if self.is_wide else ":7"

    @property
    def used(self) -> int:
        return sum(self.kept(one).to != "skip" for one in self.row.columns)

    @property
    def lines(self) -> list[ColumnLine]:
        return [_line(one, self.kept(one), self.picked) for one in self.page.object_list]

    @property
    def places(self) -> list[tuple[str, str]]:
        return [
            ("skip", _("leave it out")),
            ("time", _("when it was answered")),
            ("external_id", _("id of the answer")),
            ("touchpoint", _("name of the touchpoint")),
            ("segment", _("a segment")),
        ]

    @property
    def questions(self) -> list[tuple[str, str]]:
        return [(f"{ASKED}{one.id}", one.text) for one in self.asked if one.archived_at is None]

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return [
            (f"{NEW}csat", _("satisfaction: metric, touchpoint and question")),
            (f"{NEW}nps", _("recommendation 0–10: metric, touchpoint and question")),
            (f"{NEW}ces", _("effort: metric, touchpoint and question")),
            (f"{NEW}choice", _("a choice")),
            (f"{NEW}open", _("words of their own")),
        ]

    @property
    def orders(self) -> list[tuple[str, str]]:
        return [("", _("please choose")), *((one, str(words)) for one, words in ORDERS.items())]

    @property
    def zones(self) -> list[str]:
        return sorted(available_timezones())

    @property
    def no_answer(self) -> str:
        return "; ".join(self.meaning.no_answer)


def _line(described: Mapping[str, Any], column: Column, picked: set[str]) -> ColumnLine:
    to = column.to
    value: str = to
    if to == "question":
        value = f"{ASKED}{column.question}"
    elif to == "new":
        value = f"{NEW}{column.kind}"
    most = max((n for _text, n in described["values"]), default=1)
    return ColumnLine(
        letter=described["letter"],
        name=described["name"],
        distinct=described["distinct"],
        values=[(text, n, round(100 * n / most)) for text, n in described["values"]],
        to=value,
        words=column.name or described["name"],
        nothing="; ".join(column.no_answer),
        meant="\n".join(f"{text} = {value}" for text, value in column.values.items()),
        low=column.low,
        high=column.high,
        picked=described["letter"] in picked,
    )


def _kept(meaning: Meaning, described: Mapping[str, Any]) -> Column:
    columns = meaning.columns
    return columns.get(described["letter"]) or columns.get(described["name"]) or Column()


def _typed(row: AnswerImport, typed: QueryDict) -> Meaning:
    """Read what was typed; of columns that were not shown, what was said of them before."""
    before = Meaning.of(row.mapping)
    making = typed.get("make", "") if typed.get("act") == "make" else ""
    picked = set(typed.getlist("pick")) if making else set()
    columns = {}
    for described in row.columns:
        letter = described["letter"]
        column = _kept(before, described)
        if f"to-{letter}" in typed:
            to = making if letter in picked else typed.get(f"to-{letter}", "")
            column = _column(letter, to, typed, described)
        if column.to != "skip":
            columns[letter] = column
    order: Any = typed.get("order", "")
    when = When(
        order=order if order in ORDERS else "",
        zone=typed.get("zone", "").strip(),
        date=typed.get("date", "").strip(),
    )
    return Meaning(
        columns=columns,
        time=when,
        no_answer=_words(typed.get("no_answer", "")),
        survey_name=typed.get("survey_name", "")[:120],
        keep_good=typed.get("act") == "start-good",
    )


def _column(letter: str, to: str, typed: QueryDict, described: Mapping[str, Any]) -> Column:
    said: dict[str, Any] = {
        "no_answer": _words(typed.get(f"nothing-{letter}", "")),
        "values": _meant(typed.get(f"meant-{letter}", "")),
    }
    words = typed.get(f"words-{letter}", "").strip() or described["name"]
    if to.startswith(ASKED):
        number = to.removeprefix(ASKED)
        return Column(to="question", question=int(number) if number.isdecimal() else 0, **said)
    if to.startswith(NEW):
        kind: Any = to.removeprefix(NEW)
        if kind not in Question.Kind.values:
            return Column()
        low, high = _scale(kind, letter, typed, described)
        return Column(to="new", kind=kind, name=words, low=low, high=high, **said)
    if to in ("time", "external_id", "touchpoint"):
        return Column(to=to)  # type: ignore[arg-type]  # one of those three
    return Column(to="segment", name=words) if to == "segment" else Column()


def _scale(
    kind: str, letter: str, typed: QueryDict, described: Mapping[str, Any]
) -> tuple[int | None, int | None]:
    if kind not in ("csat", "ces"):
        return None, None
    low, high = typed.get(f"low-{letter}", ""), typed.get(f"high-{letter}", "")
    if low.isdecimal() and high.isdecimal():
        return int(low[:4]), int(high[:4])
    return scale_of(described["values"]) or (None, None)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(";") if word.strip()]


def _meant(text: str) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    for line in text.splitlines():
        word, equals, value = line.rpartition("=")
        if equals and word.strip() and value.strip():
            score = value.strip()
            found[word.strip()] = int(score) if score.lstrip("-").isdecimal() else score
    return found

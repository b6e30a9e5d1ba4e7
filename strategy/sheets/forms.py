"""What is brought in: pasted rows or a file, and which new words join the plan's lists."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cxplanner.base.tables import Unreadable
from strategy.sheets.mapping import Reading, fold
from strategy.sheets.reading import text_in
from strategy.sheets.understanding import MOST_ROWS
from strategy.touchpoints.columns import BY_KEY

LONGEST = 4_000_000  # characters
LISTS = ("stages", "channels")


class SheetForm(forms.Form):
    """Rows as text; a file's rows become that text, so that both go the same way."""

    text = forms.CharField(
        label=_("Rows, copied from your spreadsheet"),
        required=False,
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(
            {"rows": 8, "dir": "auto", "spellcheck": "false", "class": "sheet-box"}
        ),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=format_lazy(
            _("CSV in any dialect, or XLSX; at most {most} rows."), most=f"{MOST_ROWS:,}"
        ),
        widget=forms.FileInput({"class": "import-file", "accept": ".csv,.tsv,.txt,.xlsx,.gz"}),
    )
    looked_at = forms.CharField(required=False, widget=forms.HiddenInput())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        file = said.get("file")
        if file:
            try:
                said["text"] = text_in(file)
            except Unreadable as error:
                self.add_error("file", ValidationError(str(error)))
        return said

    def told(self) -> Reading | None:
        """Return how somebody said the columns are read; None of a file, and before it is asked."""
        sent: Any = self.data
        keys = tuple(key if key in BY_KEY else "" for key in sent.getlist("column"))
        first = tuple(sent.getlist("head"))
        if not keys or len(keys) != len(first) or self.cleaned_data["file"]:
            return None
        return Reading(first, keys, has_header="headed" in sent)

    def left_out(self) -> Collection[tuple[str, str]]:
        """Return the offered words that were not ticked."""
        sent: Any = self.data  # a request's POST
        return {
            (which, fold(word))
            for which in LISTS
            for word in set(sent.getlist(f"offered-{which}")) - set(sent.getlist(which))
        }

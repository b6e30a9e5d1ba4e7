"""What people type of a goal: the whole of it, as it is now or as they mean it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.formats import localize, sanitize_separators
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplanner.accounts.members.forms import heir_of
from cxplanner.accounts.members.work import Heir, names_in_use
from cxplanner.accounts.selectors import people_by_label
from cxplanner.base.merging import Said, read
from strategy.goals.definition import target_of, whole_branch
from strategy.goals.models import Goal
from strategy.goals.services import GoalFields
from strategy.goals.smart import BENEFITS
from strategy.metrics.models import Metric
from strategy.metrics.selectors import Offer, baseline_offer
from strategy.plans.models import Cycle, Plan
from strategy.touchpoints.models import Touchpoint

REACH, KEEP = "reach", "keep"
# Fields of the form that stand for several of a goal's, and where a goal's refusals are shown.
_STANDS_FOR = {"kind": ("floor", "ceiling", "target"), "serves": ("parent", "benefit")}
_SHOWN_AT = {"parent": "serves", "benefit": "serves", "owner_name": "owner"}


def _amount(label: Any, **over: Any) -> forms.DecimalField:
    widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"})
    return forms.DecimalField(
        label=label,
        required=False,
        localize=True,
        max_digits=18,
        decimal_places=4,
        widget=widget,
        **over,
    )


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


class CheckpointForm(forms.Form):
    """The level a goal means to have on a day; an empty row is none."""

    on = _day(gettext_lazy("On"), required=False)
    value = _amount(gettext_lazy("Should read"))

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if (found.get("on") is None) != (found.get("value") is None) and not self.errors:
            raise ValidationError(_("A checkpoint is a day and a number."))
        return found


Checkpoints: Any = formset_factory(CheckpointForm, extra=2)


class GoalForm(forms.Form):
    """A goal as its team writes it, in a plan and a cycle; `goal` is the one that changes."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    statement = forms.CharField(
        label=gettext_lazy("What will be true, in one sentence"),
        max_length=300,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Say in one sentence what will be true.")},
    )
    metric = forms.ModelChoiceField(
        Metric.objects.none(),
        label=gettext_lazy("Metric"),
        required=False,
        empty_label=gettext_lazy("none: read from its sub-goals"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("It should"),
        choices=[(REACH, gettext_lazy("reach a level")), (KEEP, gettext_lazy("keep a level"))],
        widget=forms.RadioSelect,
        initial=REACH,
    )
    baseline = _amount(gettext_lazy("From"))
    target = forms.CharField(
        label=gettext_lazy("To"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("60, or a change: −20 %, +5"),
        widget=forms.TextInput({"autocomplete": "off", "dir": "ltr"}),
    )
    floor = _amount(gettext_lazy("Never below"))
    ceiling = _amount(gettext_lazy("Never above"))
    starts_on = _day(gettext_lazy("Starts"))
    due_on = _day(gettext_lazy("Due"))
    owner = forms.CharField(
        label=gettext_lazy("Owner"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("A member, or anybody by name."),
    )
    serves = forms.ChoiceField(label=gettext_lazy("Serves"), required=False)
    touchpoint = forms.ModelChoiceField(
        Touchpoint.objects.none(),
        label=gettext_lazy("Read at one touchpoint"),
        required=False,
        empty_label=gettext_lazy("all of them"),
    )
    segment = forms.CharField(
        label=gettext_lazy("Read for one segment"), required=False, max_length=120
    )
    achievable = forms.CharField(
        label=gettext_lazy("Why it can be done"),
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    relevant = forms.CharField(
        label=gettext_lazy("Why it matters"),
        required=False,
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    weight = _amount(
        gettext_lazy("Weight"),
        min_value=0,
        help_text=gettext_lazy("how much it counts beside its siblings"),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        cycle: Cycle,
        tree: Sequence[Goal],
        slot: str,
        goal: Goal | None = None,
        seen: Any = None,
        **initial: Any,
    ) -> None:
        """`tree`: living goals of the cycle. `seen`: the goal as it was when the form was drawn."""
        start = said_of(seen or goal) if goal else {"weight": Decimal(1), "kind": REACH, **initial}
        super().__init__(data, initial=start, auto_id=f"{slot}-%s")
        self.cycle, self.plan, self.goal, self.slot = cycle, cycle.plan, goal, slot
        self.members = people_by_label()
        self.owners = [*self.members, *names_in_use()]
        fields: dict[str, Any] = self.fields
        fields["metric"].queryset = Metric.objects.filter(plan=self.plan, archived_at=None)
        fields["touchpoint"].queryset = Touchpoint.objects.filter(plan=self.plan, archived_at=None)
        fields["serves"].choices = _may_serve(goal, tree)
        suggests = {"list": f"{slot}-owners", "autocomplete": "off", "dir": "auto"}
        fields["owner"].widget.attrs |= suggests
        if self.plan.segments:
            shown = str(start.get("segment", ""))
            fields["segment"].widget = forms.Select(choices=_segments(self.plan, shown))
        self.checkpoints: BaseFormSet[CheckpointForm] = Checkpoints(
            data if data and "checkpoints-TOTAL_FORMS" in data else None,
            initial=_checkpoints_of(seen or goal),
            prefix="checkpoints",
            auto_id=f"{slot}-%s",
        )
        self.parents = {str(one.pk): one for one in tree}

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        start, due = found.get("starts_on"), found.get("due_on")
        if start and due and due <= start:
            self.add_error("due_on", _("A goal is due after it starts. Choose a later day."))
        if found.get("kind") == KEEP:
            found["target"] = ""
            if found.get("floor") is None and found.get("ceiling") is None and not self.errors:
                self.add_error("floor", _("Name a floor, a ceiling, or both to keep it between."))
        else:
            found["floor"] = found["ceiling"] = None
        if self.checkpoints.is_bound and not self.checkpoints.is_valid():
            self.add_error(None, _("Look at the checkpoints: each is a day and a number."))
        return found

    def clean_target(self) -> str:
        typed = str(self.cleaned_data["target"])
        return str(sanitize_separators(typed)) if typed else ""

    def clean_owner(self) -> str:
        """Tell namesakes apart where the owner was typed anew; return the words as typed."""
        typed = str(self.cleaned_data["owner"])
        if typed and "owner" in self.changed_data:
            heir_of(typed, self.members)
        return typed

    def clean_weight(self) -> Decimal:
        found: Decimal | None = self.cleaned_data["weight"]
        return Decimal(1) if found is None else found

    @property
    def changes(self) -> GoalFields:
        """What is to be stored of what was typed: everything of a new goal, else what differs."""
        whole = self._whole()
        if self.goal is None:
            return whole
        touched = set(self.changed_data)
        if "baseline" in touched:
            touched.add("target")  # a change from the baseline goes with it
        if self.checkpoints.is_bound and self.checkpoints.has_changed():
            touched.add("checkpoints")
        names = {name for one in touched for name in _STANDS_FOR.get(one, (one,))}
        kept: Any = {name: value for name, value in whole.items() if name in names}
        if "baseline" in touched and (offer := self.taken()):
            kept["baseline_from"] = offer
        return kept  # type: ignore[no-any-return]  # a part of GoalFields, chosen at run time

    def _whole(self) -> GoalFields:
        found = self.cleaned_data
        serves, _colon, one = str(found.get("serves", "")).partition(":")
        bound = self.checkpoints.is_bound and self.checkpoints.is_valid()
        rows = self.checkpoints.cleaned_data if bound else []
        whole = GoalFields(
            cycle=self.cycle,
            parent=self.parents.get(one) if serves == "goal" else None,
            statement=found.get("statement", ""),
            metric=found.get("metric"),
            touchpoint=found.get("touchpoint"),
            segment=found.get("segment", ""),
            baseline=found.get("baseline"),
            target=found.get("target") or None,
            floor=found.get("floor"),
            ceiling=found.get("ceiling"),
            checkpoints=[row for row in rows if row.get("on") and row.get("value") is not None],
            starts_on=found["starts_on"],
            due_on=found["due_on"],
            owner=self._owner(found.get("owner", "")),
            achievable=found.get("achievable", ""),
            benefit=one if serves == "benefit" else "",
            relevant=found.get("relevant", ""),
            weight=found.get("weight", Decimal(1)),
        )
        if self.goal is None and (offer := self.taken()):
            whole["baseline_from"] = offer
        return whole

    def _owner(self, typed: str) -> Heir:
        try:
            return heir_of(typed, self.members)
        except ValidationError:  # namesakes: said beside the field where it was typed anew
            return typed

    def taken(self) -> Offer | None:
        """Return what the metric's past offers where that is the baseline that was typed."""
        typed: Decimal | None = self.cleaned_data.get("baseline")
        metric: Metric | None = self.cleaned_data.get("metric")
        touchpoint: Touchpoint | None = self.cleaned_data.get("touchpoint")
        if typed is None or metric is None:
            return None
        segment = self.cleaned_data.get("segment", "")
        found = offer_of(self.plan, metric, touchpoint.pk if touchpoint else None, segment)
        return found if found is not None and found.amount == typed else None

    def draft(self) -> Goal:
        """Return the goal as it is typed so far, unsaved; what cannot be read is left out."""
        found = self.cleaned_data
        for name in ("starts_on", "due_on"):
            found.setdefault(name, None)
        whole: Any = {**self._whole()}
        whole["target"], whole["target_sentence"] = self.aimed
        for extra in ("baseline_from", "checkpoints"):
            whole.pop(extra, None)
        if isinstance(whole["owner"], str):
            whole |= {"owner": None, "owner_name": whole["owner"]}
        draft = Goal(**whole)
        if self.goal and draft.baseline == self.goal.baseline:
            draft.baseline_n, draft.baseline_se = self.goal.baseline_n, self.goal.baseline_se
        elif offer := self.taken():
            draft.baseline_n, draft.baseline_se = offer.estimate.n, offer.estimate.se
        return draft

    def said_besides(self) -> dict[str, Said]:
        """Return the checkpoints as one thing two people may change: rows alone mean nothing."""
        points, sent = [], [("checkpoints-TOTAL_FORMS", str(len(self.checkpoints.forms)))]
        sent.append(("checkpoints-INITIAL_FORMS", "0"))
        for row in self.checkpoints:
            parts = [row[name] for name in ("on", "value")]
            typed = [str(part.field.widget.format_value(part.value()) or "") for part in parts]
            sent += [(part.html_name, words) for part, words in zip(parts, typed, strict=True)]
            if any(typed):
                meant = [read(part.field, text) for part, text in zip(parts, typed, strict=True)]
                points.append((tuple(meant), " · ".join(typed)))
        text = "\n".join(words for _meant, words in points)
        key = tuple(meant for meant, _words in points)
        return {"checkpoints": Said(_("Checkpoints"), key, text, tuple(sent))}

    @property
    def more_is_used(self) -> bool:
        """Whether something stands in the fields that are folded away at first."""
        names = ("touchpoint", "segment", "relevant")
        faulty = any(name in self.errors for name in (*names, "weight", "checkpoints"))
        used = any(self[name].value() for name in names) or self.initial.get("weight") != 1
        return faulty or used or bool(self.checkpoints.initial) or self.checkpoints.has_changed()

    @property
    def aimed(self) -> tuple[Decimal | None, str]:
        """The target in the metric's unit, and its sentence where it was typed as a change."""
        try:
            found = self.cleaned_data
            return target_of(found.get("target") or None, found.get("baseline"))
        except ValidationError:
            return None, ""

    def refuse(self, error: ValidationError) -> None:
        """Show what the plan or the tree does not allow beside the fields it is about."""
        for name, words in error.message_dict.items():
            shown = _SHOWN_AT.get(name, name)
            self.add_error(shown if shown in self.fields else None, list(words))


def offer_of(plan: Plan, metric: Metric, touchpoint_id: int | None, segment: str) -> Offer | None:
    """Return the baseline that a metric's last 90 days offer on a plan."""
    return baseline_offer(
        metric, today=plan.workspace.today(), touchpoint_id=touchpoint_id, segment=segment
    )


def said_of(goal: Any) -> dict[str, Any]:
    """Return a goal, or a version of it, as the form shows it."""
    parent, benefit = goal.parent_id, goal.benefit
    return {
        "version": goal.version,
        "statement": goal.statement,
        "metric": goal.metric_id,
        "kind": KEEP if goal.floor is not None or goal.ceiling is not None else REACH,
        "baseline": plain(goal.baseline),
        "target": goal.target_sentence or localize(plain(goal.target)) or "",
        "floor": plain(goal.floor),
        "ceiling": plain(goal.ceiling),
        "starts_on": goal.starts_on,
        "due_on": goal.due_on,
        "owner": str(goal.owner) if goal.owner_id else goal.owner_name,
        "serves": f"goal:{parent}" if parent else f"benefit:{benefit}" if benefit else "",
        "touchpoint": goal.touchpoint_id,
        "segment": goal.segment,
        "achievable": goal.achievable,
        "relevant": goal.relevant,
        "weight": plain(goal.weight),
    }


def plain(amount: Decimal | None) -> Decimal | None:
    """Drop the zeros a column adds."""
    return None if amount is None else Decimal(f"{amount.normalize():f}")


def _checkpoints_of(goal: Any) -> list[dict[str, Any]]:
    return [
        {"on": date.fromisoformat(one["on"]), "value": plain(Decimal(one["value"]))}
        for one in (goal.checkpoints if goal else ())
    ]


def _may_serve(goal: Goal | None, tree: Sequence[Goal]) -> list[Any]:
    below = {one.pk for one in whole_branch(goal, tree)} if goal else set()
    goals = [(f"goal:{one.pk}", one.statement) for one in tree if one.pk not in below]
    benefits = [(f"benefit:{slug}", words) for slug, words in BENEFITS.items()]
    return [("", "—"), (_("A goal above"), goals), (_("A benefit"), benefits)]


def _segments(plan: Plan, shown: str) -> list[Any]:
    groups: list[Any] = [
        (name, [(f"{name}={value}", value) for value in values])
        for name, values in plan.segments.items()
    ]
    known = {key for _name, values in groups for key, _value in values}
    older = [(shown, shown)] if shown and shown not in known else []
    return [("", _("all of them")), *older, *groups]

"""`surveys/` over REST: made with their questions in one call, changed as a whole."""

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error

from cxplanner.accounts.api import EDIT, member_of
from cxplanner.accounts.models import Membership
from cxplanner.accounts.narrowing import one_of
from cxplanner.accounts.resources import Resource
from strategy.plans.models import Plan
from surveys.design.models import Question, Survey
from surveys.design.serializers import SurveySerializer
from surveys.design.services import (
    UnsoundQuestion,
    archive_survey,
    change_survey,
    create_survey,
    restore_survey,
)

ASKED = Prefetch("questions", Question.objects.filter(archived_at__isnull=True))


def _created(*, by: Membership, plan: Plan, **fields: Any) -> Survey:
    """Make a survey, open unless the caller says otherwise: a script sends answers next."""
    survey = create_survey(plan, by=by, **{"status": Survey.Status.OPEN, **fields})
    return _read(survey)


def _changed(survey: Survey, *, by: Membership, plan: Plan | None = None, **fields: Any) -> Survey:
    return _read(change_survey(survey, by=by, **fields))


def _read(survey: Survey) -> Survey:
    return Survey.objects.prefetch_related(ASKED).get(pk=survey.pk)


class Surveys(Resource):
    """Surveys with their questions.

    A PATCH with `questions` gives the whole list: an `id` keeps that question, those left out
    are asked no more. A question with answers keeps its meaning; a change replaces it.
    """

    queryset = Survey.objects.prefetch_related(ASKED)
    serializer_class = SurveySerializer
    actions_by_method = EDIT
    filters = {"plan": "plan"}
    narrows = {"status": one_of(Survey.Status.values, "Only of this status.", "status")}
    searched = ("name",)
    create_with = staticmethod(_created)
    change_with = staticmethod(_changed)
    remove_with = staticmethod(archive_survey)

    @extend_schema(request=None, responses=SurveySerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, **where: Any) -> Response:
        """Show an archived survey again, as open or closed as it was."""
        row = self.found(archived=True)
        return self.shown(_read(restore_survey(row, by=member_of(request))))

    def handle_exception(self, exc: Exception) -> Any:
        if isinstance(exc, UnsoundQuestion):
            exc = ValidationError({"questions": {str(exc.place): as_serializer_error(exc.error)}})
        return super().handle_exception(exc)

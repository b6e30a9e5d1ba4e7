"""Addresses of surveys: pages inside a workspace, and the public ones."""

from django.urls import path

from surveys.asking import views as asking
from surveys.design import views as design
from surveys.imports import views as imports
from surveys.responses import views as responses
from surveys.results import views as results

urlpatterns = [
    path("plans/<int:plan_id>/surveys/", design.surveys, name="surveys"),
    path("plans/<int:plan_id>/surveys/new/", design.new, name="survey-new"),
    path("surveys/<int:survey_id>/", design.survey, name="survey"),
    path("surveys/<int:survey_id>/words/", design.reword, name="survey-words"),
    path("surveys/<int:survey_id>/preview/", responses.preview, name="survey-preview"),
    path("surveys/<int:survey_id>/turn/", design.turn, name="survey-turn"),
    path("surveys/<int:survey_id>/archive/", design.archive, name="survey-archive"),
    path("surveys/<int:survey_id>/restore/", design.restore, name="survey-restore"),
    path("surveys/<int:survey_id>/questions/new/", asking.ask, name="question-new"),
    path("questions/<int:question_id>/", asking.question, name="question"),
    path("questions/<int:question_id>/move/", asking.move, name="question-move"),
    path("questions/<int:question_id>/archive/", asking.drop, name="question-archive"),
    path("questions/<int:question_id>/restore/", asking.bring_back, name="question-restore"),
    path("plans/<int:plan_id>/imports/", imports.imports, name="imports"),
    path("imports/<int:import_id>/", imports.one, name="import"),
    path("imports/<int:import_id>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:import_id>/cancel/", imports.cancel, name="import-cancel"),
    path("imports/<int:import_id>/errors.csv", imports.faults, name="import-errors"),
    path("plans/<int:plan_id>/voices/", results.voices, name="voices"),
    path("plans/<int:plan_id>/voices/export/", results.export, name="voices-export"),
    path("voices/<uuid:response_id>/", results.voice, name="voice"),
    path("voices/<uuid:response_id>/evidence/", results.take_as_evidence, name="voice-evidence"),
    path("voices/<uuid:response_id>/delete/", results.delete, name="voice-delete"),
]

# Behind /s/: whoever has the address may answer.
public = [
    path("<slug:token>/", responses.answer, name="public-survey"),
    path("<slug:token>/thanks/", responses.thanks, name="public-survey-thanks"),
]

"""Public addresses of surveys."""

from django.urls import path

from surveys.responses import views as responses

urlpatterns = [
    path("<slug:token>/", responses.answer, name="survey"),
    path("<slug:token>/thanks/", responses.thanks, name="survey-thanks"),
]

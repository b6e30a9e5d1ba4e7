"""Public addresses of surveys."""

from django.urls import path

from surveys.responses import views as responses

urlpatterns = [
    path("<str:token>/", responses.answer, name="survey"),
    path("<str:token>/thanks/", responses.thanks, name="survey-thanks"),
]

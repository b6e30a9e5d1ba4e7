"""Four addresses."""

from django.urls import path

from tests.bench.floor import views

urlpatterns = [
    path("s/<int:survey_id>/", views.form),
    path("answers/", views.Answers.as_view()),
    path("page/", views.page),
    path("answers/many/", views.ManyAnswers.as_view()),
]

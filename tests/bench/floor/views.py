"""The usual way: a form view, a ModelSerializer, many=True with bulk_create, a template."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import Context, Engine
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.bench.floor.models import Answer


class AnswerForm(forms.Form):
    score = forms.IntegerField(min_value=0, max_value=10)
    comment = forms.CharField(required=False, max_length=2000)
    touchpoint_id = forms.IntegerField()


@csrf_exempt
def form(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Check a posted form and insert one row."""
    given = AnswerForm(request.POST)
    if not given.is_valid():
        return HttpResponse(status=400)
    answer = Answer(survey_id=survey_id, meta={"channel": "web"}, **given.cleaned_data)
    answer.save(force_insert=True)
    return HttpResponseRedirect("/thanks")


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    score = serializers.IntegerField(min_value=0, max_value=10)

    class Meta:
        model = Answer
        fields = ["id", "survey_id", "score", "comment", "touchpoint_id", "answered_at", "meta"]
        read_only_fields = ["id"]


class Answers(APIView):
    """Insert one row."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]

    def post(self, request: Request) -> Response:
        given = AnswerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        given.save()
        return Response(given.data, status=201)


class ManyAnswers(APIView):
    """Insert many rows at once."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]

    def post(self, request: Request) -> Response:
        given = AnswerSerializer(data=request.data, many=True)
        given.is_valid(raise_exception=True)
        rows = Answer._default_manager.bulk_create(Answer(**one) for one in given.validated_data)
        return Response({"accepted": len(rows)}, status=201)


_BARE = Engine().from_string(
    "{% for markup, text in pieces %}{{ markup|safe }}{{ text }}{% endfor %}"
)


@cache
def _pieces() -> Any:
    return json.loads(Path(os.environ["FLOOR_PIECES"]).read_text())


def page(_request: HttpRequest) -> HttpResponse:
    """Draw a page of which everything is at hand."""
    return HttpResponse(_BARE.render(Context({"pieces": _pieces()})))

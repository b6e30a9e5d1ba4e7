"""Where Django looks for models; the code lives in the feature folders."""

from surveys.design.models import Question, Survey
from surveys.imports.models import AnswerImport, ImportFault, ImportPiece
from surveys.responses.models import Response

__all__ = ["AnswerImport", "ImportFault", "ImportPiece", "Question", "Response", "Survey"]

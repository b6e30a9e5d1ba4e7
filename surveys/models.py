"""Where Django looks for models; the code lives in the feature folders."""

from surveys.design.models import Question, Survey
from surveys.responses.models import Response

__all__ = ["Question", "Response", "Survey"]

"""{% lucide %} as the package has it, but each icon is drawn once and not on every page anew."""

from functools import lru_cache

from django import template
from lucide.templatetags.lucide import lucide

register = template.Library()
# The product shows some hundred icons, each in two or three ways.
register.simple_tag(lru_cache(maxsize=1024)(lucide), name="lucide")

"""Reads `@name` out of a comment, and a comment's words into parts that a page can show."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

# An @ that begins a word; the one in the middle of an e-mail address does not.
_AT = re.compile(r"(?<![\w.@/])@(?=[\w])")
_WORD = re.compile(r"[\w.+-]+(?:@[\w.-]*\w)?")
_URL = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_CLOSERS = ".,;:!?)]}'’"


@dataclass(frozen=True, slots=True)
class Person:
    """A member who may be mentioned, by each of the words that name them."""

    id: int
    name: str
    email: str


class Nobody(ValueError):
    """Nobody with access is called that."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Several(ValueError):
    """More than one person is called that."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def mentions_in(text: str, people: Sequence[Person]) -> list[dict[str, Any]]:
    """Find who is mentioned: `{member: id, words: as typed}`, each member once.

    The longest name wins, whatever its case. Raises Nobody or Several at the first one that
    names no single person.
    """
    found: dict[int, str] = {}
    for at in _AT.finditer(text):
        person, words = _named(text[at.end() :], people)
        found.setdefault(person.id, words)
    return [{"member": member, "words": words} for member, words in found.items()]


def _named(rest: str, people: Sequence[Person]) -> tuple[Person, str]:
    best: list[tuple[int, Person]] = []
    for person in people:
        length = max((_length(rest, name) for name in (person.name, person.email)), default=0)
        if length and (not best or length >= best[0][0]):
            best = [(length, person), *(one for one in best if one[0] == length)]
    if not best:
        word = _WORD.match(rest)
        raise Nobody(word[0].rstrip(".") if word else rest[:20])
    length = best[0][0]
    if len(best) > 1:
        raise Several(rest[:length])
    return best[0][1], rest[:length]


def _length(rest: str, name: str) -> int:
    """Return how much of the text this name takes up; 0 when it does not stand there whole."""
    if not name or rest[: len(name)].lower() != name.lower():
        return 0
    after = rest[len(name) : len(name) + 1]
    return 0 if after and (after.isalnum() or after == "_") else len(name)


# --- showing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a comment's text: plain, a link (`url`), or somebody's name."""

    text: str
    url: str = ""
    is_mention: bool = False


def parts_of(text: str, mentions: Iterable[dict[str, Any]]) -> list[Part]:
    """Cut a text into parts whose texts together are the text; only http and https are links."""
    words = sorted({mention["words"] for mention in mentions}, key=len, reverse=True)
    if not words:
        return list(_linked(text))
    named = re.compile(r"(?<![\w.@/])@(?:" + "|".join(map(re.escape, words)) + r")(?!\w)")
    parts: list[Part] = []
    at = 0
    for match in named.finditer(text):
        parts += _linked(text[at : match.start()])
        parts.append(Part(match[0], is_mention=True))
        at = match.end()
    return [*parts, *_linked(text[at:])]


def _linked(text: str) -> Iterator[Part]:
    at = 0
    for match in _URL.finditer(text):
        url = _without_end(match[0])
        if url.count("/") < 3 and url.endswith("//"):  # the two of "https://"
            continue
        if at < match.start():
            yield Part(text[at : match.start()])
        yield Part(url, url=url)
        at = match.start() + len(url)
    if at < len(text):
        yield Part(text[at:])


def _without_end(url: str) -> str:
    """Leave a sentence its own marks: a closing bracket belongs to the link that opened it."""
    while url[-1] in _CLOSERS and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url

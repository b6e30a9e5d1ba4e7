"""Avatars: a number tells how a persona is drawn, so that each is the same wherever it stands.

The figures have no face and are like nobody: shapes for hair, head, glasses and clothes.
"""

from dataclasses import dataclass
from hashlib import sha256

HAIR = ("short", "bob", "long", "bun", "curls", "cap", "scarf", "bald")
WEAR = ("round", "collar", "jacket", "stripes")
GLASSES = ("none", "round", "square")
TONES = 6  # grounds and clothes, coloured by the sheet
SKINS = 4
LAST_AVATAR = len(HAIR) * len(WEAR) * len(GLASSES) * TONES * SKINS - 1
OFFERED = 12


@dataclass(frozen=True, slots=True)
class Avatar:
    """What is drawn: names of shapes, and numbers of colours for classes of the sheet."""

    number: int
    hair: str
    wear: str
    glasses: str
    tone: int
    skin: int


def avatar(number: int) -> Avatar:
    """Read a number as a picture; any number is one."""
    rest, hair = divmod(number % (LAST_AVATAR + 1), len(HAIR))
    rest, wear = divmod(rest, len(WEAR))
    rest, glasses = divmod(rest, len(GLASSES))
    skin, tone = divmod(rest, TONES)
    return Avatar(number, HAIR[hair], WEAR[wear], GLASSES[glasses], tone, skin)


def drawn_for(words: str, turn: int = 0) -> int:
    """Return the number a name is first drawn by, or the next ones; the same each time."""
    digest = sha256(f"{turn}:{words}".encode()).digest()
    return int.from_bytes(digest[:4], "big") % (LAST_AVATAR + 1)


def offered(words: str, chosen: int | None, turn: int = 0) -> list[Avatar]:
    """Offer a dozen different pictures, the chosen one first."""
    numbers = [] if chosen is None else [chosen]
    at = turn * 100
    while len(numbers) < OFFERED:
        one = drawn_for(words, at)
        at += 1
        if one not in numbers:
            numbers.append(one)
    return [avatar(number) for number in numbers]

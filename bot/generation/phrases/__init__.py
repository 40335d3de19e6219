"""The set phrases of the built-in writer: ``en.toml`` and ``zh.toml``, checked when first used.

Each entry declares its ``variables`` and gives one or more wordings under ``friendly``; a shop with a formal tone gets those
under ``formal`` where there are any.
"""

from __future__ import annotations

import re
import string
import tomllib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.errors import ShopdeskError
from bot.types import LanguageCode

_END = "\x00"
_LATIN_END = re.compile(r"[A-Za-z]$")
_BEFORE_HAN = re.compile(rf"{_END}(?=[\u3400-\u9fff])")
"""Where Chinese goes on behind a Latin word, which a space sets apart: 0.7 L 更便宜."""


class PhraseError(ShopdeskError):
    """Raised when a set phrase is unknown or is given other variables than it declares: a mistake of the program."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One entry: the variables that every wording uses, and the wordings by tone."""

    name: str
    variables: frozenset[str]
    friendly: tuple[str, ...]
    formal: tuple[str, ...]

    def render(self, tone: str, seed: str, values: dict[str, str]) -> str:
        """One wording, the same one for equal ``seed``. Raises PhraseError for a missing or an extra variable."""
        if values.keys() != self.variables:
            missing, extra = sorted(self.variables - values.keys()), sorted(values.keys() - self.variables)
            raise PhraseError(
                f"Phrase {self.name!r} was given {extra} too many and misses {missing}; it declares its variables."
            )
        wordings = self.formal if tone == "formal" and self.formal else self.friendly
        wording = wordings[zlib.crc32(f"{self.name}\n{seed}".encode()) % len(wordings)]
        ended = {name: f"{value}{_END}" if _LATIN_END.search(value) else value for name, value in values.items()}
        return _BEFORE_HAN.sub(" ", wording.format(**ended)).replace(_END, "")


class Phrases:
    """The phrases of one language in one tone."""

    def __init__(self, language: LanguageCode, tone: str = "friendly", seed: str = "") -> None:
        self.language, self._tone, self._seed = language, tone, seed
        self._phrases = load_phrases(language)

    def say(self, name: str, /, **values: str) -> str:
        """The phrase ``name`` with its variables filled in. Raises PhraseError when there is no such phrase or variable."""
        phrase = self._phrases.get(name)
        if phrase is None:
            raise PhraseError(f"There is no phrase {name!r} in {self.language!r}; add it to both phrase files.")
        return phrase.render(self._tone, self._seed, values)

    def has(self, name: str) -> bool:
        """Whether there is such a phrase."""
        return name in self._phrases


@cache
def load_phrases(language: LanguageCode) -> dict[str, Phrase]:
    """Every phrase of ``language``, checked: each wording uses exactly the declared variables.

    Raises:
        PhraseError: naming the phrase and what is wrong with it.
    """
    text = files("bot.generation.phrases").joinpath(f"{language}.toml").read_text("utf-8")
    return parse_phrases(text, f"{language}.toml")


def parse_phrases(text: str, where: str) -> dict[str, Phrase]:
    """Phrases from TOML. Raises PhraseError for an unknown key, no wording, or a wording with other variables than declared."""
    found: dict[str, Phrase] = {}
    for name, entry in tomllib.loads(text).items():
        unknown = entry.keys() - {"variables", "friendly", "formal"}
        if unknown:
            raise PhraseError(
                f"Phrase {name!r} in {where} has unknown keys {sorted(unknown)}; use variables, friendly, formal."
            )
        declared = frozenset(entry.get("variables", ()))
        friendly, formal = tuple(entry.get("friendly", ())), tuple(entry.get("formal", ()))
        if not friendly:
            raise PhraseError(f"Phrase {name!r} in {where} has no wording; give at least one under `friendly`.")
        for wording in (*friendly, *formal):
            used = variables_of(wording)
            if used != declared:
                raise PhraseError(
                    f"Phrase {name!r} in {where} declares {sorted(declared)} but {wording!r} uses {sorted(used)}."
                )
        found[name] = Phrase(name, declared, friendly, formal)
    return found


def variables_of(wording: str) -> frozenset[str]:
    """The names in braces of a wording."""
    return frozenset(field for _, field, _, _ in string.Formatter().parse(wording) if field is not None)


def listed(items: Iterable[str], language: LanguageCode, last: str | None = None) -> str:
    """``a, b and c``, or ``a、b和c``; ``last`` is the word before the last item."""
    parts = list(items)
    word = last or ("和" if language == "zh" else "and")
    if len(parts) < 2:
        return "".join(parts)
    if language == "zh":
        return "、".join(parts[:-1]) + word + parts[-1]
    return ", ".join(parts[:-1]) + f" {word} " + parts[-1]

"""Prompt templates, one file per prompt and language, and the loader that checks them.

A file ``NAME.LANGUAGE.txt`` begins with ``variables: a b c``, then a line ``---``, then the text with ``$a`` where a value
goes. The variables declared, used and given must be the same set.
"""

from __future__ import annotations

import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


class PromptError(ValueError):
    """Raised when a prompt file is missing or malformed, or when the values given are not the variables declared."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file. ``hash`` is the first 12 hex digits of the SHA-256 of its text: what a stored reply records."""

    name: str
    text: str
    variables: frozenset[str]
    hash: str

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with every variable replaced; values are inserted as they are and never expanded again.

        Raises:
            PromptError: naming the variables that are missing or extra.
        """
        if missing := sorted(self.variables - values.keys()):
            raise PromptError(f"Prompt {self.name!r} lacks a value for {', '.join(missing)}.")
        if extra := sorted(values.keys() - self.variables):
            raise PromptError(f"Prompt {self.name!r} declares no variable {', '.join(extra)}.")
        return string.Template(self.text).substitute(values)


@cache
def load(name: str, language: str) -> Prompt:
    """The prompt ``name`` in ``language`` (``zh`` or ``en``).

    Raises:
        PromptError: when there is no such file, or its header and its text do not agree.
    """
    file = f"{name}.{language}.txt"
    try:
        raw = files(__name__).joinpath(file).read_text("utf-8")
    except FileNotFoundError as error:
        raise PromptError(f"There is no prompt file {file!r}.") from error
    header, separator, text = raw.partition("\n---\n")
    if not separator or not header.startswith("variables:"):
        raise PromptError(f"Prompt file {file!r} must begin with 'variables: …' and a line '---'.")
    declared = frozenset(header.removeprefix("variables:").split())
    used = frozenset(string.Template(text).get_identifiers())
    if declared != used:
        raise PromptError(f"Prompt file {file!r}: declared but not used, or used but not declared: {sorted(declared ^ used)}.")
    return Prompt(file.removesuffix(".txt"), text, declared, hashlib.sha256(text.encode()).hexdigest()[:12])

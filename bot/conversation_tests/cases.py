"""Reading conversations from YAML, with every mistake told by file, conversation and turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml

from bot.errors import LoadError
from bot.types import ActionName, DialogueState, LanguageCode

LISTS = frozenset({"contains", "excludes", "cites", "sources", "products", "products_in_order", "asks", "proposed", "written"})
TEXTS = frozenset({"action", "intent", "sentiment", "language", "handover", "writer"})
FLAGS = frozenset({"abstained", "angry", "urgent"})
EXPECTATIONS = LISTS | TEXTS | FLAGS | {"state"}
_OF_CONVERSATION = {"name", "turns", "customer", "language"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What the customer says, and what is expected of the reply, by name (see :mod:`bot.conversation_tests.checks`)."""

    say: str
    expected: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation. ``customer`` is the id of a signed-in customer, ``language`` that of the page."""

    file: str
    name: str
    turns: tuple[Turn, ...]
    customer: str | None = None
    language: LanguageCode | None = None


def read_all(files: Sequence[Path]) -> list[Case]:
    """The conversations of files, and of the YAML files of directories.

    Raises:
        LoadError: there are none, or a file cannot be used.
    """
    found = [inner for path in files for inner in (sorted(path.glob("*.y*ml")) if path.is_dir() else [path])]
    if not found:
        raise LoadError(f"There are no YAML files in {', '.join(map(str, files))}: name files of conversations.")
    return [case for path in found for case in read_cases(path)]


def read_cases(path: Path) -> list[Case]:
    """The conversations of a YAML file.

    Raises:
        LoadError: the file cannot be read or says something that means nothing here, with the place and the remedy.
    """
    try:
        return parse_cases(path.read_text("utf-8-sig"), path.name, str(path))
    except OSError as error:
        raise LoadError(f"The tests {str(path)!r} cannot be read ({error.strerror}): correct the path.") from error
    except UnicodeDecodeError as error:
        raise LoadError(f"The tests {str(path)!r} are no YAML: correct them.") from error


def parse_cases(text: str, name: str, place: str = "") -> list[Case]:
    """The conversations that ``text`` (YAML) holds; ``name`` is its file's, ``place`` where that is.

    Raises:
        LoadError: as :func:`read_cases`.
    """
    place = place or name
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        raise LoadError(
            f"The tests {place!r} are no YAML{f' in line {where.line + 1}' if where else ''}: correct them."
        ) from error
    if not isinstance(data, list) or not data:
        raise LoadError(f"The tests {place!r} hold no list of conversations: begin each with `- name: …`.")
    return [_case(name, number, item) for number, item in enumerate(data, 1)]


def _case(file: str, number: int, item: Any) -> Case:
    where = f"{file}, conversation {number}"
    if not isinstance(item, dict) or not isinstance(item.get("turns"), list) or not item["turns"]:
        raise LoadError(f"{where} has no turns: write `turns:` with a list of `- say: …`.")
    if unknown := item.keys() - _OF_CONVERSATION:
        raise LoadError(f"{where} has the unknown {_listed(unknown)}: a conversation has {_listed(_OF_CONVERSATION)}.")
    language = item.get("language")
    if language is not None and language not in get_args(LanguageCode):
        raise LoadError(f"{where} has the language {language!r}: write zh or en.")
    turns = tuple(_turn(f"{where}, turn {place}", turn) for place, turn in enumerate(item["turns"], 1))
    customer = item.get("customer")
    return Case(file, str(item.get("name") or turns[0].say), turns, None if customer is None else str(customer), language)


def _turn(where: str, turn: Any) -> Turn:
    if not isinstance(turn, dict) or not isinstance(turn.get("say"), str) or not turn["say"].strip():
        raise LoadError(f"{where} says nothing: write `say:` with the customer's words.")
    expected = {name: value for name, value in turn.items() if name != "say"}
    if unknown := expected.keys() - EXPECTATIONS:
        raise LoadError(f"{where} expects the unknown {_listed(unknown)}: there are {_listed(EXPECTATIONS)}.")
    for name, value in expected.items():
        if wrong := _wrong(name, value):
            raise LoadError(f"{where} expects {name} {value!r}: {wrong}.")
    return Turn(turn["say"], expected)


def _wrong(name: str, value: Any) -> str | None:
    """What is wrong with an expectation's value, and the remedy."""
    if name in LISTS and not (isinstance(value, Sequence) and not isinstance(value, str)):
        return "write a list, such as [30 days]"
    if name in FLAGS and not isinstance(value, bool):
        return "write true or false"
    if name == "action" and value not in get_args(ActionName):
        return f"an action is one of {_listed(get_args(ActionName))}"
    if name == "state":
        if not isinstance(value, dict):
            return "write names and values, such as {category: Tents}"
        if unknown := value.keys() - set(DialogueState.__dataclass_fields__):
            return f"a conversation remembers no {_listed(unknown)}"
    return None


def _listed(names: Any) -> str:
    return ", ".join(sorted(map(str, names)))

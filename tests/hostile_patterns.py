"""Every regular expression of the program, and texts made from each to keep it busy: its repeated parts, again and again."""

from __future__ import annotations

import ast
import importlib
import random
import re
import re._constants as sre
import re._parser as sre_parser
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FUNCTIONS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"}
ANCHORED = {"match", "fullmatch"}
NOT_IMPORTED = ("__main__.py", "env.py")
ALPHABET = "a1 .,-_/@:<>(\n的１é"
ENDS = ("", "\x00")
MOST_TEXTS = 4


@dataclass(frozen=True, slots=True)
class Used:
    """A pattern and the methods by which the program searches with it: all of a text where that cannot be told."""

    pattern: re.Pattern[str]
    methods: tuple[str, ...] = ("finditer",)


def patterns() -> dict[str, Used]:
    """Where each stands → the pattern: those that modules hold, however deep, and those written where they are used."""
    paths = sorted(path for package in ("bot", "knowledge_base", "prompts") for path in (ROOT / package).rglob("*.py"))
    trees = {path: ast.parse(path.read_text("utf-8")) for path in paths}
    methods = _methods(trees)
    held: dict[str, Used] = {}
    for path in paths:
        if path.name not in NOT_IMPORTED and "migrations" not in path.parts:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            with suppress(ImportError):  # an extra that is not installed
                for value, pattern in _held(vars(importlib.import_module(name)), set()):
                    used = methods.get((path if value.startswith("_") else None, value), ("finditer",))
                    held[f"{path.relative_to(ROOT).as_posix()} {value}"] = Used(pattern, used)
    known = {used.pattern.pattern for used in held.values()}
    for path, tree in trees.items():
        for number, node in enumerate(ast.walk(tree)):
            written = _written(node)
            if written and written.pattern.pattern not in known:
                held[f"{path.relative_to(ROOT).as_posix()} {number}"] = written
    return _each_once(held)


def _each_once(found: dict[str, Used]) -> dict[str, Used]:
    by_source = {(used.pattern.pattern, used.pattern.flags, used.methods): where for where, used in reversed(found.items())}
    return {where: found[where] for where in by_source.values()}


def _methods(trees: Mapping[Path, ast.AST]) -> dict[tuple[Path | None, str], tuple[str, ...]]:
    """The methods by which a pattern of a name is used, where all begin at the beginning. A private name is its module's."""
    found: dict[tuple[Path | None, str], set[str]] = {}
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in FUNCTIONS:
                name = node.value.id
                found.setdefault((path if name.startswith("_") else None, name), set()).add(node.attr)
    return {name: tuple(sorted(used)) for name, used in found.items() if used <= ANCHORED}


def _written(node: ast.AST) -> Used | None:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS
    if called and isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args:
        first, method = node.args[0], node.func.attr
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return Used(re.compile(first.value), (method,) if method in ANCHORED else ("finditer",))
    return None


def _held(value: Any, seen: set[int], name: str = "", depth: int = 0) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield name, value
    elif depth < 4 and id(value) not in seen and isinstance(value, dict | list | tuple | set | frozenset):
        seen.add(id(value))
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from _held(inner, seen, f"{name}.{key}" if name else str(key), depth + 1)


def hostile_texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of ``length`` characters: what leads to a repeated part, that part again and again, and what ends no match."""
    chance = random.Random(1)
    for pump in islice(dict.fromkeys(_pumps(sre_parser.parse(pattern.pattern, pattern.flags), "", chance)), MOST_TEXTS):
        prefix, body = pump
        if body:
            for end in ENDS:
                yield (prefix + body * (length // len(body) + 1))[: length - len(end)] + end


def _pumps(tree: Any, before: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    prefix = before
    for op, argument in tree:
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            _, most, body = argument
            if most > 8:
                yield from ((prefix, _sample(body, chance)) for _ in range(3))
                yield "", _sample(body, chance)
            yield from _pumps(body, prefix, chance)
        elif op is sre.SUBPATTERN:
            yield from _pumps(argument[-1], prefix, chance)
        elif op is sre.BRANCH:
            for branch in argument[1]:
                yield from _pumps(branch, prefix, chance)
        elif op in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _pumps(argument[1], prefix, chance)
        elif op is sre.ATOMIC_GROUP:
            yield from _pumps(argument, prefix, chance)
        prefix += _sample([(op, argument)], chance)
    whole = _sample(tree, chance)
    if whole:
        yield before, whole
        yield before, whole[: max(1, len(whole) - 1)]


def _sample(tree: Any, chance: random.Random) -> str:
    """A text that the tree matches, as far as it is easily told."""
    text = ""
    for op, argument in tree:
        if op is sre.LITERAL:
            text += chr(argument)
        elif op is sre.NOT_LITERAL:
            text += next(one for one in ALPHABET if ord(one) != argument)
        elif op is sre.ANY:
            text += chance.choice("a1 ")
        elif op is sre.IN:
            text += _of_class(argument, chance)
        elif op is sre.BRANCH:
            text += _sample(chance.choice(argument[1]), chance)
        elif op is sre.SUBPATTERN:
            text += _sample(argument[-1], chance)
        elif op is sre.ATOMIC_GROUP:
            text += _sample(argument, chance)
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            text += "".join(_sample(argument[2], chance) for _ in range(max(argument[0], min(1, argument[1]))))
    return text


def _of_class(items: Any, chance: random.Random) -> str:
    fitting = [one for one in ALPHABET if _in_class(items, one)]
    if fitting:
        return chance.choice(fitting)
    for op, argument in items:
        if op is sre.LITERAL:
            return chr(argument)
        if op is sre.RANGE:
            return chr(argument[0])
    return "a"


CATEGORIES = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_WORD: lambda one: one.isalnum() or one == "_",
    sre.CATEGORY_NOT_DIGIT: lambda one: not one.isdigit(),
    sre.CATEGORY_NOT_SPACE: lambda one: not one.isspace(),
    sre.CATEGORY_NOT_WORD: lambda one: not (one.isalnum() or one == "_"),
}


def _in_class(items: Any, one: str) -> bool:
    negated = bool(items) and items[0][0] is sre.NEGATE
    hit = any(
        (op is sre.LITERAL and ord(one) == argument)
        or (op is sre.RANGE and argument[0] <= ord(one) <= argument[1])
        or (op is sre.CATEGORY and CATEGORIES[argument](one))
        for op, argument in items
    )
    return hit != negated


class TooLong(Exception):
    """Raised in the midst of a search that takes too long."""


def effort(used: Used, text: str, most: float) -> float:
    """What it takes to search the text as the program does, in plain searches; infinite when it is more than ``most``."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, most * plain_search())
    start = time.thread_time()
    try:
        for method in used.methods:
            if method in ANCHORED:
                getattr(used.pattern, method)(text)
            else:
                deque(used.pattern.finditer(text), maxlen=0)
    except TooLong:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return (time.thread_time() - start) / plain_search()


@cache
def plain_search() -> float:
    """What a search through some 100,000 characters by a pattern that nothing can keep busy takes of this processor.

    Efforts are told in it, so that a slower machine, or a busy one, changes no verdict.
    """
    text, pattern = "word 的 12, " * 10_000, re.compile(r"\w+\s?")

    def once() -> float:
        start = time.thread_time()
        deque(pattern.finditer(text), maxlen=0)
        return time.thread_time() - start

    return min(once() for _ in range(10))

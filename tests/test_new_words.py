"""Customers say new words for as long as they write: nothing is kept of each."""

from __future__ import annotations

import ast
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from bot.text.terms import stem

ROOT = Path(__file__).parent.parent
MOST = 4096
OF_THE_CATALOGUE = {"quantities", "intervals", "kinds_of_title", "short_name", "_dimensions", "_lean"}
"""Of what stands in the shop's own tables, and of single characters."""


def test_stems_of_new_words_are_not_kept_in_any_thread():
    words = ["".join(syllables) for syllables in product(("ka", "lo", "mi", "tu", "ze", "ro", "pa", "ni"), repeat=4)]
    with ThreadPoolExecutor(1) as thread:
        thread.submit(stem, "deliveries").result()
        tracemalloc.start()
        try:
            assert thread.submit(lambda: {type(stem(word)) for word in words}).result() == {str}
            kept, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert kept < 20_000 and stem("deliveries") == "deliveri"


def caches() -> dict[str, int]:
    """Where functions of a text are remembered → how many results at most, as far as it is written as a number."""
    found = {}
    for path in sorted(path for room in ("bot", "knowledge_base") for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for call in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "lru_cache":
                    [most] = [*call.args, *(keyword.value for keyword in call.keywords)]
                    if isinstance(most, ast.Constant):
                        found[f"{path.relative_to(ROOT).as_posix()}:{node.name}"] = most.value
    return found


def test_what_is_remembered_by_text_is_full_after_a_few_thousand_messages():
    sizes = caches()
    assert len(sizes) > 20
    assert {where: most for where, most in sizes.items() if most > MOST and where.split(":")[1] not in OF_THE_CATALOGUE} == {}

"""What can be expected of a reply.

``action``, ``intent``, ``sentiment``, ``language``, ``writer`` (``builtin`` or the model's name), ``handover`` (its reason) and
the flags ``abstained``, ``angry`` and ``urgent`` must be equal; so must ``sources`` (of the citations, all of them),
``products`` (SKUs, in any order), ``products_in_order``, ``asks``, ``proposed`` (operations that wait for a yes: ``name`` and
arguments) and ``written`` (names of the operations that the conversation has carried out so far). ``cites`` must be among the
sources. ``contains`` are facts that the text says, ``excludes`` those that it must not say; blanks don't count, and in either
a list among them means any one of it. ``state`` holds what the conversation must remember afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.types import DialogueState, Reply

_BLANK = re.compile(r"\s+|\[\d+\]")

_SEEN: Mapping[str, Callable[[Reply], Any]] = {
    "action": lambda reply: reply.action,
    "intent": lambda reply: reply.intent.name,
    "sentiment": lambda reply: reply.sentiment.label,
    "angry": lambda reply: reply.sentiment.angry,
    "urgent": lambda reply: reply.sentiment.urgent,
    "language": lambda reply: reply.language,
    "writer": lambda reply: reply.writer,
    "handover": lambda reply: reply.handover and reply.handover.reason,
    "abstained": lambda reply: reply.abstained,
    "asks": lambda reply: list(reply.asks),
    "proposed": lambda reply: [{"name": one.name, **one.kwargs} for one in reply.proposed_change or ()],
    "sources": lambda reply: sorted({citation.source for citation in reply.citations}),
    "products": lambda reply: sorted(product.sku for product in reply.products),
    "products_in_order": lambda reply: [product.sku for product in reply.products],
}


def differences(expected: Mapping[str, Any], reply: Reply, state: DialogueState, written: Sequence[str] = ()) -> list[str]:
    """Where the reply is not as expected, a sentence each; nothing where it is."""
    found = [] if reply.text.strip() else ["the reply is empty"]
    for name, wanted in expected.items():
        if name in _SEEN:
            seen = _SEEN[name](reply)
            wish = sorted(wanted) if name in ("sources", "products") else wanted
            found += [f"{name} is {seen!r}, not {wish!r}"] if seen != wish else []
    text, sources = _plain(reply.text), {citation.source for citation in reply.citations}
    found += [f"does not say {fact!r}" for fact in expected.get("contains", ()) if not _says(text, fact)]
    found += [f"says {fact!r}" for fact in expected.get("excludes", ()) if _says(text, fact)]
    found += [f"does not cite {source!r}" for source in expected.get("cites", ()) if source not in sources]
    if list(written) != expected.get("written", list(written)):
        found.append(f"has carried out {list(written)!r}, not {expected['written']!r}")
    remembered = asdict(state)
    for name, wanted in expected.get("state", {}).items():
        seen = _listed(remembered[name])
        found += [f"remembers {name} {seen!r}, not {wanted!r}"] if seen != wanted else []
    return found


def _says(text: str, fact: Any) -> bool:
    return any(_plain(str(each)) in text for each in (fact if isinstance(fact, list) else [fact]))


def _plain(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _listed(value: Any) -> Any:
    return [_listed(each) for each in value] if isinstance(value, tuple) else value

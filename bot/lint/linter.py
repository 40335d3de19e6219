"""The whole linter: every check over everything that is live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from bot.lint import single
from bot.lint.findings import KINDS, Entry, Finding
from bot.lint.order_rules import other_periods
from bot.lint.pairs import Vectors, across_languages, prose, questions_and_prose, same_language
from bot.lint.statements import sentences
from bot.order_desk.policy import OrderPolicy
from bot.types import Product
from knowledge_base.encoder import Encoder
from knowledge_base.loading.web.fetch import FetchError, plain_address
from knowledge_base.loading.web.pages import Getter
from knowledge_base.types import Chunk

FEWEST_PER_LANGUAGE = 5
"""Entries that a shop must have in each language before one without a counterpart is missed."""
FEWEST_TURNS = 200
"""Turns that there must have been before an entry counts as never used."""


def lint(
    chunks: Sequence[Chunk],
    products: Sequence[Product],
    encoder: Encoder,
    used: Collection[str] | None = None,
    links: Getter | None = None,
    today: date | None = None,
    policy: OrderPolicy | None = None,
) -> list[Finding]:
    """Every fault found, the most harmful kinds first.

    Args:
        chunks: the passages that are live.
        products: the rows of the catalogue.
        encoder: tells which entries are near each other, also across languages.
        used: ids of the passages that answers rested on; None while customers have asked too little to tell.
        links: fetches addresses to see which are dead; they are not tried without it.
        today: the day that counts.
        policy: what the order desk goes by, where it takes orders.
    """
    passages = [chunk for chunk in chunks if chunk.kind != "product"]
    found = [
        *single.instructions(passages),
        *single.expired(passages, today or date.today()),
        *_pairs(passages, encoder),
        *(other_periods(passages, policy) if policy else ()),
        *single.catalogue_gaps(products),
        *_unused(passages, used),
        *(_dead_links(passages, links) if links else ()),
    ]
    once = {(finding.kind, frozenset(entry.id for entry in finding.entries)): finding for finding in reversed(found)}
    return sorted(reversed(once.values()), key=lambda finding: KINDS.index(finding.kind))


def counted(findings: Sequence[Finding]) -> Mapping[str, int]:
    """How many findings there are of each kind."""
    counts = Counter(str(finding.kind) for finding in findings)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}


def _pairs(passages: Sequence[Chunk], encoder: Encoder) -> Iterator[Finding]:
    texts = [chunk for chunk in passages if chunk.kind == "text"]
    yield from prose(texts, encoder.encode([chunk.text for chunk in texts]))
    yield from sentences(passages, encoder)
    asked = {code: [c for c in passages if c.question is not None and c.language == code] for code in ("en", "zh")}
    vectors = {code: _vectors(entries, encoder) for code, entries in asked.items()}
    for code, entries in asked.items():
        yield from same_language(entries, vectors[code])
        if entries and texts:
            headed = encoder.encode([f"{chunk.heading.rpartition(' › ')[2]}\n{chunk.text}" for chunk in texts])
            yield from questions_and_prose(entries, vectors[code].whole, texts, headed)
    if not all(asked.values()):
        return
    differing, english, chinese = across_languages(asked["en"], vectors["en"], asked["zh"], vectors["zh"])
    yield from differing
    if min(map(len, asked.values())) < FEWEST_PER_LANGUAGE:
        return
    for entries, other in ((english, "Chinese"), (chinese, "English")):
        yield from (Finding("missing_language", (Entry.of(entry),), f"has no counterpart in {other}") for entry in entries)


def _vectors(entries: Sequence[Chunk], encoder: Encoder) -> Vectors:
    questions = [entry.question or "" for entry in entries]
    answers = [entry.text for entry in entries]
    both = [f"{question}\n{answer}" for question, answer in zip(questions, answers, strict=True)]
    return Vectors(encoder.encode(questions), encoder.encode(answers), encoder.encode(both))


def _unused(passages: Sequence[Chunk], used: Collection[str] | None) -> Iterator[Finding]:
    if used is not None:
        known = set(used)
        for chunk in passages:
            if chunk.id not in known:
                yield Finding("unused", (Entry.of(chunk),), "no answer has rested on it")


def _dead_links(passages: Sequence[Chunk], getter: Getter) -> Iterator[Finding]:
    states: dict[str, str | None] = {}
    for chunk in passages:
        for address in single.links_of(chunk):
            if address not in states:
                states[address] = _fault(address, getter)
            if (fault := states[address]) is not None:
                yield Finding("dead_link", (Entry.of(chunk),), f"links to {address}, which {fault}")


def _fault(address: str, getter: Getter) -> str | None:
    try:
        status = getter.get(plain_address(address)).status
    except FetchError as error:
        return str(error)
    return f"is answered with status {status}" if status >= 400 else None

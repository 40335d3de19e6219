"""Documents to passages: one chunk per question, row or product; prose packed up to a size, cut between sentences."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from knowledge_base.sentences import sentence_spans
from knowledge_base.types import Chunk, Document, Section

SEPARATOR = " › "

_PARAGRAPH_END = re.compile(r"\n[ \t]*\n\s*")
_CLAUSE_END = re.compile(r"[，,、;；:：]\s*|\s+")
_LEAD_IN = (":", "：")

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A span of a section's text that stays together, with its (estimated) size in tokens."""

    start: int
    end: int
    tokens: float


def chunk(document: Document, count_tokens: CountTokens, max_tokens: int = 160, max_whole: int = 480) -> list[Chunk]:
    """The passages of ``document``, in its order, without overlap and without repeats.

    Args:
        document: what a loader returned.
        count_tokens: the encoder's measure; called about twice per chunk at most.
        max_tokens: size aimed at for prose. A single sentence may be longer by a half before it is cut at a clause.
        max_whole: size up to which an answer, a row or a product stays whole.

    Every text is a verbatim part of its section. An id depends on location, kind, heading, question and text alone, so it
    outlives changes elsewhere in the file.

    Raises:
        ValueError: when ``max_tokens`` is smaller than 16 or greater than ``max_whole``.
    """
    if not 16 <= max_tokens <= max_whole:
        raise ValueError(f"max_tokens must be between 16 and max_whole ({max_whole}). Currently, max_tokens is {max_tokens}")
    chunks: list[Chunk] = []
    seen: set[str] = set()
    headings: dict[tuple[str, ...], str] = {}
    for section in document.sections:
        heading = headings.get(section.path)
        if heading is None:
            heading = headings[section.path] = heading_of(document.title, section.path)
        for text, tokens in _pieces(section, count_tokens, max_tokens, max_whole):
            key = _id(document.location, section, heading, text)
            if key not in seen:
                seen.add(key)
                chunks.append(_chunk(document, section, heading, text, tokens, key, len(chunks)))
    return chunks


def heading_of(title: str, path: Sequence[str]) -> str:
    """Title and headings joined by " › ", each once."""
    parts = [title.strip()]
    parts += [part.strip() for part in path if part.strip()]
    return SEPARATOR.join(dict.fromkeys(part for part in parts if part))


def _chunk(document: Document, section: Section, heading: str, text: str, tokens: int, key: str, position: int) -> Chunk:
    return Chunk(
        id=key,
        location=document.location,
        source=document.source,
        title=document.title,
        language=section.language or document.language,
        kind=section.kind,
        text=text,
        heading=heading,
        position=position,
        tokens=tokens,
        question=section.question,
        metadata={**document.metadata, **section.metadata} if document.metadata else section.metadata,
    )


def _id(location: str, section: Section, heading: str, text: str) -> str:
    parts = (location, section.kind, heading, section.question or "", text)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _pieces(section: Section, count_tokens: CountTokens, max_tokens: int, max_whole: int) -> Iterator[tuple[str, int]]:
    text = section.text.strip()
    if not text:
        return
    tokens = count_tokens(text)
    if tokens <= (max_tokens if section.kind == "text" else max_whole):
        yield text, tokens
        return
    for group in _packed(list(_units(text, tokens / len(text), max_tokens)), text, max_tokens):
        piece = text[group[0].start : group[-1].end]
        yield piece, count_tokens(piece)


def _units(text: str, density: float, max_tokens: int) -> Iterator[_Unit]:
    """Paragraphs where they fit, else their sentences, else parts of sentences. ``density`` is tokens per character."""
    for start, end in _paragraphs(text):
        if (end - start) * density <= max_tokens:
            yield _Unit(start, end, (end - start) * density)
            continue
        for left, right in sentence_spans(text[start:end]):
            yield from _within(text, start + left, start + right, density, max_tokens)


def _within(text: str, start: int, end: int, density: float, max_tokens: int) -> Iterator[_Unit]:
    """A sentence whole, or cut after clauses where it is more than half over the size."""
    limit = max(int(max_tokens / density), 1)
    while end - start > 1.5 * limit:
        cuts = [match.end() for match in _CLAUSE_END.finditer(text, start + limit // 2, start + limit)]
        cut = cuts[-1] if cuts else start + limit
        yield _Unit(start, start + len(text[start:cut].rstrip()), (cut - start) * density)
        start = cut
    if start < end:
        yield _Unit(start, end, (end - start) * density)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _PARAGRAPH_END.finditer(text):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _packed(units: list[_Unit], text: str, max_tokens: int) -> list[list[_Unit]]:
    """Neighbouring units in groups up to the size. The line that introduces a list goes with it; no tiny rest is left."""
    groups: list[list[_Unit]] = []
    group: list[_Unit] = []
    size = 0.0
    for unit in units:
        if group and size + unit.tokens > max_tokens:
            lead = [group.pop()] if len(group) > 1 and text.endswith(_LEAD_IN, 0, group[-1].end) else []
            groups.append(group)
            group, size = lead, sum(part.tokens for part in lead)
        group.append(unit)
        size += unit.tokens
    if groups and size < max_tokens / 8:
        groups[-1].extend(group)
    elif group:
        groups.append(group)
    return groups

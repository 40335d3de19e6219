"""A whole reply through the fact gate: sentence by sentence kept, cited, trimmed, replaced by the evidence, or removed."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.generation.fact_gate.evidence_index import index, is_han
from bot.generation.fact_gate.figures import CITATION, address_key, extract
from bot.generation.fact_gate.statements import Statement, analyse, similarity
from bot.types import Evidence, LanguageCode
from knowledge_base.sentences import sentence_spans

if TYPE_CHECKING:
    from bot.generation.fact_gate.gate import FactGate, Verdict

LONGEST_REPLY = 12_000
_SURE = 0.45
_LINK = re.compile(r"(!?)\[([^\[\]\n]{0,300})\]\(\s*<?([^()\s<>]{0,1000})>?(?:\s+\"[^\"\n]{0,200}\")?\s*\)")
_OTHER_LINK = re.compile(r"(?<=\])\((?=\s*[^()\s])[^()\n]{0,1000}(?:\([^()\n]{0,1000}\)[^()\n]{0,1000})*\)?")
_TAG = re.compile(r"</?[A-Za-z!][^<>\n]{0,2000}>|<(?:script|style)[^<>]{0,300}>?", re.I)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,1000})>", re.I)
_LIST_MARK = re.compile(r"^\s*(?:[-*+•·]|\d{1,3}[.)、])?\s*")
_TABLE_RULE = re.compile(r"[|:\- ]+")
_CLAUSE_END = re.compile(r"[;；]|[，,](?!\d)")


@dataclass(frozen=True, slots=True)
class Gated:
    """A reply after the gate. ``removed`` are the parts that did not pass; ``rejected``: no factual sentence is left."""

    text: str
    removed: tuple[str, ...] = ()
    changed: bool = False
    rejected: bool = False


@dataclass(slots=True)
class _Pass:
    """One run over a reply: what it needs, and what it has dropped and kept so far."""

    gate: FactGate
    evidence: Sequence[Evidence]
    customer_text: str
    language: LanguageCode
    text: str = ""
    removed: list[str] = field(default_factory=list)
    quoted: set[str] = field(default_factory=set)
    facts: int = 0


def rewrite(
    gate: FactGate, text: str, evidence: Sequence[Evidence], customer_text: str = "", language: LanguageCode = "en"
) -> Gated:
    """The reply with nothing left that the evidence does not support.

    A sentence that passes stays, with the citation of what supports it added or corrected; one that does not loses its
    unsupported end, gives way to the evidence's own sentence on the same thing (quoted, cited), or goes. Table cells are
    checked one by one.
    Links and images to addresses that are not in the evidence lose their address, HTML goes. Never raises.
    """
    if len(text) > LONGEST_REPLY:
        return Gated("", (text[:200],), changed=True, rejected=True)
    run = _Pass(gate, evidence, customer_text, language, text)
    clean = without_markup(text, addresses(evidence), run.removed)
    lines: list[str | None] = []
    header = ""
    for line in clean.split("\n"):
        if "--" in line and _TABLE_RULE.fullmatch(line.strip()):
            lines.append(line)
        elif line.count("|") >= 2:
            header = header or line
            lines.append(_table_row(run, line, header))
        else:
            header = ""
            lines.append(_line(run, line))
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line is not None)).strip()
    rejected = bool(run.removed) and not run.facts
    return Gated(kept, tuple(run.removed), kept != text.strip(), rejected or (bool(text.strip()) and not kept))


def without_markup(text: str, known: frozenset[str], removed: list[str]) -> str:
    """``text`` without raw HTML, and without links or images whose address is not ``known`` (their text stays)."""

    def link(match: re.Match[str]) -> str:
        if _is_known(match[3], known) and not match[1]:
            return match[0]
        removed.append(match[0])
        return match[2]

    def bare(match: re.Match[str]) -> str:
        address = match[1].removeprefix("mailto:")
        return address

    def other(match: re.Match[str]) -> str:
        if _is_known(match[0][1:-1].strip(), known):
            return match[0]
        removed.append(match[0])
        return ""

    linked = _OTHER_LINK.sub(other, _LINK.sub(link, _AUTOLINK.sub(bare, text)))
    while True:  # a tag hidden inside another shows once the outer one is gone
        plain = _TAG.sub("", linked)
        if plain == linked:
            break
        removed += [m[0] for m in _TAG.finditer(linked)][:20]
        linked = plain
    return html.unescape(plain) if "&" in plain and "<" not in html.unescape(plain) else plain


def addresses(evidence: Sequence[Evidence]) -> frozenset[str]:
    """The web and e-mail addresses that the evidence holds, as they are compared."""
    known = {address_key(item.url) for item in evidence if item.url}
    for item in evidence:
        known |= {f.key for f in extract(item.text) if f.kind in ("url", "email")}
    return frozenset(known)


def _is_known(address: str, known: frozenset[str]) -> bool:
    if address.lower().startswith(("http://", "https://")):
        return address_key(address) in known
    return address.lower().startswith("mailto:") and address[7:].lower() in known


def _line(run: _Pass, line: str) -> str | None:
    """The line with its unsupported sentences gone; None when nothing but a list mark is left of it."""
    spans = sentence_spans(line)
    if not spans:
        return line
    out: list[str] = []
    at = 0
    for start, end in spans:
        kept = _sentence(run, line[start:end])
        out += [line[at:start] if kept or not out else "", kept]
        at = end
    text = "".join(out).rstrip()
    return text if _LIST_MARK.sub("", text) else None


def _sentence(run: _Pass, sentence: str) -> str:
    cited = {int(m[1]) for m in CITATION.finditer(sentence)}
    valid = {n for n in cited if 1 <= n <= len(run.evidence)}
    if cited - valid:
        sentence = CITATION.sub(lambda m: m[0] if int(m[1]) in valid else "", sentence).rstrip()
    verdict = run.gate.check(sentence, run.evidence, valid, run.customer_text, run.text)
    if verdict.supported or verdict.repair:
        return _cited(run, sentence, verdict, valid)
    run.removed.append(sentence)
    return _supported_beginning(run, sentence, valid) or _quotation(run, sentence, valid)


def _cited(run: _Pass, sentence: str, verdict: Verdict, valid: set[int]) -> str:
    if verdict.factual:
        run.facts += 1
    if verdict.repair:
        run.removed += [f"[{n}]" for n in sorted(valid)]
        return with_citations(CITATION.sub("", sentence).rstrip(), verdict.repair)
    return with_citations(sentence, verdict.supports) if verdict.factual and verdict.supports and not valid else sentence


def with_citations(sentence: str, numbers: Sequence[int]) -> str:
    """``sentence`` with ``[n]`` after its last word, before nothing: citations follow the full stop's word."""
    marks = "".join(f"[{n}]" for n in numbers)
    body = sentence.rstrip()
    end = re.search(r"[.!?。！？…:：]*[\"'”’)）*_]*$", body)
    cut = end.start() if end else len(body)
    space = "" if is_han(body) else " "
    return f"{body[:cut]}{space}{marks}{body[cut:]}"


def _supported_beginning(run: _Pass, sentence: str, valid: set[int]) -> str:
    """The part before the first unsupported clause, where it states a supported fact by itself."""
    cuts = [m.start() for m in _CLAUSE_END.finditer(sentence)]
    for cut in reversed(cuts[:8]):
        head = sentence[:cut].rstrip()
        verdict = run.gate.check(head, run.evidence, valid, run.customer_text, run.text)
        if verdict.supported and verdict.factual and verdict.supports:
            run.facts += 1
            stop = "。" if is_han(head) else "."
            marked = head if CITATION.search(head) else with_citations(head, verdict.supports)
            return marked + stop
    return ""


def _quotation(run: _Pass, sentence: str, valid: set[int]) -> str:
    """The evidence's own sentence that clearly speaks of the same thing, quoted and cited; empty when none does."""
    claim = analyse(sentence)
    best: tuple[float, int, Statement] | None = None
    for number, item in enumerate(run.evidence, 1):
        passage = index(item)
        if (valid and number not in valid) or passage.han != (run.language == "zh") or passage.han != is_han(sentence):
            continue
        for statement in passage.statements:
            score = max(similarity(claim, 0, statement, at, passage.context) for at in range(len(statement.clauses)))
            if statement.words and (best is None or score > best[0]):
                best = (score, number, statement)
    if best is None or best[0] < _SURE or best[2].text in run.quoted or len(best[2].text) > 300:
        return ""
    run.quoted.add(best[2].text)
    run.facts += 1
    quote = _LIST_MARK.sub("", best[2].text).strip()
    mark = _LIST_MARK.match(sentence)
    left, right, space = ("“", "”", "") if run.language == "zh" else ("“", "”", " ")
    return f"{mark[0] if mark else ''}{left}{quote}{right}{space}[{best[1]}]"


def _table_row(run: _Pass, line: str, header: str) -> str:
    """The row with each unsupported cell blanked: a cell is read with its row's and its column's name."""
    cells, names = line.split("|"), header.split("|")
    if line == header:
        return "|".join(_cell(run, cell, cell, "") for cell in cells)
    first = next((c.strip() for c in cells if c.strip()), "")
    out: list[str] = []
    for at, cell in enumerate(cells):
        name = names[at].strip() if at < len(names) else ""
        out.append(_cell(run, cell, f"{name}: {first}: {cell.strip()}" if cell.strip() != first else cell, name))
    return "|".join(out)


def _cell(run: _Pass, cell: str, sentence: str, name: str) -> str:
    if not cell.strip():
        return cell
    cited = {int(m[1]) for m in CITATION.finditer(sentence) if 1 <= int(m[1]) <= len(run.evidence)}
    verdict = run.gate.check(sentence, run.evidence, cited, run.customer_text, run.text)
    if verdict.supported or verdict.repair:
        run.facts += verdict.factual
        return cell
    run.removed.append(cell.strip())
    return " - " if name else " "

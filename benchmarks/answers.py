"""``python -m benchmarks answers QUESTIONS --data DIR|--shop DIR|--demo``: does a shop's assistant answer its customers.

QUESTIONS holds one JSON object a line: ``id``, ``language``, ``text``, ``after`` (what the customer said before in the same
conversation: a list of messages, or the id of the question before) and ``expect`` with ``action``, ``must_contain`` (strings
of the reply; a list among them: any one of it), ``source`` (part of the name or id of a source cited, or a list of which one
is) and ``abstain``. Whatever ``expect`` leaves out or null is not judged. A decline and a handover after a missing answer
both count as abstaining.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bot
from bot.generation.script import in_script
from bot.shopdesk import Shopdesk
from bot.types import Reply

PROFILE, POLICY = "shop.toml", "order_policy.toml"
_BLANK = re.compile(r"\s+|\[\d+\]")
_DASH = re.compile(r"[‐-―−~～]")


@dataclass(frozen=True, slots=True)
class Question:
    """One question with what is expected of the reply; None: not judged."""

    id: str
    language: str
    text: str
    after: tuple[str, ...] = ()
    action: str | None = None
    must_contain: tuple[tuple[str, ...], ...] = ()
    sources: tuple[str, ...] = ()
    abstain: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reply against its question; None: not judged."""

    question: Question
    reply: Reply
    action: bool | None
    contains: bool | None
    source: bool | None
    abstains: bool | None

    @property
    def right(self) -> bool:
        """Whether nothing judged is wrong."""
        return False not in (self.action, self.contains, self.source, self.abstains)


def read_questions(path: Path) -> list[Question]:
    """The questions of a file.

    Raises:
        ValueError: a line is not a question, with its number.
    """
    questions: list[Question] = []
    asked: dict[str, Question] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            question = _question(row, str(number), asked)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"Line {number} of {str(path)!r} is no question ({error!r}): give text and expect.") from error
        asked[question.id] = question
        questions.append(question)
    return questions


def _question(row: dict[str, Any], number: str, asked: Mapping[str, Question]) -> Question:
    expect, before = row.get("expect") or {}, row.get("after")
    if isinstance(before, str):
        before = (*asked[before].after, asked[before].text)
    return Question(
        id=str(row.get("id", number)),
        language=row.get("language", ""),
        text=row["text"],
        after=_listed(before),
        action=expect.get("action"),
        must_contain=tuple(_listed(part) for part in expect.get("must_contain") or ()),
        sources=_listed(expect.get("source")),
        abstain=expect.get("abstain"),
    )


def _listed(value: str | Sequence[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def ask(shopdesk: Shopdesk, question: Question) -> Reply:
    """The reply to ``question``, after the customer's earlier messages, in a conversation of its own."""
    conversation: str | None = None
    for text in question.after:
        conversation = shopdesk.reply(text, conversation).conversation
    return shopdesk.reply(question.text, conversation)


def in_traditional(question: Question) -> Question:
    """The question, and what was said before it, as a customer in Taiwan writes it."""
    return replace(
        question, text=in_script(question.text, "Hant"), after=tuple(in_script(text, "Hant") for text in question.after)
    )


def judge(question: Question, reply: Reply) -> Verdict:
    """Whether ``reply`` is what ``question`` expects."""
    said = plain(in_script(reply.text, "Hans"))
    contains = [any(plain(way) in said for way in ways) for ways in question.must_contain]
    cited = [f"{citation.source}\n{citation.id}\n{citation.title}" for citation in reply.citations]
    abstained = reply.abstained or reply.action == "decline"
    return Verdict(
        question,
        reply,
        action=None if question.action is None or question.abstain else reply.action == question.action,
        contains=all(contains) if contains else None,
        source=any(part in source for part in question.sources for source in cited) if question.sources else None,
        abstains=None if question.abstain is None else abstained == question.abstain,
    )


def plain(text: str) -> str:
    """``text`` as it is compared: NFKC, lower case, without blanks and citation marks, one kind of dash."""
    return _DASH.sub("-", _BLANK.sub("", unicodedata.normalize("NFKC", text).lower()))


def figures(verdicts: Sequence[Verdict]) -> dict[str, float | int | None]:
    """Shares of the judged questions, None where none was judged, and what abstaining cost or missed."""
    answerable = [verdict for verdict in verdicts if verdict.question.abstain is False]
    unanswerable = [verdict for verdict in verdicts if verdict.question.abstain]
    return {
        "questions": len(verdicts),
        "right": _share(verdict.right for verdict in verdicts),
        "action": _share(verdict.action for verdict in verdicts),
        "must_contain": _share(verdict.contains for verdict in verdicts),
        "source": _share(verdict.source for verdict in verdicts),
        "refused_wrongly": _share(not verdict.abstains for verdict in answerable),
        "abstained_rightly": _share(verdict.abstains for verdict in unanswerable),
    }


def _share(judged: Iterable[bool | None]) -> float | None:
    counted = [each for each in judged if each is not None]
    return round(sum(counted) / len(counted), 4) if counted else None


@contextmanager
def opened(data: Path | None = None, content: Path | None = None) -> Iterator[Shopdesk]:
    """The shop in ``data``; without one, the shop whose files ``content`` holds, in a directory that goes away.

    ``content`` is laid out as the demo shop, which it is where it is not given; only its documents must be there.
    """
    if data is not None:
        with bot.open(data) as shopdesk:
            yield shopdesk
        return
    from bot.demo_shop import directory
    from bot.serving.demo import CONTENT

    content = content or directory()
    with TemporaryDirectory() as folder:
        for name in (PROFILE, POLICY):
            if (content / name).exists():
                shutil.copyfile(content / name, Path(folder) / name)
        with bot.open(Path(folder)) as shopdesk:
            shopdesk.load([content / name for name in CONTENT if (content / name).exists()])
            yield shopdesk


def main(arguments: list[str]) -> int:
    """Prints the figures, whole and by language, and every failing question with its reply."""
    parser = argparse.ArgumentParser("python -m benchmarks answers", description=__doc__)
    parser.add_argument("questions", type=Path, help="JSON lines of questions")
    shop = parser.add_mutually_exclusive_group(required=True)
    shop.add_argument("--data", type=Path, help="data directory of a shop")
    shop.add_argument("--shop", type=Path, metavar="DIR", help="files of a shop, laid out as the demo shop's")
    shop.add_argument("--demo", action="store_true", help="the demo shop")
    parser.add_argument("--traditional", action="store_true", help="ask the Chinese questions, in Traditional characters")
    parser.add_argument("--replies", action="store_true", help="print every reply, not only the wrong ones")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write every reply to FILE, one JSON object a line")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        questions = read_questions(options.questions)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.traditional:
        questions = [in_traditional(question) for question in questions if question.language == "zh"]
    with opened(options.data, options.shop) as shopdesk:
        verdicts = [judge(question, ask(shopdesk, question)) for question in questions]
    if options.write:
        options.write.write_text("".join(json.dumps(_row(v), ensure_ascii=False) + "\n" for v in verdicts), "utf-8")
    groups = {"all": verdicts}
    for language in sorted({question.language for question in questions if question.language}):
        groups[language] = [verdict for verdict in verdicts if verdict.question.language == language]
    table = {name: figures(group) for name, group in groups.items()}
    if options.json:
        shown = [_row(verdict) for verdict in verdicts if options.replies or not verdict.right]
        print(json.dumps({**table, "replies" if options.replies else "failing": shown}, ensure_ascii=False, indent=2))
    else:
        print("\n".join([*_told(v for v in verdicts if options.replies or not v.right), _table(table)]))
    return 0


def _row(verdict: Verdict) -> dict[str, object]:
    reply, question = verdict.reply, verdict.question
    return {
        "id": question.id, "after": list(question.after), "text": question.text, "right": verdict.right,
        "action": reply.action, "reply": reply.text,
        "sources": [citation.source for citation in reply.citations], "follow_ups": list(reply.follow_ups),
    }  # fmt: skip


def _told(verdicts: Iterable[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        question, reply = verdict.question, verdict.reply
        named = (("action", verdict.action), ("text", verdict.contains), ("source", verdict.source))
        wrong = [name for name, right in (*named, ("abstaining", verdict.abstains)) if right is False]
        yield f"{question.id}  {' / '.join([*question.after, question.text])}  {'WRONG: ' + ', '.join(wrong) if wrong else ''}"
        yield f"    {reply.intent.name} {reply.intent.confidence:.2f}, {reply.action}: {reply.text!r}"
        yield f"    {[citation.source for citation in reply.citations]} → {list(reply.follow_ups)}\n"


def _table(table: dict[str, dict[str, float | int | None]]) -> str:
    names = list(next(iter(table.values())))
    lines = [f"{'':<6}" + "".join(f"{name:>18}" for name in names)]
    return "\n".join([*lines, *(f"{name:<6}" + "".join(_cell(value) for value in row.values()) for name, row in table.items())])


def _cell(value: float | int | None) -> str:
    return f"{'–' if value is None else value if isinstance(value, int) else f'{value:.3f}':>18}"

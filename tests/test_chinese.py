"""Every sentence that a page or a command may show is there in Chinese: the sources are read for what they raise and report."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import LoadError, ShopdeskError
from bot.localisation.chinese import in_chinese

ROOT = Path(__file__).parent.parent
COMMAND_LINE = (
    "bot/turn/hearing.py",
    "bot/generation/phrases/",
)
"""What speaks English alone, both languages at once, or to developers."""
FOR_PAGES = {each.__name__ for each in (ShopdeskError, *ShopdeskError.__subclasses__())}
REASONS = {
    "Unreadable", "BadCell", "FetchError", "KnowledgeBaseError", "KnowledgeBaseLocked", "EncoderChanged", "VectorStoreError",
    "AddressRefused", "ConnectError", "ReadTimeout",
    "LedgerError", "DraftOpen", "NoDraft", "UnknownVersion", "WorkersMissing", "EncoderError",
}  # fmt: skip
TELLING = {"tell", "in_words"}
"""What prints, and what puts into words, in the terminal's language."""
REPORTED = {"Skipped": 1, "Finding": 2, "Judged": 2, "ok": 1, "warning": 1, "failed": 1}
"""Where among its arguments each has its reason."""
SPEAKS = re.compile(rf"\b(?:{'|'.join([*FOR_PAGES, *REASONS, *REPORTED, *TELLING, 'skipped.append', 'record'])})\(")
PLACE = re.compile(r"\{[a-z]\}")


def sentences(node: ast.expr) -> list[str]:
    """What an expression may say, a sample in the place of each value; nothing of one that is said elsewhere."""
    match node:
        case ast.Constant(value=str() as said):
            return [said]
        case ast.JoinedStr(values=parts):
            found = [""]
            for part in parts:
                own = sentences(part.value) if isinstance(part, ast.FormattedValue) else []
                own = own or [str(part.value) if isinstance(part, ast.Constant) else "Qx"]
                found = [before + each for before in found for each in own]
            return found
        case ast.Call(func=ast.Name(id="counted"), args=[_, ast.Constant(value=str() as noun), *several]):
            return [f"2 {each.value}" for each in several if isinstance(each, ast.Constant)] or [f"2 {noun}s"]
        case ast.BoolOp(values=parts):
            return [said for part in parts for said in sentences(part)]
        case ast.IfExp(body=one, orelse=other):
            return sentences(one) + sentences(other)
    return []


def reason_of(call: ast.Call, path: str) -> ast.expr | None:
    """The argument of a call that somebody may read in Chinese."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in FOR_PAGES:
        return None if len(call.args) > 1 or any(each.arg == "zh" for each in call.keywords) else call.args[0]
    if name in TELLING:
        return call.args[0]
    if name in REASONS or (name == "ValueError" and path.startswith("knowledge_base/loading/")):
        return call.args[0]
    if (place := REPORTED.get(name)) is not None and len(call.args) > place:
        return call.args[place]
    if name == "append" and "skipped" in getattr(owner, "id", "") and isinstance(pair := call.args[0], ast.Tuple):
        return pair.elts[1]
    return call.args[1] if name == "record" and path.startswith("bot/console/") and len(call.args) > 1 else None


def said_in(path: str) -> Iterator[str]:
    text = (ROOT / path).read_text("utf-8")
    for node in ast.walk(ast.parse(text)) if SPEAKS.search(text) else ():
        if isinstance(node, ast.Call) and (reason := reason_of(node, path)) is not None:
            yield from sentences(reason)


SOURCES = [str(path.relative_to(ROOT)) for room in ("bot", "knowledge_base") for path in sorted((ROOT / room).rglob("*.py"))]


def test_every_sentence_that_a_page_or_a_terminal_may_show_is_there_in_chinese():
    found = {said for path in SOURCES if not path.startswith(COMMAND_LINE) for said in said_in(path)}
    assert len(found) > 250
    # words of a list, below, and how a language model fails, with its name
    assert {said.strip() for said in found if in_chinese(said.strip()) is None} <= {"", "Qx", "is Qx", "Qx: QxQx"}


def test_a_sentence_in_chinese_names_the_values_that_the_english_one_names():
    told = tomllib.loads((ROOT / "bot" / "localisation" / "chinese.toml").read_text("utf-8"))
    pairs = [pair for section in told.values() for pair in section.items()]
    assert [english for english, chinese in pairs if sorted(PLACE.findall(english)) != sorted(PLACE.findall(chinese))] == []
    assert [chinese for _, chinese in pairs if not re.search("[一-鿿]", chinese)] == []


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        ("has no answer (zh); fill it in or delete the row", "缺少答案（zh）：请补上或删除这一行"),
        ("answers the question of src/faq.csv otherwise", "与 src/faq.csv 中同一问题的答案不同"),
        ("price 'dear' is not a number; write it as 12.50", "price 'dear' 不是数字：请写成 12.50"),
        ("stock '1.5' is not a whole number; write the pieces that there are, such as 12",
         "stock '1.5' 不是整数：请写现有件数，如 12"),
        ("is a PNG image", "是 PNG 图片"),
        ("cannot be read: Permission denied", "读不出来：没有权限"),
        ("a.yaml, conversation 2, turn 1 expects abstained 3: write true or false.",
         "a.yaml 第 2 段对话第 1 句 的期望 abstained 是 3：请写 true 或 false。"),
    ],
)  # fmt: skip
def test_values_stand_in_the_chinese_sentence_where_they_belong_and_are_said_in_chinese_too(said, chinese):
    assert in_chinese(said) == chinese and LoadError(said).said("zh") == chinese and LoadError(said).said("en") == said


def test_an_unknown_sentence_and_one_without_end_stay_as_they_are():
    assert in_chinese(f"cannot be read: {'x' * 2000}") is None
    assert in_chinese("is odd") is None and LoadError("It is odd.").said("zh") == "It is odd."

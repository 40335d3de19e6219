"""What loads say in English, the reasons for their rows and what a version changed, in the language of the page."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.types import LanguageCode

_CHINESE = [
    (re.compile(pattern), said)
    for pattern, said in (
        (r"has another answer now", "答案有改动"),
        (r"says what row (\d+) says", r"与第 \1 行内容相同"),
        (r"says what an earlier row says", "与前面的一行内容相同"),
        (r"says what (.+) says", r"与 \1 的内容相同"),
        (r"answers the question of row (\d+) otherwise", r"与第 \1 行问题相同而答案不同"),
        (r"answers the question of an earlier row otherwise", "与前面的一行问题相同而答案不同"),
        (r"answers the question of (.+) otherwise", r"与 \1 中同一问题的答案不同"),
        (r"is no longer in its file", "文件里已经没有这条内容"),
        (r"its file is gone", "文件已不在"),
        (r"has no question(?: \(\w+\))?; fill it in or delete the row", "缺少问题：请补上或删除这一行"),
        (r"has no answer(?: \(\w+\))?; fill it in or delete the row", "缺少答案：请补上或删除这一行"),
        (r"has no text; fill it in or delete the row", "缺少正文：请补上或删除这一行"),
        (r"has (\d+) cells where the header has (\d+); .+", r"有 \1 格，而表头只有 \2 格：请给含分隔符的单元格加上引号"),
        (r"has the language '(.+)'; write zh or en", r"语言写作“\1”：请写 zh 或 en"),
        (r"has '(.+)' where a date is expected; write it as 2026-12-31", r"“\1”不是日期：请写成 2026-12-31"),
        (r"has an opening quote that is never closed", "引号没有闭合"),
        (r"has no column '(.+)'; its columns are (.+)", r"没有“\1”这一列；现有的列：\2"),
        (
            r"(.+): read (.+) as question and (.+) as answer, guessed from the content; --columns says otherwise",
            r"\1：按内容判断，\2 为问题，\3 为答案；可在上面另行指定",
        ),
        (r"holds no text", "没有文字内容"),
        (r"has the unknown ending '(.+)'; accepted are (.+)", r"不支持 \1 文件；支持 \2"),
    )
]

_CHANGES: Mapping[LanguageCode, tuple[tuple[str, str], ...]] = {
    "en": ((r"synchronised catalogue://", "catalogue"), (r"synchronised console://.*", "FAQ entry")),
    "zh": (
        (r"synchronised catalogue://", "商品目录"),
        (r"synchronised console://.*", "问答条目"),
        (r"loaded (.+)", r"载入 \1"),
        (r"removed (.+)", r"移除 \1"),
        (r"published the draft of (.+)", r"发布草稿：\1"),
        (r"rolled back to version (\d+)", r"回到版本 \1"),
    ),
}


def change_in(language: LanguageCode, what: str, folder: Path) -> str:
    """What a version changed, in a language; paths in ``folder`` without it."""
    short = what.replace(os.path.join(folder.resolve(), ""), "")
    for pattern, said in _CHANGES[language]:
        if found := re.fullmatch(pattern, short):
            return found.expand(said)
    return short


def reason_in(language: LanguageCode, reason: str) -> str:
    """``reason`` in a language; as it stands where no other words are known for it."""
    if language == "zh":
        for pattern, said in _CHINESE:
            if found := pattern.fullmatch(reason):
                return found.expand(said)
    return reason

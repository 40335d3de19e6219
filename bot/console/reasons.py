"""What loads say in English, the reasons for their rows and what a version changed, in the language of the page."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.localisation.chinese import in_chinese
from bot.types import LanguageCode

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
    """What a version changed, in a language; paths in ``folder`` without it, others by their last part."""
    for within in (folder.resolve(), folder):
        what = what.replace(os.path.join(within, ""), "")
    short = re.sub(r"(?<!\S)(?:/|[A-Z]:\\)[^,\s]*[/\\]", "", what)
    for pattern, said in _CHANGES[language]:
        if found := re.fullmatch(pattern, short):
            return found.expand(said)
    return short


def reason_in(language: LanguageCode, reason: str) -> str:
    """``reason`` in a language; as it stands where no other words are known for it."""
    return (in_chinese(reason) if language == "zh" else None) or reason

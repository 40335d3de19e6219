"""Words that name a fault of goods, for phrases too short to be told by meaning."""

from __future__ import annotations

import re

from bot.types import LanguageCode

_WORDS: dict[LanguageCode, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:(?:is|are|was|were|'s|it's|arrived|came|got|turned up) (?:\w+ )?(?:broken|faulty|defective|damaged|dead|cracked"
        r"|smashed|shattered|bent|dented|scratched|ripped|torn|chipped|squashed|crushed|leaking|in (?:pieces|bits|two))"
        r"|(?:broke|breaks?)(?: down)?|stopp?ed working|fell apart"
        r"|(?:doesn't|don't|does not|do not|won't|not) work(?:ing)?(?: anymore| properly| at all)?"
        r"|(?:won'?t|doesn'?t|does not|don'?t) (?:turn|switch) on|(?:won'?t|doesn'?t) (?:charge|start))\b",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"坏[了掉]?|断[了的裂]|破了|碎[了的]?|裂[了开]?|开裂|漏[水气电]?了?|不能用了?|用不了|没反应|充不(?:了|进)电"
        r"|不(?:转|亮|加热|工作)了?|有(?:质量)?问题|质量|有瑕疵|有毛病|出?故障了?|失灵|掉[漆毛色]|开[胶线]|脱[胶线]"
    ),
}


def fault_named(language: LanguageCode) -> re.Pattern[str]:
    """What finds a fault that is named in so many words; a question what then is to be done names one, too."""
    return _WORDS[language]

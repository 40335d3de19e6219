"""What a wish names one after another: 买帐篷、睡袋和炉头, "a tent, a sleeping bag and a stove"."""

from __future__ import annotations

import re

from bot.types import LanguageCode

MOST = 6
_CLAUSES = {"zh": re.compile(r"[，,。！？；!?;\n]+"), "en": re.compile(r"[.!?;\n]+")}
_SEPARATORS = {
    "zh": re.compile(r"\s*(?:、|以及|还有|加上|[和跟与及+])\s*"),
    "en": re.compile(r"\s*(?:,?\s*\b(?:and|plus|as well as)\b|,|&|\+)\s*", re.IGNORECASE),
}
_BEFORE = {
    "zh": re.compile(
        r"\W*(?:你好|您好|请问|老板)?\W*(?:我|我们|家里|这次)?(?:现在|还)?(?:想|需要?|打算|准备|得)?(?:要|买|配|购买|入手|看看?|找|备|来|选)?"
        r"(?:一下|点|些)?(?:有没有|有)?"
    ),
    "en": re.compile(
        r"\W*(?:(?:hi|hello|hey|please)\W+)*(?:(?:i|we)(?:'d| would)?(?:'m| am| are|'re)? ?(?:also |still )?"
        r"(?:need|want|like|looking for|after)(?: to (?:buy|get|order))?|looking for|do you (?:have|sell)|have you got"
        r"|(?:can|could) you (?:recommend|show me|suggest)|(?:recommend|show|get|suggest)(?: me)?|buy(?:ing)?|get"
        r"|(?:how much|what) (?:is|are|for|does|do|would|will)|the price of)?\W*",
        re.IGNORECASE,
    ),
}
_AFTER = {
    "zh": re.compile(
        r"(?:都?有(?:没有|吗|么|没)?|都?(?:要|买)|各?[一两来][个件只份套]?|推荐一?下?|怎么[买选配]|吧|呢|吗|一共|总共|合计|加起来|多少钱){0,6}\W*$"
    ),
    "en": re.compile(
        r"\s*(?:\b(?:please|too|as well|for|to|under|with|that|which|in|around|within|al(?:l |)together|come to|cost)"
        r"\b.*)?\W*$",
        re.IGNORECASE,
    ),
}
_COUNTED = {
    "zh": re.compile(r"^(?:[一两二三四五几\d]+)[个只把件套顶条根张双台支瓶包副款]"),
    "en": re.compile(r"^(?:(?:an?|the|some|any|my|one|two|new|good|also)\s+)+", re.IGNORECASE),
}
_NAME = {
    "zh": re.compile(
        r"(?!.*[的了吗呢吧我你您他她它这那哪几多少不没送给能会用买要想看荐宜快退换发运费票])[\u3400-\u9fffA-Za-z\d]{2,8}"
    ),
    "en": re.compile(r"[A-Za-z][\w'-]+(?: [A-Za-z][\w'-]+){0,2}"),
}


def enumerated(text: str, language: LanguageCode) -> tuple[str, ...]:
    """The names of two to six things that the first clause with several lists; none where it says more of one of them."""
    for clause in _CLAUSES[language].split(text[:300]):
        begun = _BEFORE[language].match(clause)
        rest = _AFTER[language].sub("", clause[begun.end() if begun else 0 :], count=1)
        parts = [_COUNTED[language].sub("", part.strip()) for part in _SEPARATORS[language].split(rest)]
        if 2 <= len(parts) <= MOST:
            return tuple(parts) if all(_NAME[language].fullmatch(part) for part in parts) else ()
    return ()

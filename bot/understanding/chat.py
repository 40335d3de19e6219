"""What customers ask of the assistant itself: how it is, whether it is a person, what it can do, what it speaks."""

from __future__ import annotations

import re

from bot.text.phrases import plain

LONGEST = 60
_LEAD = r"\W*(?:(?:hi|hey|hello|ok|so|and|by the way|btw|wait|你好呀?|您好|在吗|那|对了|请问)[\s,，。!！.]*)*"
_END = r"(?:[\s,.!?，。？！~]|today|please|exactly|really|呀|啊|呢|吗|么|嘛|哦|的|了|吧)*"
_WHAT = r"(?:an? )?(?:real )?(?:robot|bot|chat ?bot|ai|a\.i\.|human|person|machine|computer|real)"
_WHAT_ZH = r"(?:真人|人工|机器人?|AI|智能|活人|人)(?:客服)?"
_TOPICS: dict[str, tuple[str, ...]] = {
    "how_are_you": (
        r"how are (?:you|u)(?: doing)?|how(?:'s| is) it going|how do you do|you (?:ok|alright)",
        r"你(?:还)?好吗|最近(?:怎么样|好吗)|你今天(?:好吗|怎么样)|吃(?:饭)?了没?",
    ),
    "identity": (
        rf"are (?:you|u) {_WHAT}(?: or {_WHAT})?|(?:am i|is this) (?:talking |speaking |chatting )?(?:to |with )?{_WHAT}",
        r"(?:who|what) are (?:you|u)|who (?:made|built|created) (?:you|u)",
        rf"你(?:们)?是(?:不是)?{_WHAT_ZH}(?:还是{_WHAT_ZH})?|你是谁|谁(?:做|开发|发明)(?:了|的)?你",
    ),
    "abilities": (
        r"what can (?:you|u) (?:do|help(?: me)? with)(?: for me)?|how can (?:you|u) help(?: me)?|what do (?:you|u) do",
        r"你(?:都)?(?:能|会|可以)(?:帮我)?(?:做|干)?(?:些)?(?:什么|啥)|你有(?:什么|啥)(?:用|功能)|怎么用你",
    ),
    "languages": (
        r"(?:can|do|could) (?:you|u) (?:speak|understand|talk|write) [\w ]{3,20}|what languages? (?:can|do) (?:you|u) speak",
        r"sprechen sie deutsch|parlez[- ]vous (?:fran[cç]ais|anglais)|habla (?:usted )?(?:espa[nñ]ol|ingl[eé]s)",
        r"parla italiano|日本語(?:は)?(?:話せますか|できますか)?",
        r"你(?:会|能|可以)(?:说|讲|用)(?:英文|英语|中文|粤语|日语|韩语|法语|德语)",
    ),
    "joke": (r"(?:tell|know) (?:me )?(?:a|any) (?:good )?jokes?|make me laugh|(?:讲|说)个?笑话|逗我(?:笑|开心)",),
}
_MATCHERS = tuple(
    (name, re.compile(rf"{_LEAD}(?:{'|'.join(patterns)}){_END}", re.IGNORECASE)) for name, patterns in _TOPICS.items()
)


def chat_topic(text: str) -> str | None:
    """What of the assistant itself a message asks, and nothing else; None for another."""
    said = plain(text)
    if len(said) > LONGEST:
        return None
    return next((name for name, matcher in _MATCHERS if matcher.fullmatch(said)), None)

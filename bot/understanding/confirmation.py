"""Whether a message is a plain yes or a plain no to what the assistant proposed."""

from __future__ import annotations

import re

from bot.text.phrases import has_han, plain
from bot.text.script import to_simplified
from bot.types import LanguageCode

_YES_EN = (
    "yes yeah yep yup ya yea aye sure ok okay okey correct right confirm confirmed absolutely definitely certainly agreed "
    "indeed affirmative"
    " y please|go ahead|go for it|do it|please do|do that|that's right|that is right|that's correct|that is correct|sounds good"
    "|sounds great|looks good|of course|i confirm|i agree|i'm sure|i am sure|fine|that's fine|that works|works for "
    "me|perfect|great"
    "|good|proceed|please proceed|all good|let's do it|let's do that|thanks|thank you|thank you very much|i do"
    "|exactly|alright|all right"
    "|that's the one|that's it|that one|the one i want|you can|you may"
    "|by all means|i would|i'd like that|make it so|happy with that|it is|do so|it's correct"
    "|everything is correct|for sure"
)
_NO_EN = (
    "no nope nah n cancel stop|no thanks|no thank you|never mind|nevermind|not now|not yet|don't|do not|don't do it"
    "|do not do it|don't do that"
    "|forget it|forget about it|i changed my mind|changed my mind|wait|hold on|leave it|leave it as it is|please "
    "don't|not really|no need"
    "|i regret it|i have changed my mind|i've changed my mind|keep it|keep it as it is|keep the order|i'll keep it"
    "|that's wrong|that is wrong|incorrect|wrong|that's not right|it's fine|i'd rather not|not anymore|thanks|thank "
    "you|i'm good|abort|please|then"
)
_YES_ZH = (
    "是 是的 对 对的 好 好的 好呀 好啊 好吧 好滴 好哒 好嘞 行 行的 行吧 可以 可以的 没问题 没错 确认 确定 同意 嗯 "
    "嗯嗯 恩 ok okay yes 办吧 就这样 就这么办 就这样吧 "
    "麻烦了 麻烦你了 麻烦您了 谢谢 请办理 帮我办 帮我办吧 请继续 继续 继续吧 可 要 要的 需要 当然 当然可以 正确 提交 "
    "提交吧 去办吧 办理 办理吧 没有问题 没意见 "
    "请帮我办理 就这个 成 中 妥 我确认 我确定 我同意 确认一下 确认无误 无误 信息无误 退吧 换吧 改吧 好了 请 "
    "那就这样 那好 那行 必须的 可以呀 可以啊 是啊 是呀 对啊 对呀 麻烦"
)
_NO_ZH = (
    "不 不用 不用了 不要 不要了 不是 不是的 不对 不行 不可以 不需要 不需要了 不必 不必了 算了 算了吧 先不 先不用 "
    "先不要 先不了 取消操作 别 别了 不了 没事了 不同意 不确认 "
    "不确定 再想想 我再想想 再考虑 再考虑一下 我再考虑一下 等一下 等等 先等等 不办了 不退了 不换了 不取消了 不改了 "
    "后悔了 我后悔了 改主意了 我改主意了 改变主意了 我改变主意了 反悔了 "
    "no 谢谢 没有 错了 不想 不想了 暂时不用 暂时不要 还是算了 不好 停 那 那就 那还是"
)
_POLITE_ZH = "了吧呀啊哦噢呢的哈啦嘛滴~"


def _phrases(listing: str) -> frozenset[str]:
    first, *others = listing.split("|")
    return frozenset([*first.split(), *others])


_YES = {"en": _phrases(_YES_EN), "zh": frozenset(_YES_ZH.split())}
_NO = {"en": _phrases(_NO_EN), "zh": frozenset(_NO_ZH.split())}
_COURTESY = frozenset(
    "please thanks thank you|thank you|thank you very much|谢谢|请|麻烦|麻烦了|麻烦你了|麻烦您了|thanks|it's fine".split("|")
) | {"please", "thanks", "then", "那", "那就", "那还是"}
_PIECES = re.compile(r"[,.;!?。，、！？\s~]+")
_THUMB = {"👍": True, "👌": True, "✅": True, "👎": False, "❌": False}
_LONGEST = 80
_DRAWN_OUT = re.compile(r"\b(yes|yeah|yep|yup|ok|okay|sure|no|nope|nah)(?<=(.))\2+\b")
"""A word with its last letter drawn out: yesss, okk, nooo."""


_AGREES_EN = frozenset(
    "yes yeah yep yup ya yea aye y sure ok okay correct right confirm confirmed absolutely definitely certainly perfect "
    "exactly indeed agreed "
    "great good fine lovely wonderful cool super excellent brilliant awesome go proceed do".split()
)
_FILLS_EN = frozenset(
    "that that's this it it's is are the all both everything every thanks please just ahead for with to of them these those "
    "two three one sir madam mate now i i'd we want wanted meant me and looks sounds would be oh ah well thats said on then "
    "already finally cheers ta".split()
)
_ASKS_BACK = frozenset("is are was were does did so".split())
_AGREES_ZH = re.compile(
    r"没错|没问题|没意见|正确|确认|确定|同意|可以|[对是好行嗯成中]|就这?[样么个]|就是这个|退|换|改|撤[吧掉了]|没毛病|成交|定了"
)
_FILLS_ZH = re.compile(
    r"两个|全部|所有|这[样么个些两]|那[样么个些两]|帮我|一下|办理?|处理|提交|继续|谢谢|麻烦|取消"
    r"|[就都全请你您我要它快来弄给吧了呀啊哦的呢嘛哈掉单货,，。.!！、~ ]"
)


def _agrees(written: str, language: LanguageCode) -> bool:
    """Whether a short text is made of words of agreement and of what goes with them alone: ``对，改``, ``all correct``."""
    if language == "zh":
        return _AGREES_ZH.search(written) is not None and not _FILLS_ZH.sub("", _AGREES_ZH.sub("", written))
    thanked = re.sub(r"\b(?:many )?thank(?:s| you)(?: (?:so|very) much| a lot)?\b", " ", written)
    words = re.findall(r"[\w']+", _HARMLESS.sub(" ", thanked))
    agrees = set(words) & _AGREES_EN and set(words) <= _AGREES_EN | _FILLS_EN
    return bool(agrees) and words[0] not in _ASKS_BACK


def is_yes(text: str, language: LanguageCode) -> bool:
    """Whether ``text`` says yes and nothing else: ``yes please``, ``好的确认``. A yes with a wish or a doubt is none."""
    return _says(text, language, yes=True)


_OPENING = re.compile(
    r"^(?:(?:oh|ah|aha|well|right|ok|okay|哦|噢|啊)[\s,，!！、.]{1,4})?(?:(?:yes|yeah|yep|yup|ya|yea|aye|y|sure|ok(?:ay)?|correct|confirmed|absolutely|definitely|certainly|perfect|exactly|precisely"
    r"|great|cool|lovely|wonderful|super|excellent|brilliant|awesome|nice|alright|all right|right(?! now))\b"
    r"|(?:(?:that|it|this|everything|all)(?:'s| is| are|'s all| is all| looks| sounds)?|both(?: are)?"
    r"|all (?:of that|of it)(?: is)?)"
    r" (?:correct|right|fine|good|great|perfect|ok(?:ay)?|sounds good|looks good|looks right)|(?:looks"
    r"|sounds) (?:good|great|right|correct)"
    r"|i (?:do |hereby )?(?:confirm|agree|approve)\b|(?:please |just )?(?:go ahead|go for it|proceed|do it|do that|do so|do)\b"
    r"|(?:好的?|是的?|对的?|可以的?|行|确认|确定|没问题|没错|同意|嗯|(?:[对是好嗯行]){2,4})(?=[\s,，。.!！、呀啊吧退换改撤]|取消|请|就|帮|麻烦|办|$))[\s,.!;:，。！、\-呀啊吧]*",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:but|wait|however|except|unless|if|before|another|instead|actually|though|although|can you|could you|would you"
    r"|how|what|when|why|which|who|not|don't|do not|dont|no|never|hold on|rather|only if|also|as well|plus"
    r"|too|think|consider|maybe|perhaps|later|tomorrow|hmm+|unsure|let me|ask|keep|leave|undo|forget|bye|minute|moment"
    r"|sec(?:ond)?|skip)\b|\?|问问|看看|稍|留着|停|撤销|放弃|算了|但|不过|等[一下等会]|先|想想|考虑|再说|犹豫|晚点|回头"
    r"|如果|吗|？|另外|还有|不|别|除了|改",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\bno longer\b|\bno problem\b|\b(?:what|how) (?:i|we) (?:really |actually )?(?:want|need|meant|asked|would like)\w*"
    r"|不再需要|没问题|不[买要用]了|不需要了|不想[买要]了",
    re.IGNORECASE,
)
_CANCELS = re.compile(
    r"\W*(?:(?:please|just|now|so|then|i said|(?:can|could) you|i want to)\W+)*cancel"
    r"(?: (?:it|this|that|(?:(?:the|my|this|that) )?order)(?: order)?)?"
    r"(?:\W+(?:please|now|already|then|for me|thanks|thank you|cancel))*\W*"
    r"|\W*(?:(?:请|快点?|赶紧|马上|立即|直接|麻烦|你?给我|帮我|我要|就|那|都?说了)*取消"
    r"(?:掉|了|吧|啊|呀|它|这[个笔单]|那[个笔单]|订?单子?|一下)*\W*)+",
    re.IGNORECASE,
)

_CALLS_OFF = re.compile(
    r"\W*(?:(?:actually|no|ok(?:ay)?|sorry|please|hmm+|oh|well|wait|on second thou?ghts?)\W+){0,4}"
    r"(?:cancel|stop|drop|forget|scrap|withdraw|leave) (?:that|the|this|my) "
    r"(?:return|refund|exchange|swap|request|cancell?ation|change)(?: request| please| then)*\W*"
    r"|\W*(?:算了|不好意思|等等|那|我|还是|先|哦|嗯|[,，、。\s]){0,4}(?:取消(?:退货|换货|退款|申请|这个申请)|(?:不|别|先不)(?:想|要)?(?:退|换|取消|改)了?(?:货|款)?"
    r"(?:申请)?)(?:了|吧|哈|谢谢|[,，。！!\s]){0,4}",
    re.IGNORECASE,
)


_OUTRIGHT = re.compile(
    r"\W*(?:(?:oh|ah|哦|噢|啊)\W{1,4})?(?:(?:yes|yeah|yep|yup|aye|correct|confirm(?:ed)?|absolutely|definitely|exactly|precisely"
    r"|i confirm|please do|do it|go ahead)\b|是的?(?![\u3400-\u9fff]{0,2}[吗不])|对|没错|确认|确定|同意)",
    re.IGNORECASE,
)
_LED_IN = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|okey|well|oh|ah|right|fine|alright|all right|hmm+)\b"
    r"|好[的吧呀啊]|[行嗯哦噢][吧呀啊嗯]|[好行嗯哦噢](?=[\s,，。.!！、]|算|别|先))[\s,，。.!！、]*",
    re.IGNORECASE,
)
"""What may lead in a no, without being a yes to anything."""


_THANKS_EN = frozenset(
    "thank you your so very much a lot again appreciate appreciated help helpful kind been you've have nice day".split()
)
_THANKS_ZH = re.compile(r"感谢|多谢|辛苦|太?好了|帮忙|非常|十分")


def says_yes_outright(text: str) -> bool:
    """Whether ``text`` begins with a yes that is nothing else, where "ok" may only show that somebody is listening."""
    return _OUTRIGHT.match(to_simplified(plain(text))) is not None


def only_agrees(text: str) -> bool:
    """Whether ``text`` is made of words of agreement, of thanks and of what goes with them: ``all good, thanks a lot``."""
    written = to_simplified(plain(text)).lower()
    if has_han(written):
        return not _FILLS_ZH.sub("", _AGREES_ZH.sub("", _THANKS_ZH.sub("", written)))
    return set(re.findall(r"[\w']+", written)) <= _AGREES_EN | _FILLS_EN | _THANKS_EN


def agreed_with_more(text: str) -> str | None:
    """What a message says beyond an explicit yes that it begins with, where nothing in it sounds of a doubt or a condition.

    Whether that is a plain yes is then a matter of whether the rest asks for anything else than what was proposed.
    """
    written = to_simplified(plain(text))
    opening = _OPENING.match(written)
    if opening is None or _DOUBT.search(_HARMLESS.sub(" ", written[opening.end() :])):
        return None
    return written[opening.end() :].strip()


def says_cancel(text: str) -> bool:
    """Whether ``text`` is the command to cancel and nothing else (``Cancel!!``, ``取消！``): a yes to "shall I cancel it?"."""
    return len(text) <= _LONGEST and _CANCELS.fullmatch(to_simplified(plain(text))) is not None


def calls_off(text: str) -> bool:
    """Whether ``text`` takes back what was asked for and nothing else: ``actually no, cancel that return``, ``不退了``."""
    return len(text) <= _LONGEST and _CALLS_OFF.fullmatch(to_simplified(plain(text))) is not None


def is_no(text: str, language: LanguageCode) -> bool:
    """Whether ``text`` says no and nothing else: ``no thanks``, ``ok, keep it``, ``好吧，算了``."""
    led = _LED_IN.sub("", plain(text), count=1)
    return _says(text, language, yes=False) or (led != plain(text) and not says_cancel(led) and _says(led, language, yes=False))


def _says(text: str, language: LanguageCode, yes: bool) -> bool:
    written = _DRAWN_OUT.sub(r"\1", to_simplified(plain(text)).lower())
    bare = written.replace("\ufe0f", "")
    if bare and (bare[0] in _THUMB) and not bare[1:].strip("🏻🏼🏽🏾🏿 "):
        return _THUMB[bare[0]] is yes
    if not written or len(written) > _LONGEST or written.endswith("?") or written.endswith("吗"):
        return False
    table = (_YES if yes else _NO)[language] | (_YES if yes else _NO)["en"]
    pieces = [piece for piece in _PIECES.split(written) if piece]
    said = _consumed(pieces, table, " ") if language == "en" else _zh_consumed(pieces, table)
    if said is None:
        return yes and not _says(text, language, yes=False) and _agrees(written, language)
    return any(phrase not in _COURTESY for phrase in said)


def _consumed(words: list[str], table: frozenset[str], glue: str) -> list[str] | None:
    """The table's phrases that ``words`` consist of, longest first; None when something else is among them."""
    said: list[str] = []
    at = 0
    while at < len(words):
        size = next((size for size in range(min(7, len(words) - at), 0, -1) if glue.join(words[at : at + size]) in table), 0)
        if not size:
            return None
        said.append(glue.join(words[at : at + size]))
        at += size
    return said


def _zh_consumed(pieces: list[str], table: frozenset[str]) -> list[str] | None:
    said: list[str] = []
    for piece in pieces:
        part = _consumed([piece], table, " ") or _consumed(list(piece), table, "")
        if part is None and (stem := piece.rstrip(_POLITE_ZH)) and stem != piece:
            part = _consumed(list(stem), table, "")
        if part is None:
            return None
        said += part
    return said

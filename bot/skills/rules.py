"""The shop's rule that a question about one thing comes to: how long an item can be returned, for a kettle that is too loud."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.policy.doubts import TOLD
from bot.policy.needs import asked_to_be_in
from bot.shop.attributes import split_name
from bot.skills.asked_part import AskedPart
from bot.text.faults import fault_named
from bot.text.terms import terms
from bot.types import LanguageCode, Product, Understanding
from bot.understanding.aftersale import OF_FAULT
from bot.understanding.returnable import asks_if_returnable, told_of_goods

_HELP_EN = re.compile(
    r"(?:what (?:can|should|do|could|would) i do|what now|what happens|what if|help|can you help(?: me)?"
    r"|how do i get it fixed)\b",
    re.IGNORECASE,
)
_STORY = re.compile(
    r"\b(?:last|this|week|month|day|ago|since|\d+ (?:days?|weeks?|months?))\b"
    r"|\b(?:my|the|i|it|they|bought|got|just|yesterday|today|already|arrived|came|turned up"
    r"|with|and|a|so|please)\b|我|你们家?的?|这个|那个|买的?|收到的?|刚|才|了"
    r"|昨天|今天|请问|的|突然|就|到货|它|帮忙|上次|上回|之前|前[几两]?天|上[周个]月?",
    re.IGNORECASE,
)
_HANDLED = re.compile(
    r"\b(?:opened|unsealed|unpacked|used|worn|wore|ridden|rode|played|driven|washed|tried|half[- ]empty)\b"
    r"|拆[开封了过]|开[了过]?封|打开|用[了过]|穿[了过]|洗[了过]|吃[了过]|喝[了过]|试[了过]|[\u3400-\u9fff]过[\u3400-\u9fff]?的|吊牌|包装",
    re.IGNORECASE,
)
"""What was done to the goods, which the general rule of returns says nothing of."""
_SPECIAL = re.compile(
    r"\b(?:altered|shortened|engraved|embroidered|personali[sz]ed|custom\w*|made to \w+|(?:on|in|from the) sale|sale|reduced"
    r"|discounted|clearance|gift)\b|定制|定做|刻字|绣字|改过|特价|打折|清仓|赠品",
    re.IGNORECASE,
)
"""Goods for which shops have a rule of their own on returns, which that for all does not answer."""
_HELP_ZH = re.compile(r"怎么办|咋办|怎么处理|怎么弄|怎么解决|管不管|管吗")
_BY_PHONE = re.compile(r"\b(?:phone|telephone|number|call|ring|hotline)\b|电话|热线|打给", re.IGNORECASE)
_PHONE: dict[LanguageCode, str] = {"en": "When can I reach customer service by telephone?", "zh": "客服电话是多少，几点上班？"}
_BY_PLACE = re.compile(
    r"\bwhere\b|\b(?:address|located|location|directions|nearest|closest|near(?:by)?|close to)\b|在哪|地址|位置|附近|最近的",
    re.IGNORECASE,
)
_PLACE: dict[LanguageCode, str] = {"en": "What is the address of your store and can I visit it?", "zh": "实体店地址在哪里？"}
_IF_FREE = re.compile(
    r"\W*(?:(?:hi|hello|hey|and|so)\W+)?(?:is (?:the |your )?(?:shipping|delivery|postage) (?:for )?free(?: of charge)?"
    r"|(?:do (?:you|u) (?:have|offer|do)|is there(?: any)?|any|got) free (?:shipping|delivery|postage)"
    r"|do (?:you|u) (?:ship|deliver) (?:for )?free|free (?:shipping|delivery|postage))\W*"
    r"|\W*(?:你好\W*|请问)?(?:你们|你家|店里|全场|都)*(?:是不是|是否)?(?:都|全场)?(?:包邮|免邮费?|免运费)(?:的|不|么|吗|嘛|呀|啊)*\W*",
    re.IGNORECASE,
)
"""Whether delivery costs nothing, of no goods and no place: what it costs, and from when on not."""
_CARRIAGE: dict[LanguageCode, str] = {"en": "How much is shipping?", "zh": "运费怎么算，满多少包邮？"}
_ARRIVED_SO: dict[LanguageCode, str] = {
    "en": "What should I do if an item arrived damaged?", "zh": "收到的商品破损了怎么办？"
}  # fmt: skip
_IF_GUARANTEED = re.compile(
    r"^\W*(?:(?:and|so|ok)\W+)?(?:do|does|is|are|have|has|any)\b.{0,60}\b(?:warranty|guarantee|guaranteed)\W*$"
    r"|有(?:没有)?(?:质保|保修|保)(?:吗|么|嘛)?\W*$|(?:保不保修|带(?:质保|保修)吗)\W*$",
    re.IGNORECASE,
)
_GUARANTEE: dict[LanguageCode, str] = {"en": "What warranty do the {goods} have?", "zh": "{goods}保修多久？"}
RULES: dict[LanguageCode, tuple[str, str]] = {
    "en": ("How long do I have to return an item?", OF_FAULT["en"]),
    "zh": ("几天内可以退货？", OF_FAULT["zh"]),
}
"""The rule for returns, and that for faults, of all goods."""

_IF_CHEAPER = re.compile(
    r"有.{0,6}(?:优惠|折扣|活动|促销)|打折"
    r"|\b(?:any|is there an?|are there) (?:\w+ )?(?:discounts?|offers?|deals?|sales?)\b|\bon sale\b",
    re.IGNORECASE,
)
"""Whether goods are to be had for less."""
_OFFERS: dict[LanguageCode, str] = {"en": "Are there any discounts or offers?", "zh": "现在有什么优惠活动？"}
_TELLS_OF_OFFERS = re.compile(
    r"优惠|折|券|满减|立减|减免|特价|促销|活动|半价"
    r"|\b(?:discount|voucher|coupon|code|sale|offer)s?\b|\boff\b|\bhalf[- ]price\b",
    re.IGNORECASE,
)
_REMEDY = re.compile(
    r"\b(?:warrant\w+|guarantee\w*|repair\w*|replac\w+|refund\w*|return\w*|exchang\w+|fault\w*|claim\w*|money back)\b"
    r"|保修|质保|保固|修|换|退|三包|质量",
    re.IGNORECASE,
)
"""What tells what is done about goods that are faulty."""
_ON_THE_WAY = re.compile(
    r"\A(?![\s\S]*(?:\b(?:fault|defect|warrant|guarant|repair|quality)|保修|质保|质量|故障|维修|三包))"
    r"[\s\S]*(?:\b(?:transit|transport\w*|carriers?|couriers?|drivers?)\b|运输|快递员|外箱|承运|司机)",
    re.IGNORECASE,
)
"""What is of damage on the way alone, which is no rule for what broke later."""
_MISHAP = re.compile(
    r"\b(?:drop\w*|fell|fallen|sat on|stepped on|ran over|(?:my|own) fault|accident\w*)\b|摔|跌|掉(?:地|到|进|了)|磕",
    re.IGNORECASE,
)
_WET = re.compile(
    r"\b(?:(?:in|into|under) (?:the )?(?:water|sea|pool|toilet|bath|sink)|wet|spilled|spilt)\b|进水|泡水|落水", re.IGNORECASE
)
"""What the customer did to goods."""
_IF_COVERED = re.compile(r"\b(?:covered?|covers|warranty|guarantee\w*)\b|保修|质保|保[吗么嘛不]|管[吗么嘛]", re.IGNORECASE)
_COVERS: dict[LanguageCode, tuple[str, str]] = {
    "en": ("Does the warranty cover drops and accidental damage?", "Does the warranty cover water damage?"),
    "zh": ("摔坏、人为损坏保修吗？", "进水保修吗？"),
}
_CLAIM: dict[LanguageCode, str] = {"en": "How do I make a warranty claim?", "zh": "怎么申请保修？"}
_PLAINLY = 0.5
"""How sure the intent must be of what the widest rule answers: 灯泡能换吗 asks for no exchange."""
_OPENED = re.compile(r"\b(?:opened|unsealed|unpacked)\b|拆|封|打开|包装|吊牌", re.IGNORECASE)
_GOES_BACK: dict[LanguageCode, str] = {"en": "Can {state} items be {back}?", "zh": "{state}的商品可以{back}吗？"}
_STATES: dict[LanguageCode, tuple[str, str, str]] = {
    "en": ("opened or used", "opened", "used"), "zh": ("用过或拆封", "拆封", "用过")
}  # fmt: skip
_HOW_LONG_GUARANTEED = re.compile(
    r"(?:保修|质保|保固)[^，。？！]{0,6}(?:多久|多长|几年|几个月|期)|\bhow long\b[^.?!]{0,40}\b(?:warrant\w*|guarantee\w*)"
    r"|\b(?:warrant\w*|guarantee\w*)[^.?!]{0,30}\b(?:how long|last)\b",
    re.IGNORECASE,
)
_OF_GUARANTEE: dict[LanguageCode, str] = {"en": "How long is the warranty?", "zh": "保修多久？"}
"""The rule for all goods, which names the kinds that it is for."""
_BACK: dict[str, dict[LanguageCode, str]] = {
    "return_refund": {"en": "returned", "zh": "退货"}, "exchange": {"en": "exchanged", "zh": "换货"},
}  # fmt: skip
_EXCHANGE: dict[LanguageCode, str] = {"en": "Can I exchange an item?", "zh": "可以换货吗？"}


def with_rules(asked: AskedPart, understanding: Understanding, titles: tuple[str, ...]) -> AskedPart:
    """The only question of a message with the general ones that it comes to, after its own ways or before."""
    if thing := asked_to_be_in(understanding):
        return replace(asked, told=re.compile(re.escape(thing), re.IGNORECASE))
    rules = rules_for(understanding, titles)
    if not rules:
        return asked
    first = go_first(understanding, titles)
    if not first and rules == RULES[understanding.language.code][:1]:  # whichever is surer, that for such goods or for all
        ways = (*asked.ways, *rules)
        return replace(asked, ways=ways, alike=len(ways), of_any=rules)
    ways, sure = (*rules, *asked.ways) if first else (*asked.ways, *rules), TOLD * is_of_handled(understanding)
    worded = replace(asked, worded=rules[0], reworded=True) if first else asked
    told, of_any = told_by(understanding, rules if first else ()) or asked.told, rules if understanding.fault else asked.of_any
    aside = _ON_THE_WAY if understanding.fault == "faulty" else None
    return replace(worded, ways=ways, sure=sure, told=told, of_any=of_any, aside=aside)


def rules_for(understanding: Understanding, titles: tuple[str, ...]) -> tuple[str, ...]:
    """The general questions, where nothing is left of the customer's but goods of the shop and a reason that all may have.

    The nearest goes first; none for a message that tells more, which the rule may not hold for. ``titles`` are those of the
    products meant.
    """
    if understanding.intent.name == "contact_hours" and (reached := _reached(understanding)):
        return (reached,)
    if _asks_if_free(understanding):
        return (_CARRIAGE[understanding.language.code],)
    if kinds := _asks_if_guaranteed(understanding):
        return (_GUARANTEE[understanding.language.code].format(goods=kinds[0]),)
    if _asks_for_offers(understanding):
        return (_OFFERS[understanding.language.code],)
    if mishap := _if_covers(understanding):
        return (mishap,)
    returning, faulty = RULES[understanding.language.code]
    special = _HANDLED.search(understanding.question) or _SPECIAL.search(understanding.question)
    if asks_if_returnable(understanding, titles) and not special:
        return (returning,)
    if understanding.fault is None and not is_bare_fault(understanding, titles):
        return _widest(understanding)
    if understanding.fault == "damaged":
        return (_ARRIVED_SO[understanding.language.code], faulty)
    return (faulty, _CLAIM[understanding.language.code])


def _reached(understanding: Understanding) -> str | None:
    """The question for the telephone or the address that a message comes to; None for another."""
    language, question = understanding.language.code, understanding.question
    return _PHONE[language] if _BY_PHONE.search(question) else _PLACE[language] if _BY_PLACE.search(question) else None


def tells_guarantee(product: Product) -> bool:
    """Whether a record tells the guarantee of its product; of others, shops tell it by the kinds of goods."""
    return any(split_name(label)[0] == "warranty" for label in product.attributes)


def told_by(understanding: Understanding, rules: tuple[str, ...]) -> re.Pattern[str] | None:
    """What tells of the matter, where nothing else on the goods is to be told; None where anything may."""
    remedy = rules[:1] == RULES[understanding.language.code][1:]  # for goods that broke after they came
    return _TELLS_OF_OFFERS if _asks_for_offers(understanding) else _REMEDY if remedy else None


def _asks_for_offers(understanding: Understanding) -> bool:
    """Whether it is asked of goods if they are to be had for less, which shops tell of all goods at once."""
    said = understanding.entities
    asks = understanding.intent.name == "price_promotion" and _IF_CHEAPER.search(understanding.question[:120]) is not None
    return asks and bool(said.skus or said.categories)


def _asks_if_guaranteed(understanding: Understanding) -> tuple[str, ...]:
    """The goods of which it is asked whether there is a guarantee on them: how long it is, tells that there is one."""
    asks = _IF_GUARANTEED.search(understanding.question[:120]) is not None
    return understanding.entities.categories if asks and understanding.intent.name == "warranty_repair" else ()


def _widest(understanding: Understanding) -> tuple[str, ...]:
    """What a question of one case comes to where nothing is written of that case: of opened goods, of exchanges, of faults."""
    intent, language = understanding.intent, understanding.language.code
    helps = (_HELP_ZH if language == "zh" else _HELP_EN).search(understanding.question[:200])
    if helps and fault_named(language).search(understanding.question[:200]):
        return (RULES[language][1],)
    if intent.confidence < _PLAINLY:
        return ()
    if intent.name == "warranty_repair":
        of_all = (_OF_GUARANTEE[language],) if _HOW_LONG_GUARANTEED.search(understanding.question[:120]) else ()
        return (RULES[language][1],) if helps else of_all
    if intent.name not in _BACK:
        return ()
    if not _HANDLED.search(understanding.question):
        return (_EXCHANGE[language],) if intent.name == "exchange" else ()  # the rule for all returns may mislead
    either, opened, used = _STATES[language]
    states = (either, opened if _OPENED.search(understanding.question) else used)
    return tuple(_GOES_BACK[language].format(state=state, back=_BACK[intent.name][language]) for state in states)


def go_first(understanding: Understanding, titles: tuple[str, ...]) -> bool:
    """Whether these general questions are what is asked, so that they are searched for before the message's own words."""
    handled = _HANDLED.search(understanding.question)
    of_any = not (handled or titles or understanding.entities.categories) and asks_if_returnable(understanding)
    bare = is_bare_fault(understanding, titles) or _arrived_broken(understanding)
    of_all = of_any or bare or _asks_if_free(understanding) or _if_covers(understanding) is not None
    return understanding.intent.name == "contact_hours" or of_all


def _asks_if_free(understanding: Understanding) -> bool:
    return _IF_FREE.fullmatch(understanding.question[:100]) is not None


def _if_covers(understanding: Understanding) -> str | None:
    """The question whether the guarantee holds for what was done to goods; None where nothing was, or none is asked for."""
    text = understanding.question[:200]
    if understanding.intent.name != "warranty_repair" or not _IF_COVERED.search(text):
        return None
    drops, water = _COVERS[understanding.language.code]
    return water if _WET.search(text) else drops if _MISHAP.search(text) else None


def _arrived_broken(understanding: Understanding) -> bool:
    """Whether goods came broken, in so many words, and it is asked what to do: none of their own advice is meant."""
    question, language = understanding.question[:200], understanding.language.code
    helps = (_HELP_ZH if language == "zh" else _HELP_EN).search(question)
    return bool(understanding.fault == "damaged" and helps and fault_named(language).search(question))


def is_of_handled(understanding: Understanding) -> bool:
    """Whether a return or an exchange is asked about of goods that were used: the rule for such may say it more surely."""
    intent = understanding.intent
    return intent.name in _BACK and intent.confidence >= _PLAINLY and _HANDLED.search(understanding.question) is not None


def is_bare_fault(understanding: Understanding, titles: tuple[str, ...]) -> bool:
    """Whether a message tells of goods that they are broken and nothing else, so that no advice for one fault may be meant."""
    chinese = understanding.language.code == "zh"
    text = told_of_goods(understanding, titles)
    fault = fault_named(understanding.language.code)
    if text is None or not fault.search(text) or re.search(r"会|漏不|\b(?:does|will|can|is) (?:it|they|the)\b", text):
        return False
    kinds = understanding.entities.categories
    elsewise = not chinese and bool(kinds) and not any(kind.lower() in text.lower() for kind in kinds)  # a jumper, of sweaters
    for goods in (*kinds, "这个", "it"):
        text = re.sub(rf"\b{re.escape(goods)}s?\b" if goods.isascii() else goods, " ", text, flags=re.IGNORECASE)
    rest = (_HELP_ZH if chinese else _HELP_EN).sub(" ", _STORY.sub(" ", fault.sub(" ", text)))
    return len(terms(rest)) <= elsewise

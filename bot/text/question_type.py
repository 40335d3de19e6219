"""What kind of answer a question asks for, and whether a sentence offers that kind."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from bot.text.terms import terms
from bot.text.whether import WHETHER
from knowledge_base.terms import normalise

QuestionType = Literal[
    "duration",
    "price",
    "temperature",
    "power",
    "weight",
    "length",
    "times",
    "count",
    "date",
    "place",
    "person",
    "reason",
    "method",
    "yes_no",
]

MEASURED = frozenset(("duration", "price", "temperature", "power", "weight", "length", "times"))
"""Kinds of answer that hold a figure with a unit of its own: a figure of another kind does not answer."""
OF_A_PRODUCT = frozenset({"power", "weight"})
"""Measures that a product's record gives once, if at all."""
_NUMBER = r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|thirty|sixty|ninety)"
_ASKED: tuple[tuple[QuestionType, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))  # type: ignore[misc]
    for name, pattern in (
        (
            "duration",
            r"\bhow (?:long|soon|fast|quickly|many (?:\w+ )?(?:days|weeks|hours|months|years|minutes))\b|\btime ?frame\b|"
            r"\b(?:days|time) (?:does|do|will) |\b(?:return|refund|warranty|guarantee|notice) (?:period|window)\b|"
            r"期限|时限|多久|多长时间|多少天|几天|几个(?:工作日|小时|月|星期)|多少(?:小时|个?月|"
            r"年)|几年|多快|"
            r"什么时候(?:能|可以|会)?(?:到|收|发|送|退)|啥时候",
        ),
        (
            "price",
            r"\bhow (?:much|expensive)\b|\b(?:price|costs?|fees?|charges?|postage)\b|多少钱|多少元|价格|价钱|什么价|费用|"
            r"收费|运费|邮费|"
            r"手续费|费(?:用|是|要|得)?多少|贵不贵|怎么卖|要钱|满多少",
        ),
        ("temperature", r"\btemp(?:erature)?s?\b|\bhow (?:hot|warm|cold)\b|多少度|几度|水温|温度|多[热冷烫]"),
        ("power", r"\bwatts?\b|\bwattage\b|\bhow powerful\b|多少瓦|几瓦|功率"),
        (
            "weight",
            r"\bhow heavy\b|\bhow many (?:grams|kilos|kgs?)\b"
            r"|\bweights?\b|\bweighs?\b|多重|重量|多少(?:公?斤|克|千克)|几[公千]?[斤克]",
        ),
        (
            "length",
            r"\bhow (?:wide|deep|thick)\b|\bwhat length\b|(?<![期修保货间候])多长(?!时间|时候|期)|多宽|多厚|长度|宽度|厚度",
        ),
        ("times", r"\bhow (?:many times|often)\b|几次|多少次|几回|(?:多久|几天)[^，。？]{1,4}一次|频率"),
        (
            "count",
            r"\bhow (?:many|much|old|big|tall|far|heavy|large|deep|wide)\b|多少|几[个件次只种款张条位名座岁折]|"
            r"多[大高重宽远]",
        ),
        (
            "date",
            r"\bwhen\b|\bwhat (?:time|day|date|year|month|hours?)\b|\bwhich (?:day|year)\b|\bhours\b|\bdeadline\b|"
            r"什么时候|何时|几点|哪天|哪一?年|几月|日期|时间|截止",
        ),
        (
            "place",
            r"\bwhere\b|\bwhich (?:country|countries|city|cities|state|store|stores)\b|哪里|哪儿|在哪|什么地方|何处|"
            r"哪个?(?:国家|城市|地区|省)|去哪",
        ),
        ("person", r"\bwho(?:m|se)?\b|谁|哪位|何人"),
        ("reason", r"\bwhy\b|\bwhat (?:is the reason|caused)\b|为什么|为何|为啥|怎么回事|原因"),
        (
            "method",
            r"\bhow (?:do|can|to|should|would|could|does one)\b|\bwhat (?:should|do|can) i do\b|\bsteps?\b|怎么(?!样的)|"
            r"怎样|如何|咋|流程|步骤|方法",
        ),
        (
            "yes_no",
            r"^\W*(?:(?:and|but|so|also|hi|hello|hey|please|ok|okay)\W+)*(?:can|could|do|does|did|is|are|am|will|would|"
            r"may|should|has|have|must)\b|"
            rf"吗|可否|能否|是否|{WHETHER}|能.{{1,12}}[么嘛]|"
            r"[要能行好有送包以会用][^，,。]{0,8}不[?？]?$",
        ),
    )
)
_OFFERED: dict[QuestionType, re.Pattern[str]] = {
    "duration": re.compile(
        rf"\b{_NUMBER}[ -]?(?:(?:–|-|to|or)[ ]?{_NUMBER} ?)?(?:(?:business|working|calendar)[ -])?(?:days?|hours?|hrs?|h|min|"
        rf"weeks?|months?|minutes?|years?)\b|"
        r"\bsame[ -]day\b|\bnext[ -](?:working |business )?day\b|\bimmediately\b|\bovernight\b|"
        r"[\d一二两三四五六七八九十半几]{1,8}\s*(?:个?工作日|个?自然日|天|日内|小时|个?星期|周|个月|年|分钟)|当天|当日|次日|"
        r"即时|立即|永久|终身",
        re.I,
    ),
    "price": re.compile(
        r"[$€£¥￥]\s?\d|\d\s?(?:usd|eur|gbp|cny|rmb|dollars?|euros?|pounds?|yuan|cents)\b|\bfree\b|"
        r"\bno (?:extra )?(?:charge|cost|fee)|"
        r"\b(?:you|we|customers?|buyers?) pay\b|\bat (?:your|our) (?:own )?(?:cost|expense)\b|"
        r"\d\s*(?:元|块|美元|欧元|英镑)|免费|包邮|免运费|免邮|不收|运费到付|承担",
        re.I,
    ),
    "temperature": re.compile(r"\d\s*(?:°|℃|degrees?\b|度)", re.I),
    "power": re.compile(r"\d\s*(?:k?w|watts?|千?瓦)\b|\d\s*千?瓦", re.I),
    "weight": re.compile(r"\d\s*(?:kg|kilos?|g|grams?|lbs?|oz)\b|\d\s*(?:公斤|千克|克|斤)", re.I),
    "length": re.compile(
        r"\d\s*(?:mm|cm|m|in|inch(?:es)?|ft|feet|foot)\b|\d\s*(?:毫米|厘米|公分|米|寸|尺)|[一二两三四五六七八九十半]米", re.I
    ),
    "times": re.compile(
        r"\b(?:once|twice|daily|weekly|monthly|yearly|times|every (?:\w+ ){0,2}(?:day|week|month|year|hour|cup|bag|use)s?)\b|"
        r"[\d一二两三四五六七八九十每]\s*[次回遍]|每[天周月年日]|一次",
        re.I,
    ),
    "count": re.compile(rf"\b{_NUMBER}\b|\d|[一二两三四五六七八九十百千万]+[个件次只种款张条位名座岁]", re.I),
    "date": re.compile(
        r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.? \d|"
        r"\b(?:january|february|(?:in|from|until|till|since|by|mid|early|late|and) (?:march|may)|april|june|july|august"
        r"|september|october|november|december|spring|summer|autumn|winter)\b|\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|"
        r"satur|sun)(?:day)?s?\b|"
        r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b|\b\d{1,2}:\d\d\b|\b(?:1[5-9]|20)\d\d\b|\bwithin\b|\b(?:after|before|once|"
        r"as soon as)\b|"
        r"\d+年|\d+月|\d+日|\d+[:：]\d\d|\d点|周[一二三四五六日末]|星期|以内|之?内|之?前|后|当天|次日|世纪",
        re.I,
    ),
    "place": re.compile(
        r"\b(?:in|at|to|from|on|near|under|via) (?:the )?[A-Z\"“]|\bpage\b|\baccount\b|\bcountr|\bworldwide\b|"
        r"[市省区县镇路街号楼国州岛]|门店|页面|仓|地区|点击|我的|"
        r"中心|位于|全国"
    ),
    "person": re.compile(r"\b(?!The|It|In|This|A|An|On|At|For|When|He|She|They\b)[A-Z][a-z]+|由|者|人|先生|女士"),
    "reason": re.compile(
        r"\bbecause\b|\bdue to\b|\bsince\b|\bso that\b|\bto (?:avoid|ensure|protect|prevent)\b|"
        r"\bas a result|因为|由于|因此|所以|为了|原因|避免|以免",
        re.I,
    ),
    "method": re.compile(
        r"\bplease\b|\bclick\b|\bgo to\b|\blog ?in|\bcontact\b|\be-?mail\b|\bopen\b|\bselect\b|\bchoose\b|\bvisit\b|"
        r"\benter\b|\bsend\b|\bby \w+ing\b|\busing\b|"
        r"\bcall\b|\buse\b|\bstore\b|\bkeep\b|\bpress\b|\bput\b|\bturn\b|\badd\b|\bwash\b|\bdry\b|\bstart\b|点击|登录|进入|联系|打开|选择|填写|提交|发送|拨打|申请|通过|在.{1,15}(?:页面|中心|里)|请|先",
        re.I,
    ),
    "yes_no": re.compile(
        r"\b(?:can|cannot|can't|may|must|allowed|accept|available|yes|no|not|none|never|won't|don't|does|offer|only|we do|"
        r"unfortunately)\b|可以|可|不|能|支持|无法|是|否|无|有|须|仅|未",
        re.I,
    ),
}


_CLAUSES = re.compile(
    r"[?？!！;；。、\n]+|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])|\.(?=\s|$)|[,，]?\s*\b(?:and|also|plus)\b\s+|[,，]\s*(?:还有|另外|以及|顺便)?",
    re.I,
)
_TELLS = re.compile(
    r"^(?:if|when|where|while|after|before|since|because) (?:i|we|you|it|they|he|she|the|my|our|your|an?)\b", re.I
)
_BEGINS = re.compile(
    r"\W*(?:(?:and|but|so|also|hi|hello|hey|please|ok|okay|for|by|from|at|in|to|(?:\w+ )?questions?)\W+)*"
    r"(?:how|what|whats|when|where|which|who|whose|whom|why"
    r"|can|could|do|does|did|is|are|am|was|will|would|may|should|shall|has|have|must|any)\b",
    re.I,
)
_ASKS_WHAT = re.compile(r"\b(?:what|which)(?:'?s)?\b|什么|哪|啥", re.I)
"""What asks for a thing, of no kind of answer that can be told by its form: "which carriers do you use"."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_TOPIC = 3  # words
_MOST_PARTS = 3
_SAYS_WHAT = MEASURED | {"count", "date", "place", "person"}  # "how much?" needs no further word


@lru_cache(maxsize=4096)
def question_types(question: str) -> tuple[QuestionType, ...]:
    """The kinds of answer that ``question`` asks for, most telling first; empty for a bare topic ("return policy")."""
    question = normalise(question)
    found = [name for name, pattern in _ASKED if pattern.search(question)]
    if "count" in found and MEASURED & set(found):
        found.remove("count")
    if "times" in found and "duration" in found:
        found.remove("duration")
    if "weight" in found and "price" in found:
        found.remove("price")  # "how much does it weigh"
    if "date" in found and "duration" in found and "几点" not in question:
        found.remove("date")
    if "method" in found and "reason" in found:
        found.remove("method")
    return tuple(found)


@lru_cache(maxsize=4096)
def offers(text: str, kind: QuestionType) -> bool:
    """Whether ``text`` holds an expression of the kind asked for: a duration for "how long", a sum for "how much"."""
    return _OFFERED[kind].search(text) is not None


def _asks(clause: str) -> bool:
    """Whether a clause asks something: English ones begin with a word that asks, or are no more than a topic."""
    return bool(question_types(clause)) and _is_question(clause)


def _is_question(clause: str) -> bool:
    if _TELLS.match(clause):
        return False
    return _HAN.search(clause) is not None or _BEGINS.match(clause) is not None or len(clause.split()) <= _TOPIC


def question_parts(question: str) -> list[str]:
    """The questions that a message asks, without the story around them; the message itself when it asks none.

    A clause is a question of its own when it asks for some kind of answer and has a word that says of what; beside such a
    one, also where it asks for a thing without a story before it ("which carriers do you use").
    """
    clauses = [clause.strip() for clause in _CLAUSES.split(question) if clause.strip()]
    parts: list[str] = []
    several = any(map(_asks, clauses))
    for place, clause in enumerate(clauses):
        alone = several and (parts or not place)  # what leans on no story before it
        if not (_asks(clause) or (alone and _ASKS_WHAT.search(clause) and _is_question(clause))):
            continue
        if parts and not (terms(clause) or set(question_types(clause)[:1]) & _SAYS_WHAT):
            parts[-1] += f" {clause}"
        else:
            parts.append(clause)
    return parts[:_MOST_PARTS] if parts else [question]

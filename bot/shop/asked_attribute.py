"""Which attribute of a product a question asks for, in customers' words: "is it loud" and 声音大吗 ask for its noise."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.shop.attributes import is_truth, names_of, split_name
from bot.text.places import named
from bot.text.question_type import question_types

_ASKED = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("waterproof", r"\bwater ?-?proof\w*|\bwater[- ]?(?:resistan\w+|tight)|\brain ?-?proof\w*|\bin the rain\b"
         r"|防水|防雨|淋雨"),
        ("noise", r"\b(?:loud|noisy|noise(?: levels?)?(?![- ]cancel\w*)|decibels?|dbs?)\b"
         r"|\bhow quiet\b"
         r"|噪音|噪声|声音?大|吵不吵|[很太会]吵|多吵|分贝|静音吗"),
        ("voltage", r"\bvoltage\b|\b(?:1[0-2]|2[0-4])0 ?v(?:olts?)?\b|电压|(?:1[0-2]|2[0-4])0 ?[伏v]"),
        ("weight", r"\bhow (?:heavy|light)\b(?! an? (?:person|rider|load|child|adult))"
         r"|\bweigh(?:t|s)?\b|\bhow many (?:grams?|kilos?|kgs?|pounds)\b|(?<![坐站承受放挂扛背载])多重(?!的人)"
         r"|重量|重不重|沉不沉"
         r"|几[公千]?[斤克]|多少(?:公?斤|千?克)"),
        ("capacity", r"\bcapacity\b|\bhow many (?:lit(?:er|re)s?|ml)\b|容量|几升|多少(?:毫?升)|装多少水"
         r"|\bhow much (?:[\w-]+ ){0,6}hold\b|[装盛]得?下?多少"),
        ("load", r"\bhow much (?:weight )?(?:[\w-]+ ){0,6}(?:hold|carry|take|support|bear)\b|\bweight limit\b"
         r"|[承载]重|能(?:承受?|放|挂|扛|坐|站|睡|背)多[重少]|多重的人"
         r"|\bhow heavy an? (?:person|rider|load|child|adult)\b"
         r"(?: (?:can|does|will) (?:[\w-]+ ){1,6}?(?:hold|carry|take|support|bear)\b)?"),
        ("material", r"\bmade (?:of|from|out of)\b|\b(?:what|which) materials?\b|材质|什么材料|[什啥]么?做的"),
        ("battery_life", r"\bbattery (?:life|lasts?|on|of|for|like|time)\b"
         r"|\bhow long (?:does|do|will) (?:the|its|their) (?:battery|charge)\b"
         r"|\bhow long (?:does|do|will)\s+(?!(?:the |your )?(?:warranty|guarantee|offer|sale|delivery)\b)"
         r"(?:[\w,-]+\s+){1,9}last\b"
         r"|续航|(?:能|可以)?亮多[久长]"
         r"|(?:充满|充一次)电?(?:能|可以)?用多久"),
        ("range", r"\bhow far (?:can|does|do|will)\b|\bwhat(?:'s| is) the range\b|续航里程|(?:跑|开|骑)多远|多少公里"),
        ("people", r"\bhow many (?:people|persons|ppl)\b|(?:几|多少)个?人(?:用|住|睡)"),
        ("comfort_temperature", r"\bcomfort temp\w*|\bhow (?:cold|warm)\b|舒适温|(?:最低|能抗|零下)(?:多少|几)度"),
        ("brightness", r"\bhow bright\b|\bhow many lumens?\b|多亮|亮度|(?:多少|几)流明"),
        ("power", r"\bwatts?\b|\bwattage\b|功率|(?:多少|几)瓦"),
        ("warranty", r"\bwarranty\b|\bguarantee\b|保修|质保|保(?:多久|多长时间|几年|几个月)"),
        ("length", r"\bwhat length\b|(?<![期修保货间])多长(?!时间|时候|期)|长度"),
        ("width", r"\bhow wide\b|\bwhat width\b|多宽|宽度"),
        ("height", r"\bhow (?:tall|high) (?:is|are) (?:it|the|this|they)\b|\bwhat height\b|(?<!身)多高|(?<!身)高度"),
        ("shelf_life", r"\bshelf[- ]life\b|\b(?:expir\w*|best before|use[- ]by)\b"
         r"|\bhow long (?:does|do|will|can) (?:\w+ ){1,6}?(?:keep|last|be kept|be stored|stay fresh)\b"
         r"|保质期|[放存]得?(?:多久|几天|多长时间|几个月)|保存(?:多久|几天|多长时间)|(?:多久|几天|什么时候|啥时候)(?:会?过期|到期)"),
        ("storing", r"\bhow (?:do|should|can) (?:i|we|you) (?:store|keep)\b|\bneeds? (?:to be )?(?:refrigerat\w*|the fridge)\b"
         r"|怎么(?:储?存|保存|存放|保管)|如何(?:储存|保存|存放)|[放存](?:在)?(?:冰箱|冷藏|冷冻|常温|哪)|[要用需](?:冷藏|冷冻)"),
        ("ingredients", r"\bingredients?\b|\bwhat(?:'s| is) in (?:it|them|this|the)\b|成分|配料|里面(?:都)?有(?:什么|啥|哪些)"),
        ("flavor", r"\b(?:what|which) flavou?rs?\b|[什啥]么?(?:口?味|馅)|哪种(?:口味|馅)|口味"),
        ("origin", r"\bwhere (?:is|are|does|do) (?:\w+ ){1,4}?(?:made|from|grown|come from)\b|\bcountry of origin\b"
         r"|产地|哪里?产的?|产自|(?:是|来自)哪里?的|(?:哪里|哪儿)的(?=\W*$)"),
        ("net_content", r"\bnet (?:weight|contents?)\b|净含量|净重|多重|几[斤克]|多少(?:公?斤|千?克|毫?升)"
         r"|多大一?[支瓶袋包盒罐]"),
        ("size", r"\bhow (?:big|large)\b|\bdimensions\b|\bmeasurements\b|多大(?!年|岁|了)|尺寸"),
    )
}  # fmt: skip
_ADJECTIVES = {
    "noise": re.compile(r"\bquiet\b", re.IGNORECASE),
    "weight": re.compile(r"\b(?:heavy|light)(?=\W*$)", re.IGNORECASE),
}
"""What asks for an attribute where a thing is asked to be it, and is a wish elsewhere: "is it quiet", "a quiet kettle"."""
_IS = re.compile(r"\b(?:is|are|it'?s)\b(?! there)", re.IGNORECASE)
_MEASURES = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("noise", r"\d ?(?:db\b|decibels?\b|分贝)"),
        ("weight", r"\d ?(?:kg|g|kilos?|grams?|lbs?|oz)\b|\d ?(?:公?斤|千?克)"),
        (
            "load",
            r"(?:承重|负重|载重|承载|限重)\D{0,4}\d"
            r"|\b(?:loads?|holds?|carries|takes|limit|max\w*)\b\D{0,20}\d ?(?:kg|lbs?|stone)\b",
        ),
        ("capacity", r"\d ?(?:l|ml|cl|lit(?:er|re)s?)\b|\d ?毫?升"),
        ("power", r"\d ?(?:k?w|watts?)\b|\d ?千?瓦"),
        ("size", r"\d ?(?:cm|mm|inch|in)\b|\d ?(?:厘米|毫米|米|寸)|\d ?[x×*] ?\d"),
        ("waterproof", r"\bwater ?-?(?:proof|resistan)|\bIP ?X?\d|防水"),
    )
}
"""What a value of the attribute looks like in a description."""
_ONLY_MEASURED = frozenset({"size"})  # a size may be an S as well, which tells nobody how big a thing is
_DEGREE = re.compile(r"(?:([大高重长宽])不\1|高低|大小|(?:是|有)?多[大高重长宽]|怎么样|如何|(?:是|有)?多少)(?=\W*$)")
_COUNTED = re.compile(r"\bhow many ([a-z]{3,})|(?:多少|几)([\u3400-\u9fff]{1,4})", re.IGNORECASE)
_LEAST_NAMED = 2  # characters of an attribute's name that a question may have: 高 is in 高兴
_OF_WHETHER = re.compile(r"^(?:是否|能否|可否)?(?:适合|适用|支持|可以?|能)?|(?:是否)?(?:可[用以食]|能[用吃]|适用|可食用|友好)$")
"""What the name of a column of yes and no says beside its matter: 孕妇可用, 是否防水."""
_STOCK = re.compile(r"有货|现货|库存|\bin stock\b|\bavailab", re.IGNORECASE)
_WHEN = frozenset({"date", "duration"})
_RUNS = re.compile(r"\b(?:works?|working|use[ds]?|runs?)\b|(?:能|可以)[用使]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def asked_attributes(question: str) -> tuple[str, ...]:
    """Canonical names of the attributes asked for. Whether a thing works in a country is asked of its voltage."""
    found = tuple(name for name, pattern in _ASKED.items() if pattern.search(question) or _is_asked_to_be(name, question))
    return ("voltage",) if not found and _RUNS.search(question) and named(question) else found


def _is_asked_to_be(name: str, question: str) -> bool:
    adjective = _ADJECTIVES[name].search(question) if name in _ADJECTIVES else None
    return adjective is not None and _IS.search(question, 0, adjective.start()) is not None


@lru_cache(maxsize=4096)
def beside_attribute(question: str) -> str:
    """``question`` without the words that ask for an attribute."""
    asked = asked_attributes(question)
    for name in asked:
        question = _ASKED[name].sub(" ", question)
        question = _ADJECTIVES[name].sub(" ", question) if name in _ADJECTIVES else question
    return _DEGREE.sub(" ", question) if asked else question


def without_attributes(text: str) -> str:
    """``text`` with attributes of several words blanked, every other character in its place: a noise level is no level."""
    for name in asked_attributes(text):
        text = _ASKED[name].sub(lambda match: " " * len(match[0]) if " " in match[0] else match[0], text)
    return text


def tells(label: str, value: str, question: str, title: str = "") -> bool:
    """Whether the attribute with this ``label`` is one that the question asks for, or names as the catalogue does.

    A word of the product's own ``title`` names no attribute: whether a power bank charges is not asked of its power.
    """
    name = split_name(label)[0]
    if name == "storage" and not any(char.isdigit() for char in value):
        name = "storing"  # of food it is a place, of devices a size
    if name in _ONLY_MEASURED and not _MEASURES[name].search(value):
        return False
    if name in asked_attributes(question) or any(one not in title.lower() for one in _named(label, question)):
        return True
    return is_truth(value) and _asks_whether(label, question)


def told_in(text: str, question: str) -> bool:
    """Whether a text has a value of the attribute that is asked for, or a number of what is counted: 45 dB, 6 bottles."""
    if any(name in _MEASURES and _MEASURES[name].search(text) for name in asked_attributes(question)):
        return True
    counted = _COUNTED.search(question)
    if counted is None:
        return False
    if counted[1]:
        return re.search(rf"\d ?{re.escape(counted[1].rstrip('s'))}", text, re.IGNORECASE) is not None
    least = 2 if counted[2].startswith("个") else 1
    return any(re.search(rf"\d ?{counted[2][:size]}", text) for size in range(len(counted[2]), least - 1, -1))


@lru_cache(maxsize=4096)
def _asks_whether(label: str, question: str) -> bool:
    """Whether it is asked if a thing is what a column of yes and no says: 孕妇能用吗 of 孕妇可用."""
    matter = _OF_WHETHER.sub("", label.strip())
    return len(matter) >= _LEAST_NAMED and matter in question and "yes_no" in question_types(question)


@lru_cache(maxsize=4096)
def _named(label: str, question: str) -> tuple[str, ...]:
    """The names of an attribute that a question has: 最大承重, max load."""
    asked = question.lower()
    return tuple(
        name
        for name in names_of(label)
        if len(name) >= (_LEAST_NAMED + 1 if name.isascii() else _LEAST_NAMED)
        and (re.search(rf"\b{re.escape(name)}\b", asked) if name.isascii() else name in asked)
    )


def asks_stock(text: str) -> bool:
    """Whether ``text`` asks if something is there to be bought, rather than when it comes back."""
    return _STOCK.search(text) is not None and not _WHEN & set(question_types(text))

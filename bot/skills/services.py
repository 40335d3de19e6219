"""Services that customers ask for in their own words, and the question by which shops tell of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.types import LanguageCode

_ANY_DAY = (
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|week-?ends?|week-?days?|every day|daily"
    r"|on (?:business|working) days|(?:bank|public) holidays?)\b|周[一二三四五六日末]|星期|礼拜|双休|每天|每日|天天"
    r"|(?<![\d个] )(?<![\d个])工作日|节假日"
)
_DELIVERS = r"\b(?:deliver\w*|ship\w*|dispatch\w*|courier|postman|drop (?:it|them) off)\b"
_DELIVERS_ZH = r"(?:送货|配送|派送|派件|发货|快递|送吗|送不送|会送|能送|可以送)"
_MEASURED = r"(?:之?后)?了?(?:尺寸|体积|大小|有?多[大长宽高厚小])"
_TELLS_OF_PACKING = r"收|折|叠|压缩|打包|\bpack(?:ed|s)?\b|\bfold\w*|\broll(?:ed|s)?\b|\bstow\w*"
_NOT_BY = r"(?<!by )(?<!before )(?<!this )(?<!next )(?<!by the )(?<!before the )"
_SEND = r"(?:deliver\w*|sen[dt]|ship\w*|bring|post|get|drop)"
_MINE = r"(?:my|the|our|an?|his|her|their) "
_WORK = rf"(?:{_MINE})?(?:work(?:place)?|office|job|compan(?:y|ies)|business|employer)(?: address)?"


@dataclass(frozen=True, slots=True)
class Service:
    """``asked`` finds it in a customer's question, ``named`` is how shops write of it.

    ``also`` is what other shops write of instead: goods are engraved here, embroidered there. Where there is ``told``, only
    what it finds tells of the service: of delivery at weekends, what names days. ``named`` is a whole question, or takes the
    place of what was ``asked`` ``within`` the customer's, which also says of what it asks.
    """

    asked: re.Pattern[str]
    named: dict[LanguageCode, str]
    told: re.Pattern[str] | None = None
    also: dict[LanguageCode, str] | None = None
    within: bool = False

    def as_shops_write(self, question: str, language: LanguageCode) -> str:
        """The question by which shops tell of the service."""
        named = self.named[language]
        return self.asked.sub(named, question, count=1) if self.within else named


def _service(
    asked: str, en: str, zh: str, told: str = "", also: dict[LanguageCode, str] | None = None, within: bool = False
) -> Service:
    tells = re.compile(told, re.IGNORECASE) if told else None
    return Service(re.compile(asked, re.IGNORECASE), {"en": en, "zh": zh}, tells, also, within)


_SERVICES = (
    _service(
        r"\b(?:invoices?|receipts?|bill)\b.{0,30}\b(?:compan(?:y|ies)|business|firm|employer)\b"
        r"|抬头.{0,8}(?:公司|单位|企业)|(?:公司|单位|企业)(?:的)?(?:抬头|发票)|发票.{0,6}(?:公司|单位|企业)",
        "Can I get an invoice with my company name on it?",
        "可以开公司抬头的发票吗？",
    ),
    _service(
        r"\btrad(?:e|ing)[- ]?ins?\b|\bpart[- ]exchange\b"
        r"|\b(?:trade|swap|hand) in (?:my|an?|the|our) old\b|\btake (?:back )?(?:my |our |an? )?old\b"
        r"|以旧换新|旧[^，。？]{0,8}(?:折价|抵[钱扣价用]?|换新|回收|置换)",
        "Do you take old goods in part exchange?",
        "以旧换新能抵多少钱？",
    ),
    _service(
        r"\b(?:put|print|write|have|get|add)\b.{0,16}\b(?:names?|initials)\b.{0,12}\bon"
        r"(?! (?:\w+ )?(?:(?:waiting )?list|orders?|invoices?|receipts?|accounts?|parcels?|packages?|labels?|cards?)\b)\b"
        r"|\b(?:personali[sz]e|monogram)\w*\b|(?:印|刻|绣|写|加)[^，。？]{0,4}(?:名字|姓名|字母)|(?:名字|姓名|字母)[^，。？]{0,4}[印刻绣]",
        "Do you engrave or personalise goods?",
        "可以刻字吗？",
        r"\bengrav|\bpersonali[sz]|\bmonogram|\binitials\b|\bembroider|\bprinted (?:on|with)\b|刻|绣|印(?:字|名|logo)|定制",
        {"en": "Do you embroider names?", "zh": "可以绣名字吗？"},
    ),
    _service(
        r"(?!.*\b(?:customs|dut(?:y|ies)|tax(?:es)?|vat)\b)(?:\bcash on delivery\b|\bc\.?o\.?d\b|\bpay(?:ing|ment)?\b.{0,24}\b"
        r"(?:(?:when|once|after|as soon as|until|till) (?:it|they|the \w+|my \w+|i(?:'ve)?) (?:is |are |has |have )?"
        r"(?:arrived?s?|comes?|came|here|delivered|turns? up|gets? (?:here|it)|got (?:it|here)|receive)"
        r"|on (?:arrival|delivery|receipt)|(?:at|on) the door|the (?:driver|courier|postman))"
        r"|货到(?:再)?付款|(?:到了|收到|送到)货?(?:以后|之后|后|了)?再(?:付|给)钱?款?|给(?:快递员|送货的)(?:付)?钱|到付)",
        "Do you offer payment on delivery?",
        "支持货到付款吗？",
        r"\b(?:on|upon) (?:delivery|arrival|receipt)\b|\bcod\b|\bcash\b|到付|货到|现金",
    ),
    _service(
        r"\b(?:i|we|someone|somebody|my \w+)\b.{0,16}\b(?:pick(?:ed|ing)? (?:it|them|my \w+|the \w+|things|stuff)?"
        r" ?up\b(?! (?:from|at) (?:my|our)\b)|collect(?:ed)? (?:it|them|my|the|in|from)"
        r"|(?:come|pop|swing) (?:in |by |over |round )?"
        r"(?:and|to) (?:get|fetch|take) (?:it|them|my)\b)|\bclick (?:and|&) collect\b"
        r"|自提|自取|(?:到|去|来)(?:你们)?(?:店里?|门店|仓库)[^，。？]{0,3}[取拿]|自己(?:过来|来|去)[取拿提]",
        "Can I collect from your shop?",
        "可以到店自提吗？",
    ),
    _service(
        rf"\b{_SEND}\b.{{0,24}}\bto {_WORK}\b(?! \w)|\b{_SEND}\b.{{0,16}}\bto (?:another|a different|someone else's) address\b"
        r"|(?:送|寄|发|配送)到?(?:我们?)?(?:的)?(?:公司|单位|办公室|写字楼|上班的地方)",
        "Can I have the parcel sent to my work or another address?",
        "可以送到公司或别的地址吗？",
        r"\b(?:any|other|another|different|alternative|separate|work) address(?:es)?\b|\b(?:at|to) (?:your )?work(?:place)?\b"
        r"|\boffice\b|(?:任何|任意|别的|其他|其它|另外?|不同|多个)地址|公司|单位|办公",
    ),
    _service(
        r"\b(?:not|n't|never|no ?body(?:'s)?|no ?one(?:'s)?)\b.{0,12}\b(?:at home|home|in)\b(?= (?:when|if|while|on|at|during"
        r"|all)\b|\W*$)|\b(?:miss|missed) (?:the |my |a )?(?:delivery|parcel|courier|driver)\b"
        r"|(?:不在家|没人在?家|家里没人|没人收)",
        "What happens if nobody is at home when the parcel comes?",
        "送货时家里没人怎么办？",
        r"\bhome\b|\bneighbou?rs?\b|\bsafe place\b|\blockers?\b|\bcard through\b|\bsecond (?:attempt|time)\b"
        r"|不在家|没人|邻居|代收|快递柜|驿站|再次(?:派送|配送)|二次",
    ),
    _service(
        r"\b(?:order\w*|bought?|buy|pay|paid)\b.{0,30}\b(?:when|how soon|how quickly)\b.{0,16}"
        r"\b(?:ship\w*|sent|dispatched|leave)\b"
        r"|(?:下单|付款|拍下?|买)的?[^，。？]{0,4}[，,]?(?:什么时候|几时|何时|多久|几天|几点)[^，。？票]{0,3}发(?!票)",
        "When do you dispatch my order?",
        "付款后多久发货？",
        r"\b(?:dispatch\w*|ship\w*|sent|leaves?)\b|发货|发出|寄出",
    ),
    _service(
        rf"{_DELIVERS}(?! take)[^.?]{{0,24}}{_NOT_BY}\b(?:(?:satur|sun)days?|week-?ends?)\b"
        rf"|\b(?:satur|sun)day (?:deliver\w*|shipping)\b|{_DELIVERS_ZH}[^。？]{{0,6}}(?:周[六日末]|星期[六天日]|礼拜[六天])"
        rf"|(?:周[六日末]|星期[六天日]|礼拜[六天]|双休日?)[^。？]{{0,6}}{_DELIVERS_ZH}",
        "Do you deliver at weekends?",
        "周末送货吗？",
        _ANY_DAY,
    ),
    _service(
        rf"{_DELIVERS}(?! take)[^.?]{{0,24}}\b(?:bank|public) holidays?\b"
        rf"|{_DELIVERS_ZH}[^。？]{{0,6}}节假日|节假日[^。？]{{0,6}}{_DELIVERS_ZH}",
        "Do you deliver on bank holidays and public holidays?",
        "节假日送货吗？",
        _ANY_DAY,
    ),
    _service(
        rf"收(?:纳|起来|好){_MEASURED}",
        "packed size",
        "收纳尺寸",
        _TELLS_OF_PACKING,
        within=True,
    ),
    _service(
        rf"(?:折叠?|叠|压缩?|打包)(?:起来|好|完)?{_MEASURED}"
        r"|\b(?:packed|folded|pack|stowed)[- ](?:size|length|dimensions|down)\b"
        r"|\bhow (?:big|small|long|large|wide)\b.{0,30}\b(?:packed|folded|fold(?:s|ed)? (?:up|down)|rolled up|stowed)\b",
        r"\g<0>",
        r"\g<0>",
        _TELLS_OF_PACKING,
        within=True,
    ),
    _service(
        r"\bmachine[- ]?wash(?:able|ed|ing)?\b|\b(?:wash|put|throw|stick|chuck|go(?:es)?)\b[^.?]{0,30}"
        r"\bin(?:to)? (?:the|a|my) (?:washing machine|washer|wash)\b|机洗|[用扔丢放进]{1,2}(?:进|到|在)?洗衣机里?洗?",
        "wash in the washing machine",
        "用洗衣机洗",
        r"\bmachine|\bwasher\b|\bby hand\b|\bhand[- ]?wash|\bdry[- ]?clean|\bspin\b|洗衣机|机洗|滚筒|波轮|手洗|干洗|脱水",
        within=True,
    ),
)


def service_asked(question: str) -> Service | None:
    """The service that a question asks for; None for any other question."""
    return next((service for service in _SERVICES if service.asked.search(question)), None)

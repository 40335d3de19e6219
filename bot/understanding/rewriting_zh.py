"""Chinese follow-ups: X呢, 它 and 第二个, questions without a subject."""

from __future__ import annotations

import re

from bot.shop.asked_attribute import asked_attributes
from bot.text.faults import fault_named
from bot.text.phrases import has_han, term_index, tokenise
from bot.text.places import named
from bot.text.size_choice import ASKS_SIZE
from bot.types import Entities
from bot.understanding.elliptic_zh import CHOSEN, MORE, OF_A_KIND, OF_ONE, OF_THING, OF_TOPIC, WHETHER_SO
from bot.understanding.focus import Focus, first_term

_FILLER = re.compile(
    r"^(?:(?:那么|那如果|那(?![款个件双台条种样些里边天时年月位])|然后|还有就是|另外(?!一)|好的|好吧|嗯+|哦+|噢|ok"
    r"|好(?=[,，。.! ])|[有太好]点?贵[了啊呀]*(?=[,，。!！~\s])"
    r"|谢谢|明白了?|知道了|了解|请问|对了|不好意思|再问一下|还想问一下|亲(?=[,，。.!~ "
    r"]))[,，。.!！、~\s]*){1,3}",
    re.I,
)
_NE = re.compile(r"^(?:如果|换成|要是)?(?:是)?(?P<x>[^?？,，。!]{1,10}?)(?:的话)?(?:呢|怎么样呢)[?？!~。\s]*$")
_QUESTION_WORD = re.compile(r"怎么|什么|多少|多久|哪|几|谁|吗|能不能|是否|会不会|可不可以|有没有|为何|多大|多重|多长")
_OWN = re.compile(r"^(?:我的?|你们?|您|客服|人工?|人)(?!.*(?:第|它|这))")
_WRAPPED = re.compile(r"^[这那][个款]|的$")
_NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s?([升斤码号寸克人期]|公斤|厘米|毫升|[a-z]{1,2})?", re.I)
_SIZE = re.compile(
    r"(?<![\d.])(\d{1,4}(?:\.\d{1,2})?)(\s?(?:[升斤码号寸米克人期]|公斤|厘米|毫升|(?:kg|cm|ml|l|w)(?![a-z])))", re.I
)
"""那1.6的呢 after a question for 3升."""
_OTHER_SIZE = re.compile(
    r"^(?:那|还)*(?:有没有|有)?(\d{1,4}(?:\.\d{1,2})?)\s?([升斤码号寸米克]|公斤|厘米|毫升|[a-z]{1,2})?的(?:没有?|吗|么|有吗)?(.{0,10})$",
    re.I,
)
"""有5.4的吗 of a rod of 4.5 米: the same thing in another size."""
_THAT_VARIANT = re.compile(
    r"[这那该]个?(?:尺?码|码数|尺寸|颜色|色|型号|规格|长度)(?=(?:现在|还|都)?(?:有|没|缺|断|多少钱|什么时候|卖))"
)
_BARE_NUMBERS = re.compile(r"(?<![\d.])\d{1,4}(?:\.\d{1,2})?(?![\d.])")
_TELLING = 3
"""The least characters of a number that tells which one is meant: 4000, 5.4."""
_COMES = re.compile(
    r"(?:[那这][边里儿]|那|大概|一般|最快)*要?(?:多久|几天|什么时候)(?:能|可以|才能|会)?(?:到|送到|收到)[啊呀呢吗了\W]*"
)
_CLAUSE = re.compile(r"能|会|可以|咋|不|没|亲|我|要|还|在|是|说|怎")
_COUNTER = "个款种件双台条只把套"
_ORDINAL = re.compile(
    rf"(?:第([一二三四五1-5])|(最后)一?)(?:[{_COUNTER}])(?:商品|产品)?(?!订单|问题|月|工作日|星期|半价|打折|免|退款"
    rf"|包裹|0元|优惠|的?时候)|(前者|后者)"
)
_OTHER = re.compile(rf"另外?一[{_COUNTER}](?!订单|地址|问题|账号)")
_CHEAP = re.compile(
    rf"(?:(最便宜|更便宜|便宜一?点?|低价)|(最贵|更贵|贵一?点?))的?(?:那|这)?一?(?:[{_COUNTER}])|(?:(最便宜)"
    rf"|(最贵))的(?![{_COUNTER}])"
)
_COLOURED = re.compile(rf"([\u4e00-\u9fff]{{1,4}}[色])的?(?:(?:那|这)一?)?[{_COUNTER}](?!十|[\u4e00-\u9fff]?(?:月|订单))")
_SIZED = re.compile(
    rf"[大小]一?点?的?(?:那|这)一?[{_COUNTER}]|(?:那|这)[{_COUNTER}]?[大小]一?点?的|^[大小]的(?=多少|怎么|能|可以|有|重)"
)
_MEANT = re.compile(r"^(?:不是[,，]?)?我(?:是)?(?:说|问)的?是?(?P<x>[^,，。?？]{2,16}?)(?:的)?$")
_TWO = re.compile(rf"(?:这|那)?(?:两|(?<!\d)2|(?<=[这那])几|三)[{_COUNTER}](?:商品|产品)?|它们|二者|两者|它俩")
_COMPARED = re.compile(r"哪|最|区别|不同|差别|对比|比较|更|都|推荐|选|差在|一样")
_THIS = re.compile(
    rf"它们?(?!的主人)|(?:这|那|该|此|(?:刚才|刚刚|前面)(?:那|的)|上面(?:那|的))一?[{_COUNTER}](?:商品|产品|东西"
    rf"|宝贝|货)?|(?:该"
    rf"|这)(?:商品|产品|东西)|这(?=多少钱|是什么材|有货|防水|怎么卖|贵)"
)
_PREDICATE = re.compile(
    r"[\s,，。?？!！、]*(?:$|能(?!量)|可|会(?!员)|有(?!赞)|是|多|怎|什么|几|要|支持|防|适|保(?!险)|好|的|在|还|也|都|到|包邮"
    r"|退(?!款险)|换(?!码)|呢|吗|么|和|跟|与|比|质量|颜色|价格|尺|现(?:在|货)|贵|便宜|需|为什么|哪|用|洗|坏|不|没|吃|穿|戴"
    r"|买(?!一)|卖|送|发货|推荐|重|大|小|耐|容易|费电|很|太|真|合适|够|更|最|如何|功率|材质|噪|续航|性能|参数|规格|容量|打折"
    r"|优惠(?!券)|库存|耗|怕|起球|掉色|包装|售后|产地|成分|口味|评价|商品|得|应该|一般|里面|装|充)"
)
"""What may follow 这个 when it stands for a product: not a noun of another kind (这个订单, 这个券)."""
_EVENT = re.compile(
    r"^(?:这样|那样|这种情况|这个)?(?:的话)?(?:一般|大概|通常|总共|最快)?(?:需要|要|得)(?:多久|多长时间|几天|多少天"
    r"|等多久)|^(?:这样|那样|这种情况)(?:的话)?(?:可以|能|行|要|需要|算|怎么|会|还)"
)
_ANTECEDENT = re.compile(r"(?:我[买的订收]|收到|买了|刚买|订单|昨天|上周|之前).{2,80}?[,，。;；!！\s]")
_IN_COLOUR = re.compile(
    r"^(?:还)?(?:有没有|有)(?P<x>[\u4e00-\u9fff]{1,4}色)的?(?:吗|么|嘛)?[?？!~。\s]*$"
    r"|^(?P<y>[\u4e00-\u9fff]{1,4}色)的?(?:还|也|现在)?(?:有没有|有(?:现?货)?(?:吗|么|嘛|没|不))[?？!~。\s]*$"
)
_OF_A_SIZE = re.compile(
    r"^(?:那)?\d{1,4}(?:\.\d{1,2})?\s?(?:[升斤码号寸克瓦]|公斤|厘米|毫升|(?:kg|cm|ml|l|w)(?![a-z]))的?(?=够|能|可以|会|适合|大|小|多|够不够)",
    re.I,
)
"""3升的够几个人吃: of the things that were spoken of, those of a size."""
_AND_MORE = re.compile(r"[，,。\s]+")
_FEE = re.compile(r"运费|邮费")
_AFTER_SALES = frozenset({"return_refund", "exchange", "warranty_repair", "delivery", "cancel_order"})
"""What a fee for carriage may belong to; amid other matters 运费多少 asks for the shop's own."""
_BARE_QUESTION = 8
"""Characters up to which a question for an attribute names no thing: 声音大吗."""
_BARE_TOPIC = 6  # characters up to which a question with a question word names no topic


def rewrite_zh(text: str, entities: Entities, focus: Focus) -> str | None:
    """The follow-up ``text`` as a question of its own, or None. ``text`` is plain, simplified and not long."""
    bare = _FILLER.sub("", text) or text
    if (about := _NE.match(bare)) is not None and not _QUESTION_WORD.search(about["x"]):
        return None if _OWN.match(bare) else _about(about["x"].strip(), entities, focus)
    if (meant := _MEANT.match(bare.rstrip("?？。! "))) is not None and focus.question:
        return f"{meant['x']} {focus.question}"
    if entities.skus:
        return None
    pointed = _other_size(bare, focus) or _pointing(bare, focus) or _pronoun(bare, focus)
    if pointed is not None or _OWN.match(bare):
        return pointed
    return _elliptic(bare, entities, focus)


def _about(phrase: str, entities: Entities, focus: Focus) -> str | None:
    """``X呢``: the last question with X in the place of what is like it."""
    pointed = _pointing(phrase, focus) or (focus.thing("zh") if _THIS.fullmatch(phrase) else None)
    core = _WRAPPED.sub("", phrase)
    if (other := _NUMBER.fullmatch(core)) and (size := _SIZE.search(focus.question)):
        return f"{focus.question[: size.start()]}{other[1]}{other[2] or size[2]}{focus.question[size.end() :]}"
    if other and not other[2] and len(numbers := _BARE_NUMBERS.findall(focus.question)) == 1 and len(core) >= _TELLING:
        asked = focus.question.replace(numbers[0], core, 1)
        title = _resized(focus.product, core, None)
        return f"{title} {asked}" if title else asked
    if pointed is None and len(core) >= 2:
        pointed = focus.having((core,))
    if pointed is not None or entities.skus:
        return focus.with_product(pointed or phrase, "zh") if focus.question else f"{pointed or phrase}"
    thing = focus.category or _word_for("category", focus) or ""
    broken = f"{thing}{phrase}怎么办" if fault_named("zh").search(phrase) else None
    own = focus.with_term(phrase) or broken
    return own or _about_topic(phrase, focus)


def _about_topic(phrase: str, focus: Focus) -> str | None:
    """``X呢`` of what was spoken of last, where nothing there is like X."""
    term = first_term(phrase)
    product = focus.product
    if term is not None and term.kind == "topic" and product:
        return f"{product} {phrase}"
    if term is not None and term.kind == "color" and product and product in focus.question:
        return focus.question.replace(product, f"{phrase}{product}" if phrase.endswith("的") else f"{phrase}的{product}", 1)
    if not focus.question:
        return f"{product} {phrase}" if product else None
    if term is not None and term.kind == "topic":
        return f"{focus.topic('zh')} {phrase}"
    return f"{phrase} {focus.question}" if len(phrase) <= 6 and not _CLAUSE.match(phrase) else None


def _pointing(text: str, focus: Focus) -> str | None:
    """Replaces an ordinal, a price rank, a colour with a counter or 这两款 by the products' titles."""
    if not focus.titles:
        return None
    match: re.Match[str] | None
    if (match := _ORDINAL.search(text)) is not None:
        title = focus.numbered(next(group for group in match.groups() if group))
        return _put(text, match, title) if title else None
    if (match := _OTHER.search(text)) is not None and (other := focus.numbered("other")) is not None:
        return _put(text, match, other)
    if (match := _CHEAP.search(text)) is not None and not re.match(r"(?:还)?(?:有|要|来|推荐)", text):
        cheapest = bool(match[1] or match[3])
        among = focus.together("和") or focus.titles[0]
        return _put(text, match, focus.by_price(cheapest) or f"{among}中{'便宜' if cheapest else '贵'}的")
    if (match := _SIZED.search(text)) is not None and (title := focus.by_measure(match[0].find("大") >= 0)):
        return _put(text, match, title)
    if (match := _COLOURED.search(text)) is not None and (term := first_term(match[1])) is not None and term.kind == "color":
        return _put(text, match, focus.having(term.forms) or f"{match[1]}的{focus.product}")
    if (match := _TWO.search(text)) is not None and _compares(text, match) and (joined := focus.together("和")):
        return _put(text, match, joined)
    if re.match(
        r"哪[个款种一](?!颜色|尺|码|快递|味|口味|时|付款|版本|链接).{0,8}(?:更|好|便宜|划算|推荐|适合|性价比|贵|轻|大|小|值得)",
        text,
    ) and (joined := focus.together("和")):
        return f"{joined} {text}"
    return None


def _other_size(text: str, focus: Focus) -> str | None:
    """The product just spoken of in the size that ``text`` names, or in the very one that it points at."""
    product = focus.product
    if product is None:
        return None
    if (same := _THAT_VARIANT.match(text)) is not None:
        return f"{product} {text[same.end() :]}"
    other = _OTHER_SIZE.match(text)
    title = _resized(product, other[1], other[2]) if other else None
    return f"{title} {other[3] or '有货吗'}" if other and title else None


def _resized(product: str | None, number: str, unit: str | None) -> str | None:
    """The title of a product with another size in the place of its own; None where it has none of this unit."""
    own = _SIZE.search(product) if product else None
    if product is None or own is None or number == own[1] or (unit and unit.lower() != own[2].strip().lower()):
        return None
    return f"{product[: own.start()]}{number}{own[2]}{product[own.end() :]}"


def _compares(text: str, two: re.Match[str]) -> bool:
    """Whether 这两款 are compared, rather than two pieces of something counted (两个瓶盖都…)."""
    bound = two[0][0] in "这那它二" or two[0].startswith("两者") or _PREDICATE.match(text, two.end()) is not None
    return bound and _COMPARED.search(text) is not None


def _word_for(kind: str, focus: Focus) -> str | None:
    """The word of the last question for a matter of the shop (``topic``: 发票) or for goods (``category``: 水壶)."""
    found = term_index((kind,)).find(tokenise(focus.question))
    return focus.question[found[0].start : found[0].end] if found else None


def _put(text: str, match: re.Match[str], replacement: str) -> str:
    return text[: match.start()] + replacement + text[match.end() :]


def _pronoun(text: str, focus: Focus) -> str | None:
    if _EVENT.match(text) and focus.question:
        return f"{focus.topic('zh')} {text}"
    thing = focus.thing("zh")
    for match in _THIS.finditer(text):
        if text[: match.start()].endswith("的"):
            continue
        if not _PREDICATE.match(text, match.end() + _named_noun(text[match.end() :], thing)) or _ANTECEDENT.search(
            text[: match.start()]
        ):
            continue
        if thing is None:
            return f"{focus.topic('zh')} {text}" if focus.question else None
        return text[: match.start()] + thing + text[match.end() + _named_noun(text[match.end() :], thing) :]
    return None


def _named_noun(rest: str, thing: str | None) -> int:
    """How many characters of ``rest`` name the kind of thing that ``thing`` is (这款电饭煲): they go with the pronoun."""
    found = next((one for one in term_index(("category",)).find(tokenise(rest)) if one.start == 0), None)
    return found.end if found and thing and any(form.lower() in thing.lower() for form in found.value.forms) else 0


def _of_trait(text: str, focus: Focus) -> str | None:
    """What is asked of goods that only a trait names: of the one shown that has it, else of the kind spoken of."""
    kind = focus.category if focus.category and has_han(focus.category) else _word_for("category", focus) or focus.category
    if (whether := WHETHER_SO.match(text)) is not None and focus.product:
        return f"{focus.product}是{whether['x']}的吗"
    if (chosen := CHOSEN.match(text)) is not None and kind:
        return f"{chosen['x']}的{kind}{chosen['rest']}"
    if (one := OF_ONE.match(text)) is not None and sum(one["x"] in title for title in focus.titles) == 1:
        return f"{focus.having((one['x'],))} {one['rest']}"
    noun = kind or _word_for("topic", focus)
    return f"{told['x']}的{noun}{told['rest']}" if noun and (told := OF_A_KIND.match(text)) else None


def _elliptic(text: str, entities: Entities, focus: Focus) -> str | None:
    if entities.categories:
        return None
    if MORE.match(text):
        wanted = focus.category or focus.product
        return f"{wanted} {text}" if wanted else None
    if _COMES.fullmatch(text) and not named(text) and (places := named(focus.question)):
        return f"寄到{min(places)}{text}"
    if (of_trait := _of_trait(text, focus)) is not None:
        return of_trait
    thing, first = focus.thing("zh"), _AND_MORE.split(text, maxsplit=1)[0]
    if (colour := _IN_COLOUR.match(text)) is not None and focus.titles:
        coloured = focus.in_colour(colour["x"] or colour["y"])
        return f"{coloured} 有{colour['y']}的吗" if coloured and colour["y"] else coloured and f"{coloured} {text}"
    if (focus.category or focus.product) and (_OF_A_SIZE.match(text) or ASKS_SIZE.search(text)):
        return f"{focus.category or focus.product} {text}"
    shopping = focus.intent not in ("return_refund", "exchange", "invoice", "payment", "account_membership", "privacy")
    asks_attribute = bool(asked_attributes(text)) and len(text) <= _BARE_QUESTION and not _COMPARED.search(text)
    if (
        thing is not None
        and (OF_THING.match(text) or OF_THING.match(first) or asks_attribute)
        and (shopping or not OF_TOPIC.match(text))
    ):
        return f"{thing} {text}"
    if OF_TOPIC.match(first) and has_han(focus.question):
        if _FEE.match(text) and focus.intent not in _AFTER_SALES:
            return None
        topic = focus.topic("zh")
        bare = _QUESTION_WORD.search(topic) if len(topic) <= _BARE_TOPIC else None
        topic = topic[: bare.start()] if bare else topic  # 积分 of 积分怎么用, and nothing of 多久能到
        return f"{topic} {text}" if len(topic) > 1 else None
    return None

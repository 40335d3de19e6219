"""What messages look like that ask, wish, prefer, identify themselves or want something done, for the dialogue policy."""

from __future__ import annotations

import re

from bot.text.whether import WHETHER

ASKS_HOW_IT_WORKS = re.compile(
    r"\b(can i|could i|may i|is it possible|do you|how|what|when|where|which|who|whose|why|am i allowed|policy|are there"
    r"|is there|do i|does it|is it|will i|must i)\b"
    rf"|怎么|如何|{WHETHER}|[吗么嘛]\s*[?？]?\s*$|谁|为什么|多久|多长|几天|多少|政策|规定|流程|是否"
    r"|支持|什么|哪|咋|啥|期限|期是?多",
    re.IGNORECASE,
)
ASKS_WHICH = re.compile(r"\bwhich\b|哪", re.IGNORECASE)
ASKS_HOW_IT_WORKS_ONLY = re.compile(
    r"\b(?:how (?:do|can|should|long|often|does|to)|why|when|where|who|return\w*|refund\w*|warranty"
    r"|guarantee|deliver\w*|ship\w*|invoice|repair"
    r"|clean\w*|wash\w*|pay\w*|order|broken|damaged|cracked)\b|怎么|如何|为什么|什么时候|多久|退|换货|保修|质保|发货|快递"
    r"|物流|运费|发票|维修|清洗|支付|付款|订单|带上|托运|碎了|坏了|破了|裂了|摔坏",
    re.IGNORECASE,
)
PRIVATE = re.compile(
    r"\W*(?:(?:开给|抬头|就|写)?(?:个人|私人)(?:抬头|的)?(?:就行|吧)?|(?:a )?(?:private|personal|individual)(?: person)?)\W*",
    re.I,
)
"""To whom an invoice goes that is for no company."""
ASKS_TO_DO = re.compile(
    r"^\W*(?:can|could|do|would|will) (?:you|u)\b|(?:你们?|店里)(?:能不能|能|可以|会|给|帮)|帮我", re.IGNORECASE
)
"""What the shop is asked to do, or whether it does: "can you shorten jeans"."""
GIVES_WHAT = re.compile(
    r"送(?:点|些|个)?(?:什么|啥)|\bwhat (?:can|should|could|do|shall) (?:i|we) (?:give|get|buy)\b", re.IGNORECASE
)
"""Asks for a present, not for a fact."""
LOOKS_FOR = re.compile(
    r"\b(?:do (?:you|u) (?:have|sell|carry|stock|got)|have you got|got any|any|show me|looking for"
    r"|i want|i need|i'd like|search\w*"
    r"|interested in)\b|有没有|有.{0,12}[吗么嘛]|有卖|卖.{1,12}[吗么嘛不]"
    r"|卖不卖|有现?货[没吗么不]|想看|想买|想要|看看|来个|找",
    re.IGNORECASE,
)
_IF_EN = r"\W*(?:(?:hi|hello|hey)\W+)?(?:do (?:you|u) (?:have|sell|carry|stock)|have you got|got|are there|is there)"
_IF_ZH = r"\W*(?:你好\W*)?(?:你们|你家|店里|这里|咱家)?(?:有没有|有卖|卖|有)"
_OR_NOT = r"(?:卖|的)?(?:吗|么|嘛|不|没有?)?\W*"
IF_ANY = re.compile(
    rf"{_IF_EN} (?:any |an? |some )?[\w '-]{{2,40}}\W*|{_IF_ZH}[^?？什么多怎几哪]{{1,12}}?{_OR_NOT}"
    r"|\W*(?:你们|你家|店里)?[^\s?？，,。有还什么多怎几哪]{2,14}有(?:没有|吗|么|嘛|不)\W*",
    re.IGNORECASE,
)
"""Whether there are goods of a kind, and nothing else."""
LISTS = re.compile(
    r"\W*(?:what|which) (?:(?:kind|sort)s? of )?[\w' -]{3,30}? "
    r"(?:do (?:you|u) (?:have|sell|stock|carry)|have you got|are there)\W*"
    r"|\W*(?:你好\W*|请问)?(?:你们|你家|店里|这里|咱家)?(?:都|现在)?"
    r"(?:有|卖)(?:些?什么|哪些|哪几[款种]|啥)(?:样的)?[^，。？?的]{1,8}\W*",
    re.IGNORECASE,
)
"""What goods of a kind there are, and nothing else."""
IF_ANY_AT_ALL = re.compile(rf"{_IF_EN}(?: any| an?| some)?\s*(?:e?s\b)?\W*|{_IF_ZH}\s*{_OR_NOT}", re.IGNORECASE)
"""The same without the name of the kind."""
PRICE_OF = re.compile(
    r"(?:how much (?:is|are|does|do|for)|what(?:'?s| is| are) the prices? (?:of|for)|prices? (?:of|for))"
    r" (?:the |an? |your |those |these )?(.{2,40}?)(?: cost)?\s*[?.!]*|(.{2,12}?)(?:多少钱|什么价格?"
    r"|几块钱|怎么卖)(?:一?[个只把件条包袋瓶盒罐支根套双张斤])?[?？。呀啊呢]*",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"[?？]|\b(?:can|could|should|must|is|are|do|does|did|will|(?:how|what|where|when|who)'?s?|which|why)\b|能|可以|会|几"
    rf"|{WHETHER}|吗|么$|[不没]$|怎|咋|多[少久长宽厚]|什么|哪|显示|谁",
    re.IGNORECASE,
)
WHERE_IS_IT = re.compile(
    r"\bwhere\b.*\b(?:order|parcel|package|delivery|it|stuff|item)s?\b|\btrack\w*\b|\bstatus\b|\bmy"
    r" (?:last |latest )?order\b|到哪|哪[了儿]|查|物流|发货了?[吗没]|我的订单|我的快递"
    r"|(?:快递|包裹|订单).{0,8}(?:没有?动|不动|没更新|不更新|卡[住在])|\b(?:hasn'?t|not|stopped) mov\w*\b",
    re.IGNORECASE,
)
BOUGHT = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:just )?(?:ordered|bought)\b|我们?(?:前天|昨天|上周|刚|刚刚|之前)?(?:买|订|拍|下单)了?的",
    re.IGNORECASE,
)
"""What somebody says of goods that are theirs: when does the guitar that I bought arrive."""
USUALLY_TAKES = re.compile(
    r"\bhow long (?:does|do|should|would)\b.{0,30}\btakes?\b.{0,24}"
    r"\b(?:receive|get|arrive|come|reach (?:me|us)|be delivered)\b",
    re.IGNORECASE,
)
"""How long parcels take, and not when one comes: "how long should it take to get my order"."""
SAID_TO_BE_HERE = re.compile(
    r"\b(?:says?|shows?|said|marked|supposed(?:ly)?|apparently)\b.{0,24}\bdelivered\b.{0,60}"
    r"(?:\b(?:not|nothing|never|no|nowhere|missing|where)\b|n't\b)|(?:显示|说)(?:已经?)?(?:签收|送达|妥投).{0,12}(?:没|未|不)",
    re.IGNORECASE,
)
"""What is marked as delivered and did not come, for which shops have a rule."""
ABOUT_PEOPLE = re.compile(
    r"几点|上班|下班|工作时间|在线时间|什么时候|找谁|\b(?:when|hours|opening"
    r"|which number|what number|who do i)\b",
    re.IGNORECASE,
)
ASKS_PRICE = re.compile(
    r"\bhow much (?:is|are|for|does|do|would)\b(?![^?.!]{0,40} (?:hold|carry|weigh|support|eat|need)\b)"
    r"|\bprices? (?:of|for)\b|多少钱|什么价|几块钱|怎么卖",
    re.IGNORECASE,
)
FIRST_TIME = re.compile(
    r"\b(?:my|our) (?:very )?first\b|\bfirst[- ]time\b|^\W*first \w+(?: \w+)?(?=.{0,40}(?:,|\bfor\b))"
    r"|第一次(?:买|选|用|购)|新手|零基础|入门",
    re.IGNORECASE,
)
"""Somebody who has none of the kind yet, and is to be guided."""
CHOOSES_FOR = re.compile(
    r"\W*(?:what|which) (?!size)[\w' -]{2,30}? (?:for|suits?|(?:would|is|are) (?:suit|good|best|right|suitable)(?: for)?)\b"
    r"|(?:用|买|骑|穿|戴|选|玩)(?:什么|哪[种款个])(?!尺?[码号])",
    re.IGNORECASE,
)
"""Which goods of a kind are for somebody: "what bike for a 7 year old"."""
IF_IT_IS = re.compile(
    r"(?:(?:and|but|so|ok)\W+)?(?:is|are) (?:the|that|this|it)\b"
    r"|(?:那)?(?:第[一二三四1-4]|[前后]|这|那)[个款件种者].{0,4}更.{1,3}[吗么嘛]",
    re.IGNORECASE,
)
"""Whether one of the goods shown is more of something than the others."""
SOMETHING = re.compile(
    r"^(?:i )?(?:(?:need|want|am after|looking for|do you have|have you got|got|is there)\W+)?"
    r"(?:something|anything|some) (?:\w+ )?(?:to|for|that|which|with|under|in)\b"
    r"|^what(?:'?s| is| would be) (?:good|best|suitable|right|nice) (?:for|to|in|on|when)\b"
    r"|[用穿骑戴带]什么(?:比较|最)?(?:好|合适)\W*$|^(?:有没有|有什么|找个|想要个|来个).*的$",
    re.I,
)
COMPARES = re.compile(r"\b(?:compar\w+|differen\w+|versus|vs|better|which)\b|区别|不同|对比|比|哪", re.IGNORECASE)
BETWEEN = re.compile(
    r"\b(?:compar\w+|differen\w+|versus|vs|better|torn between)\b|区别|不同|对比"
    r"|比较|怎么选|哪[个款]好|还是",
    re.IGNORECASE,
)
BETWEEN_KINDS = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs|which)\b|区别|不同|差别|对比|比较|相比|哪|还是|比", re.IGNORECASE
)
BESIDE_IT = re.compile(
    r"\b(?:compared (?:with|to)|versus|vs\.?|better than|against) "
    r"|[和跟与].{1,12}(?:比|相比|对比)(?:呢|怎么样|如何|一下)?\W*$|比起",
    re.IGNORECASE,
)
"""What stands beside the goods that are spoken of."""
PREFERS = re.compile(
    r"^\W*(?:(?:no|nah)\b\W+(?:actually|rather|for|an?|the)\b|actually\b)|^(?:不是|不对|其实)"
    r"|\b(?:i'?d rather|rather have|i prefer|prefer\w*|make it|for the|with an?|without)\b|^(?:那|就)?(?:我)?(?:还是)?(?:想?要"
    r"|最好|来)|的$",
    re.IGNORECASE,
)
ASKS_A_FAVOUR = re.compile(
    r"\b(please|can you|could you|would you|for me)\b|\bchange (?:my|the) .*\bto\b"
    r"|帮我|幫我|帮忙|麻烦|(?:^|[请請你们，,])[给給]我|把.*(?:改成|改为|改到|换成|取消|退了)",
    re.IGNORECASE,
)
ALL_OF_THEM = re.compile(
    r"\b(?:the|your|these|those) (?:two|three|four|[234]|different)\b|\bboth\b"
    r"|[这那你们的]+[两二三四几][个款种台只]|[两三四几][个款种](?!人)"
    r"|大的?[和跟与、]?小的|大小(?:装|瓶|包|袋|盒|号)?有|[半一两\d]{1,4}[斤克升][的装]?[和跟与][半一两\d]{1,4}[斤克升]"
    r"|\b(?:big|large) (?:one )?and (?:the )?small\b|\bsmall (?:one )?and (?:the )?(?:big|large)\b",
    re.IGNORECASE,
)
WHICH_VARIANTS = re.compile(
    r"\bwhat about (?:the )?(?:other )?(?:colou?rs?|sizes?)\b|^colou?rs? (?:for|of)\b"
    r"|\b(?:what|which) (?:other )?(?:colou?rs?|sizes?)\b(?! (?:should|do i|is best|would))"
    r"|\b(?:colou?rs?|sizes?) (?:do you have|are there|available|does it come)"
    r"|(?:什么|哪些|哪几种|哪几个|几种|几个|多少种|多少个|有啥)(?:颜色|尺码|尺寸|码数|色|码|号)(?!码|段)"
    r"|(?:颜色|尺码|尺寸)(?:都)?有(?:哪些|什么|几)",
    re.IGNORECASE,
)
WHOLE_SET = re.compile(
    r"[配凑搭](?:齐|[一个]套)|搭配一下|(?:全|整)套(?:装备|设备|用品|工具)?|[一这]套(?:装备|设备|用品|工具)|都?(?:需要|要)(?:买|准备|带|备|置办)(?:些|点|哪些|点儿)?(?:什么|东西|装备)"
    r"|都?需要(?:些|哪些|什么)(?:什么|东西|装备|用品)?(?![\u4e00-\u9fff])"
    r"|\bput together\b|\b(?:complete|whole|full|entire|starter|beginner'?s?|\w+ing) (?:set|kit|bundle)\b|\bkit (?:me|us) out\b"
    r"|\bwhat (?:all )?(?:do|should|would|will) (?:i|we) (?:need|buy|get|bring)\b|\beverything (?:i|we)(?:'ll| will)? need\b",
    re.IGNORECASE,
)
"""Everything that something needs, in words that name no part of it: 全套装备."""
TELLS_OF_OWN = re.compile(r"\W*(?:(?:hi|hello|hey|help)\W+)?my [a-z]+\b|\W*(?:你好\W*)?我(?:的|家的?|买的)", re.IGNORECASE)
"""A message that begins with a thing of the customer's: what is told of it is no wish."""
HOW_TO_COMPLAIN = re.compile(
    r"(?:怎么|如何|在?哪[里儿]?|找谁)(?:才能|可以|能)?投诉"
    r"|\b(?:how|where) (?:do|can|could|should) (?:i|we) (?:complain|(?:make|file|send|raise) a complaint)\b",
    re.IGNORECASE,
)
ASKS_ABOUT = re.compile(
    r"\b(?:tell (?:me|us)|(?:more )?info(?:rmation)?|(?:more )?details?|(?:know|hear|learn) (?:more|something))"
    r"(?: (?:a bit|a little|something))?(?: more)? (?:about|on)\b|\bdescribe\b|\bany good\b|\bworth (?:it|buying|the money)\b"
    r"|(?:能)?(?:给我)?(?:介绍|讲讲|说说|讲一下|说一下)(?:一?下)?",
    re.IGNORECASE,
)
"""What asks about a thing as a whole, or about whatever follows: "tell me about the kettle", 介绍一下水壶."""
ABOUT_IT = re.compile(
    r"\b(?:how|what|which|when|why|warranty|return|deliver\w*)\b|多少|多[重大长宽高久]|什么|怎么|为什么|几|保修|退|发货",
    re.IGNORECASE,
)
"""What asks more of goods than whether they are there."""

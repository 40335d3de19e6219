"""Wordings that show anger or hurry by themselves, in English and Chinese, besides what the tone models learned."""

from __future__ import annotations

import re

from bot.text.script import to_simplified

_ANGRY_EN = (
    r"wtf|f+u+c+k\w*|f\*+\w*|bull ?shit|bs|damn(?:ed)?|crap|hell is|the hell|go to hell|idiots?|morons?|clowns?|crooks?",
    r"thie(?:f|ves)|scam(?:mers?|med)?|fraud(?:sters?)?|cheats?|liars?|lying to me|(?:stop|quit) lying|furious|livid|enraged",
    r"pissed(?: off)?|fed up|sick (?:and tired )?of|had enough|last straw|outrageous|disgrace(?:ful)?|unacceptable|ridiculous",
    r"disgusting|pathetic|shame on you|ashamed of yourselves|how dare you|incompetent|are you (?:kidding|deaf|stupid|insane)",
    r"are you people \w+|(?:third|fourth|fifth|\d{1,3}(?:rd|th)) time i(?:'ve|'m)? (?:ask|asked|asking|told|said|write|wrote)",
    r"how many (?:more )?times (?:do|must|should) i|(?:asked|told|written to) you (?:\w+ )?(?:two|three|four|five|\d\d?) times",
    r"(?:my|a|your) (?:lawyer|solicitor|attorney)|sue you|(?:drag|take) you to court|see you in court|report(?:ing)? you",
    r"shut up|stupid (?:bot|machine|company|shop)|rip-?off",
)
_ANGRY_ZH = (
    r"骗子|奸商|黑店|黑心|混蛋|王八|(?<![妈我你他她老婆的])妈的|他妈|特么|(?<![a-z])(?:tmd|sb)(?![a-z])|卧槽|我靠|尼玛|傻[逼比]|脑残|废物|狗屁|扯淡|放屁|滚蛋|^滚[!。吧]*$|去死|不要脸|无耻",
    r"气死|(?<!空)气炸|气疯|火大|恼火|愤怒|忍无可忍|忍到头|受够|欺人太甚|太过分|不可理喻|岂有此理|丢人现眼|恶心死|老子|耍我|当我是?傻|疯了吧",
    r"投诉你们?|我要投诉|12315|消协|消保会|律师|法院|法庭|起诉|报警|曝光你|诈骗(?!电话)|骗钱|坑钱|骗我|(?:还|退|把)钱还我|还我钱|客诉",
    r"听不懂(?:人话|吗)|到底(?:管不管|发不发|怎么回事|什么时候)|搞什么鬼|搞什么[!?]|什么(?:破|垃圾)(?:店|玩意|服务|客服|态度)|垃圾(?:店|公司|客服|平台)",
    r"(?:第[三四五六七八九十]|好几)[次遍](?:问|说|催|跟|发)|(?:说|问|催|写)了?(?:多少|[三四五六七八十]|好几)[次遍]了?|要我?(?:说|写|问)多少[遍次]|蠢(?:货|机器)|闭嘴",
)
_URGENT_EN = (
    r"urgent(?:ly)?|asap|as soon as possible|immediately|right away|hurry|in a rush|rush|emergency|at once|time[- ]critical",
    r"expedite|deadline|last[- ]minute|top priority|quickly|time is running out|can(?:'t|not) wait|straight ?away",
    r"(?:need|needed|must have|want) (?:it|this|them|one|a new one|my \w+|the \w+)?\s?(?:\w+ )?(?:by|before|for|until) "
    r"(?:today|tonight|tomorrow|noon|the weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
    r"(?:trip|flight|wedding|party|event|exam|birthday|match|interview)(?:'s| is| starts)? (?:today|tonight|tomorrow)",
    r"(?:fly|flying|leave|leaving|travel|travelling|move|moving)(?: out)? (?:today|tonight|tomorrow|on \w+day|in the morning)",
    r"within the (?:next )?(?:hour|few minutes)|in the next (?:\w+ )?(?:hours?|minutes)|no later than|the sooner the better",
    r"same[- ]day|(?:before|by) (?:midnight|tonight|noon)|(?:today|tonight|tomorrow),? please|please,? (?:fast|quick)",
)
_URGENT_ZH = (
    r"(?<!不)(?:加急(?!要|快递|费|多少|件)|加个急|急用|急需|很急|着急|紧急|急急|急死|十万火急|在线等|等着用|等着穿|急$|^急)|赶时间|时间(?:很|太)?紧|来不及|来得及吗|赶得上",
    r"快点|快一?些|赶紧|赶快|尽快|尽早|立刻|立即|马上|越快越好|抓紧|火速|优先处理|催一下|最快(?:几时|多久|什么时候)",
    r"火烧眉毛|救急|等不及|越早越好|(?:半|[一两二三四五十\d]{1,4})个?(?:小时|分钟)(?:之?内(?!(?:可以|能)?(?:取消|退))|后就)|(?:今晚|今天|午夜|明天|中午)之?前",
    r"(?:今天|今晚|明天|明早|后天|周末|周[一二三四五六日]|中午|晚上)(?:之?前)?[^，。!?]{0,4}(?:就?要用|就?要穿|必须|一定要|要拿到|出发|就走|就飞|出国)",
)
_ANGRY = re.compile(rf"(?<![a-z])(?:{'|'.join(_ANGRY_EN)})(?![a-z])|{'|'.join(_ANGRY_ZH)}")
_URGENT = re.compile(rf"(?<![a-z])(?:{'|'.join(_URGENT_EN)})(?![a-z])|{'|'.join(_URGENT_ZH)}")
_LETTERS = re.compile("[A-Za-z]+")
_EMPHASIS = re.compile(r"[!?]{2,}")
SHOUTED_LETTERS = 8


def shouts(text: str) -> bool:
    """Whether ``text`` is written mostly in capitals."""
    letters = "".join(_LETTERS.findall(text))
    return len(letters) >= SHOUTED_LETTERS and sum(map(str.isupper, letters)) > 0.7 * len(letters)


def folded(text: str) -> str:
    """Lower case, simplified script, half-width punctuation: the form that the word lists are written in."""
    return to_simplified(text.lower().replace("’", "'").replace("！", "!").replace("？", "?"))


def sounds_angry(text: str, negative: float) -> bool:
    """Whether wording, or emphasis together with a ``negative`` sentiment (a probability), shows anger."""
    plain = folded(text)
    emphatic = shouts(text) or (bool(_EMPHASIS.search(plain)) and any(map(str.isalpha, plain)))
    return bool(_ANGRY.search(plain)) or (negative > 0.5 and emphatic)


def sounds_urgent(text: str) -> bool:
    """Whether wording shows that the customer is in a hurry."""
    return bool(_URGENT.search(folded(text)))

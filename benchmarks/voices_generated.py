"""Reviews that are made up in both languages, with what is planted in them known; for measuring speed and trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from bot.marketing.insight.voices import Voice
from bot.types import LanguageCode

FIRST_DAY, DAYS, PRODUCTS = date(2025, 1, 1), 364, 60
CLAUSES: dict[str, dict[str, tuple[Sequence[str], Sequence[str]]]] = {
    "delivery": {
        "en": (
            ("delivery was quick", "it arrived a day early"),
            ("delivery took two weeks", "the courier left it in the rain"),
        ),
        "zh": (("物流很快", "快递第二天就到了"), ("物流太慢了", "快递拖了一个星期才到")),
    },
    "noise": {
        "en": (
            ("it is wonderfully quiet", "hardly any noise at night"),
            ("the noise is unbearable", "far too loud for a flat"),
        ),
        "zh": (("噪音很小", "晚上用也很安静"), ("噪音太大受不了", "声音吵得睡不着")),
    },
    "quality": {
        "en": (("the quality is excellent", "solid workmanship"), ("poor quality all round", "sloppy workmanship")),
        "zh": (("质量非常好", "做工很精细"), ("质量太差了", "做工粗糙")),
    },
    "price": {
        "en": (("great value for money", "a fair price"), ("overpriced for what it is", "the price is a joke")),
        "zh": (("价格很实惠", "性价比高"), ("价格太贵了", "性价比太低")),
    },
    "size": {
        "en": (("the size fits perfectly", "just the right size"), ("the size is way off", "much too small for me")),
        "zh": (("尺寸刚刚好", "大小很合适"), ("尺寸偏小穿不了", "大小完全不对")),
    },
    "service": {
        "en": (("support was kind and helpful", "the staff sorted it out"), ("support never answered", "the staff was rude")),
        "zh": (("客服很有耐心", "售后处理得很好"), ("客服一直不理人", "售后态度恶劣")),
    },
}
FILLERS = {
    "en": ("bought for my {who}", "second order from here", "used it on {day}", "goes with our {room}", "model {number}"),
    "zh": ("给{who}买的", "第二次在这里下单", "{day}用过", "放在{room}里", "型号{number}"),
}
WORDS = {
    "en": {
        "who": ("sister", "father", "office", "neighbour"),
        "day": ("Monday", "Sunday"),
        "room": ("kitchen", "hall", "study"),
    },
    "zh": {"who": ("姐姐", "爸爸", "同事", "邻居"), "day": ("周一", "周日"), "room": ("厨房", "客厅", "书房")},
}


@dataclass(frozen=True, slots=True)
class Planted:
    """Blame of ``aspect`` becomes ``factor`` times as frequent from day number ``start`` until before ``end``."""

    aspect: str
    start: int
    end: int
    factor: float


def generated_voices(number: int, seed: int = 0, planted: Planted | None = None, blame: float = 0.25) -> list[Voice]:
    """``number`` reviews over a year, about half of each language; aspects are blamed at equal rates but for ``planted``."""
    random = np.random.default_rng(seed)
    days = np.sort(random.integers(0, DAYS, number))
    found = []
    for place, day in enumerate(days.tolist()):
        language: LanguageCode = "zh" if random.random() < 0.5 else "en"
        parts = [_filler(random, language)]
        for aspect in random.permutation(list(CLAUSES))[: random.integers(1, 4)].tolist():
            hit = planted is not None and planted.aspect == aspect and planted.start <= day < planted.end
            rate = min(0.95, blame * (planted.factor if hit and planted else 1.0))
            options = CLAUSES[aspect][language][int(random.random() < rate)]
            parts.append(options[int(random.integers(len(options)))])
        text = "，".join(parts) + "。" if language == "zh" else ", ".join(parts).capitalize() + "."
        sku = f"P{int(random.integers(PRODUCTS)):03d}"
        when = FIRST_DAY + timedelta(days=day)
        found.append(Voice(f"G{place:06d}", "review", text, language, when, sku, f"C{int(sku[1:]) % 6}"))
    return found


def _filler(random: np.random.Generator, language: str) -> str:
    shape = FILLERS[language][int(random.integers(len(FILLERS[language])))]
    words = {name: options[int(random.integers(len(options)))] for name, options in WORDS[language].items()}
    return shape.format(**words, number=int(random.integers(100, 999)))

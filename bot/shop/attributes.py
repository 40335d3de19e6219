"""Attribute names and values of a catalogue, the same in Chinese and English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from bot.shop.units import UNITS
from bot.text.phrases import term_index
from bot.types import LanguageCode

_NAMES: tuple[tuple[str, str, str], ...] = (
    ("color", "Colour", "颜色 色号 颜色分类 colour color_name shade"),
    ("size", "Size", "尺码 尺寸 规格"),
    ("weight", "Weight", "重量 净重 毛重 item_weight product_weight shipping_weight"),
    ("capacity", "Capacity", "容量 volume 容积"),
    ("material", "Material", "材质 材料 面料 fabric"),
    ("power", "Power", "功率 wattage"),
    ("battery_life", "Battery life", "续航 电池续航 续航时间 battery_hours playtime runtime run_time"),
    ("battery", "Battery", "电池 电池容量 battery_capacity"),
    ("warranty", "Warranty", "保修 保修期 质保 质保期 guarantee"),
    ("range", "Range", "续航里程 行驶里程 max_range"),
    ("voltage", "Voltage", "电压"),
    ("length", "Length", "长度 长 product_length"),
    ("width", "Width", "宽度 宽 product_width"),
    ("height", "Height", "高度 高 product_height"),
    ("depth", "Depth", "深度"),
    ("diameter", "Diameter", "直径"),
    ("dimensions", "Dimensions", "外形尺寸 产品尺寸"),
    ("screen_size", "Screen size", "屏幕尺寸 屏幕"),
    ("noise", "Noise", "噪音 噪音值 noise_level"),
    ("connectivity", "Connectivity", "连接方式 连接 connection"),
    ("waterproof", "Water resistance", "防水 防水等级 防护等级 waterproofing water_resistance ip_rating"),
    ("model", "Model", "型号"),
    ("origin", "Origin", "产地 原产地"),
    ("season", "Season", "季节 适用季节"),
    ("style", "Style", "风格 款式"),
    ("gender", "For", "性别 适用性别 适用人群"),
    ("age", "Age", "年龄 适用年龄"),
    ("flavor", "Flavour", "口味 flavour"),
    ("pieces", "Pieces", "件数 数量"),
    ("brand", "Brand", "品牌"),
    ("category", "Category", "分类 类别 类目"),
    ("condition", "Condition", "成色"),
    ("people", "People", "适用人数 人数 persons person serves servings 几人用"),
    ("comfort_temperature", "Comfort temperature", "舒适温度 舒适温标 comfort_temp"),
    ("brightness", "Brightness", "亮度 流明"),
    ("compatible_with", "Fits", "适用 适配 兼容 适用型号 适用机型 fits works_with compatibility"),
    ("accessories", "Accessories", "配件 推荐搭配 可选配件"),
    ("accessory_of", "Accessory of", "所属商品 accessory_for"),
    ("alternatives", "Alternatives", "替代商品 替代款"),
    ("goes_with", "Goes with", "一起买 常一起购买"),
    ("shelf_life", "Shelf life", "保质期 有效期 保存期 best_before use_by"),
    (
        "storing",
        "Storage",
        "储存方式 储存方法 保存方式 保存方法 储存条件 贮存条件 贮藏方法 storage_instructions storage_conditions",
    ),
    ("storage", "Storage", "存储 存储容量 储存容量 内存容量 storage_capacity"),
    ("ingredients", "Ingredients", "成分 主要成分 配料 配料表 ingredient"),
    ("net_content", "Net content", "净含量 net_weight net_contents"),
    ("load", "Load", "承重 最大承重 载重 load_capacity max_load"),
)
LINKS = frozenset({"alternatives", "goes_with"})
"""Attributes that name other products of the shop, for us and not for customers to read."""
_CANONICAL = {alias: name for name, _, aliases in _NAMES for alias in (name, *aliases.split())}
_LABELS = {name: (english, aliases.split()[0]) for name, english, aliases in _NAMES}

_TRUTH = (("yes", "true", "是", "有", "支持"), ("no", "false", "否", "无", "不支持"))
_DENIED = r"(?<!\bno )(?<!\bnot )(?<!\bnon-)(?<!\bwithout )(?<!free of )(?<!不含)(?<!无)(?<!非)(?<!不是)(?<!不用)"
_FREE = r"(?![- ]free\b)(?!自由)"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNIT_SUFFIX = re.compile(r"^(.+?)[ _]?[(（\[]([^)）\]]+)[)）\]]$|^(.+)_([A-Za-z]+)$")


_ABSENT = re.compile(r"\bfree (?:of|from)\b|\bwithout\b|\bexcludes?\b|\bnot contain|不含|不添加|无添加|未添加", re.IGNORECASE)


def is_truth(value: str) -> bool:
    """Whether a value only says yes or no."""
    return any(value.strip().lower() in words for words in _TRUTH)


def denies(value: str) -> bool:
    """Whether a value only says no."""
    return value.strip().lower() in _TRUTH[1]


@lru_cache(maxsize=4096)
def tells_what_is_absent(column: str) -> bool:
    """Whether a column lists what the goods are without: 不含, ``free from``."""
    return _ABSENT.search(column.replace("_", " ")) is not None


@lru_cache(maxsize=4096)
def split_name(column: str) -> tuple[str, str | None]:
    """A column's canonical attribute name and the unit written into it: ``weight_kg`` → ``("weight", "kg")``."""
    name = unicodedata.normalize("NFKC", column).strip().lower()
    key = re.sub(r"[\s-]+", "_", name)
    if key in _CANONICAL:
        return _CANONICAL[key], None
    if match := _UNIT_SUFFIX.match(name):
        stem, unit = (match[1], match[2]) if match[1] else (match[3], match[4])
        if unit in UNITS:
            stem = re.sub(r"[\s-]+", "_", stem.strip())
            return _CANONICAL.get(stem, stem), unit
    return key, None


def label(column: str, language: LanguageCode) -> str:
    """What to call an attribute: the column's own words where they are of ``language``, or where no translation is known."""
    name, unit = split_name(column)
    if language == "zh" and _HAN.search(column):
        return _UNIT_SUFFIX.sub(r"\1", column.strip()) if unit else column.strip()
    if name in _LABELS:
        return _LABELS[name][0 if language == "en" else 1]
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def names_of(column: str) -> tuple[str, ...]:
    """All that an attribute is called, in lower case: the column's own words, and the known ones of both languages."""
    name, _ = split_name(column)
    known = (alias for alias, canonical in _CANONICAL.items() if canonical == name)
    own = _UNIT_SUFFIX.sub(r"\1", column.strip().lower())
    return tuple(dict.fromkeys(one.replace("_", " ") for one in (own, name, *known)))


def value_with_unit(column: str, value: str) -> str:
    """The value as written, with the unit that its column's name carries: ``weight_kg``, ``1.8`` → ``1.8 kg``."""
    _, unit = split_name(column)
    return f"{value} {unit}" if unit and re.fullmatch(r"[\d.,]+", value.strip()) else value


def find_value(attributes: Mapping[str, str], name: str) -> str | None:
    """The value of the attribute that ``name`` means, whatever language or spelling the column has."""
    wanted, _ = split_name(name)
    for column, value in attributes.items():
        if split_name(column)[0] == wanted:
            return value_with_unit(column, value)
    return None


_SCALES = {"quiet": ("noise", False), "lightweight": ("weight", False), "powerful": ("power", True)}


def scale_of(feature: str) -> tuple[str, bool] | None:
    """The measure that tells of a feature, and whether more of it is more: what is quiet makes little noise."""
    term = term_index(("feature",)).get(feature)
    return _SCALES.get(term.key if term else feature)


def mentions(text: str, value: str) -> bool:
    """Whether ``text`` names ``value`` or a word for it in the other language, and doesn't say that it is absent.

    Latin words match whole, singular or plural.
    """
    return mentions_folded(folded(text), value)


def mentions_folded(searched: str, value: str) -> bool:
    """:func:`mentions` for a text that is :func:`folded` already."""
    forms, pattern = _pattern(value.strip().lower())
    return any(form in searched for form in forms) and pattern.search(searched) is not None


def folded(text: str) -> str:
    """``text`` as it is searched: lower case, NFKC."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=4096)
def _pattern(value: str) -> tuple[tuple[str, ...], re.Pattern[str]]:
    """The forms of a value, longest first, and what finds one of them: the first are a cheap test before the second."""
    forms = tuple(sorted((folded(form) for form in _forms(value) if form.strip()), key=len, reverse=True))
    words = (rf"(?<![a-z0-9]){re.escape(form)}(?:e?s)?(?![a-z0-9])" if form.isascii() else re.escape(form) for form in forms)
    return forms, re.compile(f"{_DENIED}(?:{'|'.join(words)}){_FREE}")


def _forms(value: str) -> tuple[str, ...]:
    """The value and its synonyms in both languages."""
    for row in _TRUTH:
        if value in row:
            return row
    term = term_index(("color", "material", "feature", "person")).get(value)
    return (value, *term.forms) if term else (value,)

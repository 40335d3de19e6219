"""Units of measure of both languages: each name's quantity and its size in that quantity's base unit."""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """``quantity`` names what is measured; ``factor`` turns a value into its base unit; ``imperial`` ones round."""

    quantity: str
    factor: float
    imperial: bool = False


_TABLE: dict[tuple[str, float], str] = {
    ("duration", 1 / 3600): "second seconds sec secs 秒 秒钟",
    ("duration", 1 / 60): "minute minutes min mins 分钟 分鐘",
    ("duration", 1): "hour hours hr hrs h 小时 个小时 钟头 个钟头 小時",
    ("duration", 24): "day days calendar-day calendar-days 天 日 自然日 个自然日",
    ("duration", 168): "week weeks wk wks 周 週 星期 个星期 礼拜 个礼拜 周内",
    ("duration", 336): "fortnight fortnights",
    ("workdays", 1): "business-day business-days working-day working-days work-day work-days "
    "workday workdays weekday weekdays "
    "个工作日 工作日 工作天 个工作天",
    ("workhours", 1): "business-hour business-hours working-hour working-hours 个工作小时 工作小时",
    ("months", 1): "month months mo mos 个月 個月 月",
    ("months", 3): "quarter quarters 个季度 季度",
    ("months", 12): "year years yr yrs 年 周年",
    ("mass", 0.001): "mg milligram milligrams 毫克",
    ("mass", 1): "g gram grams gr 克",
    ("mass", 1000): "kg kgs kilo kilos kilogram kilograms 千克 公斤",
    ("mass", 500): "斤 市斤",
    ("mass", 1_000_000): "ton tons tonne tonnes 吨",
    ("volume", 1): "ml milliliter milliliters millilitre millilitres 毫升",
    ("volume", 10): "cl",
    ("volume", 1000): "l liter liters litre litres 升 公升",
    ("length", 1): "mm millimeter millimeters millimetre millimetres 毫米",
    ("length", 10): "cm centimeter centimeters centimetre centimetres 厘米 公分",
    ("length", 1000): "m meter meters metre metres 米 公尺",
    ("length", 1_000_000): "km kilometer kilometers kilometre kilometres 公里 千米",
    ("area", 1): "m^2 m2 sqm 平方米 平米",
    ("power", 1): "w watt watts 瓦 瓦特",
    ("power", 1000): "kw kilowatt kilowatts 千瓦",
    ("charge", 1): "mah 毫安时 毫安",
    ("charge", 1000): "ah 安时",
    ("energy", 1): "wh 瓦时",
    ("energy", 1000): "kwh 度电 千瓦时",
    ("voltage", 1): "v volt volts 伏 伏特",
    ("current", 1): "amp amps ampere amperes 安培",
    ("frequency", 1): "hz 赫兹",
    ("frequency", 1000): "khz",
    ("frequency", 1_000_000): "mhz",
    ("frequency", 1_000_000_000): "ghz",
    ("bytes", 1): "mb",
    ("bytes", 1024): "gb",
    ("bytes", 1_048_576): "tb",
    ("bitrate", 1): "mbps",
    ("celsius", 1): "°c 摄氏度 度",
    ("fahrenheit", 1): "°f",
    ("sound", 1): "db decibel decibels 分贝",
    ("lumens", 1): "lm lumen lumens 流明",
    ("pixels", 1): "mp megapixel megapixels 万像素",
    ("times", 1): "x times 倍",
    ("uses", 1): "cycles washes uses 次",
}
_IMPERIAL: dict[tuple[str, float], str] = {
    ("mass", 453.592): "lb lbs pound pounds 磅",
    ("mass", 28.3495): "oz ounce ounces 盎司",
    ("volume", 29.5735): "fl-oz",
    ("volume", 3785.41): "gallon gallons 加仑",
    ("length", 25.4): "inch inches 英寸 寸",
    ("length", 304.8): "ft foot feet 英尺",
    ("length", 1_609_344): "mile miles 英里",
    ("length", 914.4): "yard yards",
}

UNITS: dict[str, Unit] = {
    name: Unit(quantity, factor, imperial)
    for table, imperial in ((_TABLE, False), (_IMPERIAL, True))
    for (quantity, factor), names in table.items()
    for name in names.split()
}

DOLLARS = frozenset({"USD", "CAD", "AUD", "HKD", "SGD", "NZD", "TWD", "MXN"})
_CODES = "USD CNY EUR GBP JPY HKD TWD CAD AUD SGD NZD KRW INR CHF SEK NOK DKK MXN BRL THB"
CURRENCIES: dict[str, frozenset[str]] = {code.lower(): frozenset({code}) for code in _CODES.split()} | {
    name: frozenset(codes.split())
    for names, codes in (
        ("rmb yuan 元 块 块钱 圆 人民币 元人民币", "CNY"),
        ("¥", "CNY JPY"),
        ("cn¥", "CNY"),
        ("us$ 美元 美金 us-dollars us-dollar", "USD"),
        ("$ dollars dollar bucks", " ".join(DOLLARS)),
        ("hk$ 港元 港币", "HKD"),
        ("nt$ 台币 新台币", "TWD"),
        ("ca$ c$", "CAD"),
        ("a$", "AUD"),
        ("s$", "SGD"),
        ("€ euro euros 欧元", "EUR"),
        ("£ quid 英镑", "GBP"),
        ("yen 日元 円 jp¥", "JPY"),
        ("₩ won 韩元", "KRW"),
        ("₹ rupees", "INR"),
    )
    for name in names.split()
}

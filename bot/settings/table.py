"""The settings tables of the documentation, made from the settings themselves: ``python -m bot.settings.table docs/*.md``."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings import Settings
from bot.settings.handover import HandoverSettings
from bot.settings.orders import OrderSettings
from bot.settings.profile import ShopProfile
from bot.types import LanguageCode

TABLES: dict[str, type[BaseModel]] = {
    "settings": Settings,
    "handovers": HandoverSettings,
    "orders": OrderSettings,
    "shop.toml": ShopProfile,
}
_HEADER = {"en": ("name", "default", "meaning"), "zh": ("名称", "默认值", "含义")}


def table(model: type[BaseModel], language: LanguageCode) -> str:
    """A Markdown table of the model's fields; those of another table that it takes in stand there only."""
    others = (other for other in TABLES.values() if other is not model and issubclass(model, other))
    elsewhere = {name for other in others for name in other.model_fields}
    lines = [f"| {' | '.join(_HEADER[language])} |", "| --- | --- | --- |"]
    lines += [
        f"| `{name}` | {_default(field)} | {_meaning(field, language)} |"
        for name, field in model.model_fields.items()
        if name not in elsewhere
    ]
    return "\n".join(lines)


def _default(field: FieldInfo) -> str:
    return "" if field.default in (None, ()) else f"`{field.default}`"


def _meaning(field: FieldInfo, language: LanguageCode) -> str:
    extra = field.json_schema_extra
    chinese = extra.get("zh") if isinstance(extra, dict) else None
    return str(chinese) if language == "zh" and chinese else str(field.description)


def filled(text: str, language: LanguageCode) -> str:
    """``text`` with every table between ``<!-- table NAME -->`` and ``<!-- end -->`` made anew."""
    for name, model in TABLES.items():
        start, end = f"<!-- table {name} -->", "<!-- end -->"
        before, mark, rest = text.partition(start)
        if mark:
            text = f"{before}{start}\n{table(model, language)}\n{end}{rest.partition(end)[2]}"
    return text


def main(paths: list[str]) -> None:
    """Writes the tables into the files; one whose name holds ``zh`` gets the Chinese ones."""
    for path in map(Path, paths):
        language: LanguageCode = "zh" if ".zh" in path.name else "en"
        path.write_text(filled(path.read_text("utf-8"), language), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

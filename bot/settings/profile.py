"""The shop's voice, as the owner describes it in ``shop.toml``, and how settings are described."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.product import LanguageCode


def setting(default: Any, en: str, zh: str, **limits: Any) -> Any:
    """A field with its meaning in both languages, for the tables of the documentation."""
    return Field(default, description=en, json_schema_extra={"zh": zh}, **limits)


class ShopProfile(BaseModel):
    """The shop's voice, from ``shop.toml``: what the assistant says about the shop and how it speaks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = setting("Shopdesk", "the shop's name, as customers know it", "店铺名称，顾客熟悉的那个")
    name_zh: str | None = setting(None, "its Chinese name, if it has one", "店铺的中文名（如有）")
    assistant: str = setting("Dora", "the assistant's name", "助手的名字")
    assistant_zh: str | None = setting("小朵", "the assistant's Chinese name", "助手的中文名")
    tone: Literal["friendly", "formal"] = setting("friendly", "`friendly` or `formal`", "`friendly`（亲切）或 `formal`（正式）")
    hours: str | None = setting(None, "when people of the shop can be reached, in English", "人工客服时间（英文）")
    hours_zh: str | None = setting(None, "the same in Chinese", "人工客服时间（中文）")
    email: str | None = setting(None, "where customers can write to", "顾客可以写信的邮箱")
    phone: str | None = setting(None, "where customers can call", "顾客可以拨打的电话")
    url: str | None = setting(None, "the shop's address on the web", "店铺网址")
    currency: str | None = setting(
        None, "ISO 4217 code taken where a customer names no currency", "顾客没说币种时采用的 ISO 4217 代码"
    )
    boost: tuple[str, ...] = setting(
        (), "SKUs, brands or categories recommended first among what fits alike", "在同样合适的商品里优先推荐的货号、品牌或分类"
    )
    exclude: tuple[str, ...] = setting(
        (), "SKUs, brands or categories that are never recommended", "从不主动推荐的货号、品牌或分类"
    )
    by_margin: bool = setting(
        False, "whether, of what fits alike, that with the greater margin goes first", "同样合适时，是否毛利率高的优先"
    )
    greeting: str | None = setting(None, "first words of the chat page, in English", "聊天页的第一句话（英文）")
    greeting_zh: str | None = setting(None, "the same in Chinese", "聊天页的第一句话（中文）")
    rules: str | None = setting(
        None,
        "what a language model that writes must keep to besides, in English",
        "语言模型写回答时还须遵守的规则（英文）",
        max_length=4000,
    )
    rules_zh: str | None = setting(None, "the same in Chinese", "语言模型写回答时还须遵守的规则（中文）", max_length=4000)

    def named(self, language: LanguageCode) -> str:
        """The shop's name in a language; the one that there is where it has none of its own in Chinese."""
        return (self.name_zh if language == "zh" else None) or self.name

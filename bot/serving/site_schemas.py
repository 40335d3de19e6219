"""What the API tells everybody of a site, as its OpenAPI document shows it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class InBoth(BaseModel):
    """A text in both languages, and in traditional Chinese characters."""

    en: str
    zh: str
    zh_hant: str


class Proactive(BaseModel):
    """Words that the widget says by itself after ``after_s`` seconds on a page whose path fits ``page`` (``*``: anything)."""

    after_s: float
    page: str
    once: bool = Field(description="once for each visitor")
    text: InBoth


class PublicSite(BaseModel):
    """What everybody may know of a site."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "sd_3f9a0c51b7e24d86a1c0ffee",
                    "name": "Main shop",
                    "shop": {"en": "Songdell", "zh": "松谷生活", "zh_hant": "松谷生活"},
                    "assistant": {"en": "Nell", "zh": "小松", "zh_hant": "小松"},
                    "greeting": {"en": "Hello, I'm Nell.", "zh": "您好，我是小松。", "zh_hant": "您好，我是小松。"},
                    "color": "#0f766e",
                    "position": "right",
                    "proactive": [
                        {
                            "after_s": 20,
                            "page": "/products/*",
                            "once": True,
                            "text": {"en": "Questions?", "zh": "有疑问吗？", "zh_hant": "有疑問嗎？"},
                        }
                    ],
                    "version": "3f9a0c51b7e24d86",
                }
            ]
        }
    )

    key: str
    name: str
    shop: InBoth
    assistant: InBoth
    greeting: InBoth
    color: str = Field(description="theme colour, `#rrggbb`")
    position: Literal["right", "left"] = Field(description="side of the launcher")
    proactive: list[Proactive]
    version: str = Field(description="of the files that the chat's frame loads")

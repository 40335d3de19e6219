"""What the console's audit log tells of each change."""

from __future__ import annotations

import pytest

from bot.console.audit import details_in


@pytest.mark.parametrize(
    ("language", "details", "told"),
    [
        ("en", {"name": "ann", "role": "agent"}, "Name: ann · Role: agent"),
        ("zh", {"name": "ann", "role": "agent"}, "名称：ann · 角色：客服"),
        ("zh", {"changed": {"llm": None, "answer_threshold": 0.4}}, "改动：llm = –; answer_threshold = 0.4"),
        ("zh", {"files": ["a.csv", "b.md"]}, "文件：a.csv、b.md"),
        ("en", {"consent": False, "origins": []}, "Consent: no · Origins: –"),
        ("zh", {"turn": 1, "intent": "delivery", "sentiment": None}, "消息：1 · 意图：配送 · 情绪：–"),
        ("zh", {"customer": "6d9f", "kind": "slogan"}, "顾客：6d9f · 类型：标语"),
        ("en", {}, ""),
    ],
)
def test_details_are_told_in_words(language, details, told):
    assert details_in(language, details) == told

"""Counting tokens, and what is dropped first when a prompt is too long."""

from __future__ import annotations

import pytest

from bot.generation.token_budget import count_tokens, encoding, fit
from bot.types import Evidence, Message

ENGLISH = "You can return any unused item within 30 days of delivery. "
CHINESE = "签收后 30 天内，未使用的商品都可以退货，请保留原包装。"


def passage(number: int, text: str) -> Evidence:
    return Evidence(f"e{number}", "passage", "a.md", "Returns", text, "en")


def cost(evidence: tuple[Evidence, ...], history: tuple[Message, ...]) -> int:
    return sum(count_tokens(item.text) for item in evidence) + sum(count_tokens(line.text) for line in history)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, "", "😀 ﷽ \x00", "a" * 5000, "没" * 5000])
def test_every_text_is_encoded_without_loss(text):
    assert encoding().decode(encoding().encode_ordinary(text)) == text
    assert count_tokens(text) == len(encoding().encode_ordinary(text))


def test_both_languages_cost_fewer_tokens_than_characters():
    assert count_tokens(ENGLISH) < len(ENGLISH) / 2
    assert count_tokens(CHINESE) < len(CHINESE)


def test_what_fits_is_kept_whole():
    evidence, history = (passage(1, ENGLISH), passage(2, CHINESE)), (Message("user", "Hello"), Message("assistant", "Hi"))
    assert fit(evidence, history, 1000) == (evidence, history)


def test_old_messages_go_before_passages_and_weak_passages_before_strong_ones():
    evidence = tuple(passage(n, ENGLISH * 4) for n in range(5))
    history = tuple(Message("user", f"message {n} " + ENGLISH) for n in range(10))
    kept, recent = fit(evidence, history, 520)
    assert kept == evidence
    assert recent == history[-len(recent) :] and 0 < len(recent) < 10
    kept, recent = fit(evidence, history, 200)
    assert kept == evidence[: len(kept)] and 0 < len(kept) < 5


@pytest.mark.parametrize("text", [ENGLISH * 200, CHINESE * 200, "word " * 4000, "没有标点的文字" * 1000])
@pytest.mark.parametrize("budget", [120, 300, 900])
def test_the_budget_holds_even_for_one_endless_passage(text, budget):
    evidence, history = fit((passage(1, text), passage(2, text)), (Message("user", text),), budget)
    assert len(evidence) == 1 and evidence[0].text and text.startswith(evidence[0].text)
    assert cost(evidence, history) <= budget


def test_a_passage_is_cut_after_a_whole_sentence():
    (kept,), _ = fit((passage(1, ENGLISH * 50),), (), 200)
    assert kept.text.endswith("of delivery. ") or kept.text.endswith("of delivery.")


def test_a_model_may_count_with_its_own_tokens():
    evidence = (passage(1, "a b c"), passage(2, "d e f"))
    kept, _ = fit(evidence, (), 40, count=lambda text: len(text.split()))
    assert kept == evidence[:1]

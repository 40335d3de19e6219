"""An owner's own intents, as a shop uses them: written into ``intents.toml``, there after the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
from bot.errors import SettingsError
from bot.shopdesk import Shopdesk
from bot.understanding.combined_intents import contrast
from bot.understanding.examples import shipped_examples
from tests.small_shop import stocked

FILE = """
[engraving]
examples = [
    "can you engrave a name on the bottle", "do you do engraving", "I'd like my initials on it", "what does engraving cost",
    "能刻字吗", "可以帮我在杯子上刻名字吗", "刻字要多少钱", "想刻两个字送人",
]
answer = "Yes. We engrave up to 12 characters on bottles and mugs for 30 yuan; it adds 2 days."
answer_zh = "可以。水壶和杯子可以刻最多 12 个字，收费 30 元，会晚 2 天发货。"

[who_pays]
examples = [
    "who covers the postage", "is the label on me", "must I cover the parcel", "邮费算谁的", "寄回来的钱谁掏", "谁出这个钱",
]
source = "returns.en.md"

[human_agent]
examples = [
    "fetch the skipper", "is the skipper in", "let me talk to the skipper", "I want the skipper", "叫船长来", "船长在吗",
]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shopdesk]:
    directory = tmp_path_factory.mktemp("own")
    (directory / "data").mkdir()
    (directory / "data" / "intents.toml").write_text(FILE, "utf-8")
    with stocked(directory) as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "said"),
    [("Could you engrave my daughter's name on a bottle?", "12 characters"), ("我想在水壶上刻个名字", "12 个字")],
)
def test_the_owners_answer_is_said_and_cited_in_the_customers_language(shop: Shopdesk, text: str, said: str) -> None:
    reply = shop.reply(text)
    assert reply.intent.name == "engraving"
    assert said in reply.text
    assert [citation.source for citation in reply.citations] == ["intents.toml"]


def test_an_intent_with_a_source_is_answered_from_that_document_alone(shop: Shopdesk) -> None:
    reply = shop.reply("so must I cover the label for the return?")
    assert reply.intent.name == "who_pays"
    assert {citation.source for citation in reply.citations} == {"files/returns.en.md"}
    assert "12 yuan" in reply.text


def test_examples_of_a_shipped_intent_teach_it_the_shops_own_words(shop: Shopdesk) -> None:
    assert shop.reply("please fetch the skipper").action == "handover"


@pytest.mark.parametrize(
    ("text", "intent"),
    [("how long do I have to return something", "return_refund"), ("可以开发票吗", "invoice"), ("hello", "greeting"),
     ("who won the world cup in 1998", "out_of_scope")],
)  # fmt: skip
def test_other_messages_keep_their_shipped_intent(shop: Shopdesk, text: str, intent: str) -> None:
    assert shop.reply(text).intent.name == intent


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ('[engraving]\nexamples = ["engrave it"]', "'engraving.examples'"),
        ('[engraving]\nexamples = ["a", "b", "c"]\nreply = "x"', "Unknown setting 'engraving.reply'"),
        ('[invoice]\nexamples = ["a", "b", "c"]\nanswer = "x"', "'invoice' is a shipped intent"),
        ("examples = 3", "'examples'"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path, file: str, said: str) -> None:
    (tmp_path / "intents.toml").write_text(file, "utf-8")
    with pytest.raises(SettingsError) as caught:
        bot.open(tmp_path)
    assert said in str(caught.value) and "intents.toml" in str(caught.value)
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


def test_the_contrast_holds_both_languages_of_every_shipped_intent_that_the_owner_leaves_alone() -> None:
    texts, names = contrast(10, frozenset({"invoice"}))
    assert set(names) == {f"shipped:{intent}" for intent in set(shipped_examples()[1]) - {"invoice"}}
    assert names.count("shipped:delivery") == 10 and names.count("shipped:out_of_scope") == 40
    assert any(text.isascii() for text in texts[:10]) and not all(text.isascii() for text in texts[:10])

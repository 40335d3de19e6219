import json
from pathlib import Path

import pytest

from benchmarks import sentiment as benchmark
from bot.understanding.examples import EXAMPLES, read_examples
from bot.understanding.sentiment import SentimentClassifier


@pytest.fixture(scope="module")
def shipped() -> SentimentClassifier:
    return SentimentClassifier.load()


@pytest.mark.parametrize(
    ("text", "label", "angry", "urgent"),
    [
        ("where is my order 123", "neutral", False, False),
        ("我的订单到哪了", "neutral", False, False),
        ("I love this jacket, thank you so much", "positive", False, False),
        ("非常满意，质量很好", "positive", False, False),
        ("非常滿意，品質很好", "positive", False, False),
        ("the quality is terrible, very disappointed", "negative", False, False),
        ("质量太差了，很失望", "negative", False, False),
        ("THIS IS THE THIRD TIME I ASK!!", "negative", True, False),
        ("你们这群骗子，还我钱！！", "negative", True, False),
        ("你們這群騙子！", "negative", True, False),
        ("please hurry, I need it by tomorrow", "neutral", False, True),
        ("急用，明天能到吗", "neutral", False, True),
        ("send it TODAY or my lawyer will call you, it's urgent!!", "negative", True, True),
    ],
)
def test_tone_is_read_with_its_flags(shipped: SentimentClassifier, text: str, label: str, angry: bool, urgent: bool) -> None:
    found = shipped.analyse(text)
    assert (found.label, found.angry, found.urgent) == (label, angry, urgent)


@pytest.mark.parametrize(
    "text",
    [
        "送妈妈的礼物有推荐吗",
        "空气炸锅和烤箱买哪个",
        "滚筒洗衣机多大",
        "加急要多少钱",
        "USB HDMI CABLE XL",
        "DO YOU HAVE THIS IN BLUE",
        "what's popular right now",
        "???",
        "！！！",
    ],
)
def test_words_that_only_look_heated_or_hurried_raise_no_flag(shipped: SentimentClassifier, text: str) -> None:
    found = shipped.analyse(text)
    assert not found.angry
    assert not found.urgent


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("节假日送不送货", "neutral"),
        ("掉不掉色", "neutral"),
        ("扎不扎人", "neutral"),
        ("这个好不好用", "neutral"),
        ("东西坏了你们管不管啊", "negative"),
        ("动不动就死机", "negative"),
    ],
)
def test_what_is_asked_with_a_word_beside_its_own_denial_is_told_neither_way(
    shipped: SentimentClassifier, text: str, label: str
) -> None:
    assert shipped.analyse(text).label == label


@pytest.mark.parametrize("text", ["", " ", "😀", "\x00", "！" * 20_000])
def test_any_text_gets_a_score_between_minus_one_and_one(shipped: SentimentClassifier, text: str) -> None:
    assert -1 <= shipped.analyse(text).score <= 1


def test_the_score_orders_bad_neutral_and_good(shipped: SentimentClassifier) -> None:
    for bad, plain, good in (
        ("awful quality, it broke", "what size is it", "wonderful, I love it"),
        ("垃圾，用一天就坏了", "这个多少钱", "太喜欢了，非常好"),
    ):
        assert shipped.analyse(bad).score < shipped.analyse(plain).score < shipped.analyse(good).score


def test_flags_on_the_development_messages_are_rarely_wrong(shipped: SentimentClassifier) -> None:
    for values in benchmark.shipped_figures(shipped, "*.txt").values():
        assert values["angry_precision"] >= 0.9
        assert values["urgent_precision"] >= 0.9


def test_no_message_that_is_measured_is_among_the_examples() -> None:
    examples = {text.casefold() for language in ("en", "zh") for text in read_examples(EXAMPLES / f"tone.{language}.txt")[0]}
    for path in benchmark.MESSAGES.glob("*.*"):
        assert examples.isdisjoint(text.casefold() for text in benchmark.own_messages(path)[0]), path.name


def test_the_benchmark_measures_any_directory_with_the_shipped_classifier_beside_a_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("great, love it", "1"), ("awful, broke at once", "0"), ("很好，喜欢", "1"), ("太差，坏了", "0")] * 6
    lines = "\n".join(json.dumps({"text": text, "label": label}) for text, label in rows)
    (tmp_path / "train.jsonl").write_text(lines, "utf-8")
    (tmp_path / "test.jsonl").write_text(lines, "utf-8")
    assert benchmark.main([str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)[tmp_path.name]
    assert set(found) == {"shipped", "ours, trained here", "tf-idf + LR"}
    assert all(values["accuracy"] == 1 for values in found.values())

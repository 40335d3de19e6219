import json
from collections import Counter
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from benchmarks import intent as benchmark
from benchmarks.training.labelled import fingerprint
from bot.errors import ModelError, SettingsError
from bot.types import IntentName
from bot.understanding.examples import EXAMPLES, read_examples, shipped_examples
from bot.understanding.intent import IntentClassifier
from bot.understanding.linear import LinearModel
from knowledge_base.encoders import load_encoder


@pytest.fixture(scope="module")
def shipped() -> IntentClassifier:
    return IntentClassifier.load()


def test_the_shipped_classifier_knows_every_intent_of_the_contract(shipped: IntentClassifier) -> None:
    assert set(shipped.intents) == set(get_args(IntentName)) == set(shipped_examples()[1])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("where's my parcel, I ordered a week ago", "order_status"),
        ("我上周买的快递怎么还没到", "order_status"),
        ("我上週買的包裹怎麼還沒到", "order_status"),
        ("how much is shipping to Austria", "delivery"),
        ("寄到广州运费多少", "delivery"),
        ("can I return these shoes", "return_refund"),
        ("这双鞋可以退货吗", "return_refund"),
        ("I got the M but want to exchange it for an L", "exchange"),
        ("cancel my order please", "cancel_order"),
        ("取消订单", "cancel_order"),
        ("let me talk to a human", "human_agent"),
        ("转人工客服", "human_agent"),
        ("can you recommend a coffee grinder", "recommendation"),
        ("推荐一款电动牙刷", "recommendation"),
        ("what is the difference between the two models", "comparison"),
        ("我想cancel这个order", "cancel_order"),
        ("write me a python script", "out_of_scope"),
        ("帮我写一段代码", "out_of_scope"),
    ],
)
def test_plain_requests_get_their_intent(shipped: IntentClassifier, text: str, intent: str) -> None:
    assert shipped.classify(text).name == intent


@pytest.mark.parametrize("text", ["", "   ", "😀", "\x00\x07", "a" * 50_000, "？？？"])
def test_any_text_gets_an_intent_with_a_probability(shipped: IntentClassifier, text: str) -> None:
    found = shipped.classify(text)
    assert found.name in shipped.intents
    assert 0 <= found.confidence <= 1


def test_top_is_ordered_and_begins_with_the_classification(shipped: IntentClassifier) -> None:
    best = shipped.top("the zip broke, can I get my money back or a repair?", 4)
    assert len(best) == 4
    assert best == sorted(best, key=lambda intent: -intent.confidence)
    assert best[0] == shipped.classify("the zip broke, can I get my money back or a repair?")


def test_messages_of_no_intent_score_higher_as_out_of_scope_than_those_of_one(shipped: IntentClassifier) -> None:
    inside = shipped.out_of_scope(["where is my order", "怎么退货", "do you have this in black"])
    outside = shipped.out_of_scope(["who won the world cup", "写一首关于月亮的诗", "solve this equation for x"])
    assert inside.max() < outside.min()


def test_a_message_above_the_first_heading_is_named(tmp_path: Path) -> None:
    path = tmp_path / "intents.txt"
    path.write_text("hello\n[greeting]\nhi\n", "utf-8")
    with pytest.raises(SettingsError, match="'hello'"):
        read_examples(path)


def test_no_message_that_is_measured_is_among_the_examples() -> None:
    examples = {fingerprint(text) for text in shipped_examples()[0]}
    for texts, labels in benchmark.development_messages().values():
        assert set(labels) <= set(get_args(IntentName))
        assert not [text for text in texts if fingerprint(text) and fingerprint(text) in examples]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_intent_has_many_different_examples(language: str) -> None:
    texts, labels = read_examples(EXAMPLES / f"{language}.txt")
    assert len({fingerprint(text) or text for text in texts}) == len(texts)
    counts = Counter(labels)
    assert counts.keys() == set(get_args(IntentName))
    assert min(counts.values()) >= 150
    assert counts["out_of_scope"] >= 500


@pytest.mark.parametrize("name", ["kept.en", "kept.zh"])
def test_most_messages_that_were_kept_apart_get_their_intent(shipped: IntentClassifier, name: str) -> None:
    texts, labels = benchmark.development_messages()[name]
    texts, labels = texts[::4], labels[::4]
    found = benchmark.predicted(shipped, texts)
    assert np.mean([a == b for a, b in zip(found.labels, labels, strict=True)]) > 0.8
    outside = np.array([label == "out_of_scope" for label in labels])
    limit = np.quantile(found.out_of_scope[~outside], 0.95)
    assert np.mean(found.out_of_scope[outside] > limit) > 0.75


def test_the_benchmark_trains_on_any_directory_and_measures_out_of_scope(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [("where is my parcel", "track"), ("包裹在哪", "track"), ("refund me", "refund"), ("我要退款", "refund")] * 8
    (tmp_path / "train.jsonl").write_text("\n".join(json.dumps({"text": t, "label": n}) for t, n in rows), "utf-8")
    rows = [*rows[:4], ("zebras of the plain", "oos")]
    (tmp_path / "test.jsonl").write_text("\n".join(json.dumps({"text": t, "label": n}) for t, n in rows), "utf-8")
    assert benchmark.main([str(tmp_path), "--json"]) == 0
    ours = json.loads(capsys.readouterr().out)[tmp_path.name]["ours"]
    assert ours["accuracy"] == 0.8
    assert ours["oos_auroc"] == ours["oos_recall_at_5%"] == 1


def test_a_model_trained_with_an_encoder_answers_alike_when_loaded_and_refuses_another(tmp_path: Path) -> None:
    texts, labels = shipped_examples()
    encoder = load_encoder("builtin-static")
    trained = LinearModel.train(texts[:40] + texts[-40:], labels[:40] + labels[-40:], encoder=encoder)
    trained.save(tmp_path / "own.npz")
    loaded = LinearModel.load(tmp_path / "own.npz", encoder)
    assert (loaded.logits(texts[:40]).argmax(axis=1) == trained.logits(texts[:40]).argmax(axis=1)).all()
    with pytest.raises(ModelError, match="was trained with the encoder 'shopdesk-static"):
        LinearModel.load(tmp_path / "own.npz")

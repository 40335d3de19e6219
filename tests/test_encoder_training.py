from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

from benchmarks.training.encoder_data import glossary_pairs, held_out, labelled, same_label
from benchmarks.training.encoder_vocabulary import build_tokenizer
from knowledge_base.static_encoder import StaticEncoder

PAIRS = [
    ("免费退货", "free returns"),
    ("运费多少", "shipping cost"),
    ("保修期", "warranty period"),
    ("付款方式", "payment methods"),
    ("尺码表", "size chart"),
    ("会员积分", "member points"),
    ("开发票", "issue invoice"),
    ("取消订单", "cancel order"),
]


@pytest.fixture
def tokenizer():
    return build_tokenizer([text for pair in PAIRS for text in pair], ["ing", "ship"])


def test_the_vocabulary_holds_words_of_both_languages_and_parts_for_the_rest(tokenizer):
    assert tokenizer.encode("Free SHIPPING, 免费退货!").tokens == ["free", "shipping", "免费", "退货"]
    assert tokenizer.encode("shiping").tokens == ["ship", "ing"]
    assert tokenizer.encode("货退").tokens == ["货", "退"]


def test_training_on_translations_brings_them_together_and_the_saved_model_keeps_it(tokenizer, tmp_path):
    pytest.importorskip("torch")
    from benchmarks.training.encoder import DIMENSION, Corpus, Lessons, save, train

    texts = [text for pair in PAIRS for text in pair]
    corpus = Corpus.of(texts, tokenizer, {})
    numbers = np.asarray([[corpus.index[chinese], corpus.index[english]] for chinese, english in PAIRS])
    random = np.random.default_rng(2).normal(size=(tokenizer.get_vocab_size(), DIMENSION)).astype(np.float32) / 16
    targets = corpus_vectors(random, corpus, numbers[:, 1])
    trained = train(random, corpus, {"parallel_terms": numbers}, Lessons(numbers[:, 1], targets), steps=40, rate=0.01, batch=32)
    save(trained, tokenizer, tmp_path)
    encoder = StaticEncoder.load(tmp_path)
    scores = encoder.encode([chinese for chinese, _ in PAIRS]) @ encoder.encode([english for _, english in PAIRS]).T
    np.testing.assert_array_equal(scores.argmax(axis=1), np.arange(len(PAIRS)))
    assert scores.diagonal().min() > 0.5
    assert encoder.name.startswith("shopdesk-static-")


def corpus_vectors(table, corpus, texts):
    sums = np.stack([table[corpus.flat[corpus.offsets[text] : corpus.offsets[text + 1]]].sum(axis=0) for text in texts])
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def test_bags_of_texts_are_their_token_ids_one_after_another(tokenizer):
    pytest.importorskip("torch")
    from benchmarks.training.encoder import Corpus

    corpus = Corpus.of(["free returns", "warranty", "shipping cost"], tokenizer, {})
    tokens, starts = corpus.bags(np.asarray([2, 0, 2]))
    expected = [tokenizer.token_to_id(word) for word in ["shipping", "cost", "free", "returns", "shipping", "cost"]]
    assert (tokens.tolist(), starts.tolist()) == (expected, [0, 2, 4])


def test_queries_of_the_dev_suites_are_kept_out_whatever_their_punctuation(tmp_path):
    suite = tmp_path / "suites" / "retrieval" / "faq"
    suite.mkdir(parents=True)
    (suite / "queries.jsonl").write_text(json.dumps({"_id": "q0", "text": "How do I pay?"}), encoding="utf-8")
    intents = tmp_path / "suites" / "classification" / "intents"
    intents.mkdir(parents=True)
    (intents / "test.jsonl").write_text(json.dumps({"text": "退货！", "label": "return"}), encoding="utf-8")
    assert held_out(tmp_path) == {"howdoipay", "退货"}


def test_only_rows_with_the_label_are_pairs():
    read = labelled("a", "b")
    assert list(read({"a": "x", "b": "y", "label": 1})) == [("x", "y")]
    assert list(read({"a": "x", "b": "y", "label": 0})) == []


def test_messages_of_one_intent_are_pairs_and_out_of_scope_messages_are_not(tmp_path):
    with gzip.open(tmp_path / "train.jsonl.gz", "wt", encoding="utf-8") as file:
        for text, label in [("a", "pay"), ("b", "pay"), ("c", "return"), ("d", "oos"), ("e", "oos")]:
            file.write(json.dumps({"text": text, "label": label}) + "\n")
    assert [set(pair) for pair in same_label(tmp_path, ".")] == [{"a", "b"}]


def test_the_shop_glossary_pairs_words_of_one_meaning_within_and_across_languages():
    pairs = glossary_pairs()
    assert ("保修", "warranty") in pairs["parallel_sentences"]
    assert ("warranty", "guarantee") in pairs["en_questions"]
    assert ("退款", "退钱") in pairs["zh_questions"]
    assert not any("" in pair for group in pairs.values() for pair in group)

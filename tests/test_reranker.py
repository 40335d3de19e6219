from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import bot
from bot.errors import SettingsError
from bot.store.database import metadata, open_database
from bot.store.knowledge import SqlLedger
from knowledge_base.encoders import STATIC, load_encoder
from knowledge_base.knowledge import KnowledgeBase
from knowledge_base.reranker import RERANKED, CrossEncoderReranker, RerankerError
from knowledge_base.types import Document, Section
from tests.tiny_cross_encoder import WORDS, make_tiny_cross_encoder

QUERY = "free shipping"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return make_tiny_cross_encoder(tmp_path_factory.mktemp("cross") / "encoder")


@pytest.fixture(scope="module")
def reranker(folder) -> CrossEncoderReranker:
    return CrossEncoderReranker(str(folder))


@pytest.fixture(scope="module")
def knowledge(reranker, tmp_path_factory) -> Iterator[KnowledgeBase]:
    directory = tmp_path_factory.mktemp("knowledge")
    engine = open_database(f"sqlite:///{directory}/knowledge.db")
    metadata.create_all(engine)
    with KnowledgeBase(directory, SqlLedger(engine), load_encoder(STATIC), reranker=reranker) as opened:
        texts = [f"free shipping {WORDS[number % 10]} {number} {'退货' * (number % 4)}" for number in range(40)]
        sections = tuple(Section(text, kind="row") for text in texts)
        opened.sync([Document("memory://shop", "shop.md", "Shop", "en", sections)])
        yield opened
    engine.dispose()


def plain(knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, k: int):
    with monkeypatch.context() as without:
        without.setattr(knowledge, "_reranker", None)
        return knowledge.search(QUERY, k)


def test_scores_are_those_of_the_model_for_each_pair_in_order(folder, reranker):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    texts = ["free returns", "退货", "refund within days " * 3]
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        logits = model(**tokenizer([QUERY] * 3, texts, padding=True, return_tensors="pt")).logits[:, 0]
    found = reranker.scores(QUERY, texts)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, torch.sigmoid(logits).numpy(), atol=1e-5)
    assert reranker.scores(QUERY, []).shape == (0,)


def test_several_threads_may_score_at_once(reranker):
    texts = ["free returns", "退货", "refund within days"]
    expected = reranker.scores(QUERY, texts)
    with ThreadPoolExecutor(6) as pool:
        for scores in pool.map(lambda _: reranker.scores(QUERY, texts), range(24)):
            np.testing.assert_allclose(scores, expected, atol=1e-6)


def test_the_best_hits_come_in_the_order_of_the_reranker_and_the_others_after_them(knowledge, reranker, monkeypatch):
    before, after = plain(knowledge, monkeypatch, 30), knowledge.search(QUERY, 30)
    first = [hit.chunk for hit in before[:RERANKED]]
    order = np.argsort(-reranker.scores(QUERY, [chunk.indexed_text for chunk in first]), kind="stable")
    assert [hit.chunk.id for hit in after[:RERANKED]] == [first[place].id for place in order]
    assert [hit.chunk.id for hit in after[:RERANKED]] != [chunk.id for chunk in first]
    assert [hit.chunk.id for hit in after[RERANKED:]] == [hit.chunk.id for hit in before[RERANKED:]]


def test_places_keep_their_calibrated_scores(knowledge, monkeypatch):
    assert [hit.score for hit in knowledge.search(QUERY, 30)] == [hit.score for hit in plain(knowledge, monkeypatch, 30)]


def test_a_hit_does_not_depend_on_how_many_are_asked_for(knowledge):
    assert knowledge.search(QUERY, 3) == knowledge.search(QUERY, 30)[:3]


def test_nothing_found_stays_nothing(knowledge):
    assert knowledge.search("?!", 5) == []


@pytest.mark.parametrize(
    ("scores", "trained_head", "sentence"),
    [
        (1, False, r"has not learned to score pairs \(it is of the kind 'BertModel'\); give a cross-encoder"),
        (3, True, r"gives 3 scores a pair instead of one; give a cross-encoder that was trained to rank\.$"),
    ],
)
def test_a_model_that_cannot_rank_is_refused_in_one_sentence(tmp_path, scores, trained_head, sentence):
    with pytest.raises(RerankerError, match=sentence):
        CrossEncoderReranker(str(make_tiny_cross_encoder(tmp_path / "model", scores, trained_head)))


def test_a_folder_that_holds_no_model_is_told_in_one_sentence(tmp_path):
    with pytest.raises(RerankerError, match=r"is no cross-encoder that can be read here; give the folder of a complete model"):
        CrossEncoderReranker(str(tmp_path))


def test_an_unknown_name_fails_with_the_remedy_when_the_hub_does_not_answer(monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.hf_api.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(RerankerError, match=r"'nobody/no-such-model' is no cross-encoder .* check the name and the network"):
        CrossEncoderReranker("nobody/no-such-model")


def test_the_setting_reorders_what_the_shop_finds_and_a_bad_one_stops_the_start(folder, tmp_path):
    document = tmp_path / "terms.csv"
    rows = [f"free shipping {word} {number},{word * 3}" for number, word in enumerate(WORDS * 2)]
    document.write_text("\n".join(["question,answer", *rows]), "utf-8")
    orders = []
    for reranker in ("", str(folder)):
        with bot.open(tmp_path / "data", encoder=STATIC, reranker=reranker) as shopdesk:
            shopdesk.load([document], kind="documents")
            orders.append([hit["id"] for hit in shopdesk.search(QUERY, 12)])
    assert orders[0] != orders[1]
    with pytest.raises(SettingsError, match="leave the setting empty"), bot.open(tmp_path / "data", reranker=str(tmp_path)):
        pass

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.encoder import main as benchmark_encoder
from knowledge_base.encoder import Encoder
from knowledge_base.encoders import BUILTIN, STATIC, EncoderError, load_encoder
from knowledge_base.static_encoder import MAX_TOKENS, WEIGHTS, StaticEncoder


@pytest.fixture(scope="module")
def static() -> Encoder:
    return load_encoder(STATIC)


@pytest.fixture(scope="module", params=[BUILTIN, STATIC])
def shipped(request) -> Encoder:
    return load_encoder(request.param)


def closest(encoder: Encoder, query: str, passages: list[str]) -> str:
    return passages[int(np.argmax(encoder.encode(passages) @ encoder.encode([query])[0]))]


PASSAGES_EN = [
    "Unworn items can be returned within 30 days for a full refund.",
    "Standard delivery takes three to five working days.",
    "We accept credit cards and PayPal.",
    "Electronics carry a two-year warranty.",
    "The tent sleeps four people.",
]
PASSAGES_ZH = [
    "未穿过的商品30天内可以退货并全额退款。",
    "普通快递三到五个工作日送达。",
    "支持信用卡和支付宝付款。",
    "电子产品享有两年质保。",
    "帐篷可以睡四个人。",
]
QUESTIONS = [
    ("Can I send it back for a refund?", "我想退货退款", 0),
    ("When will my package arrive?", "快递几天能到？", 1),
    ("How can I pay?", "怎么付款？", 2),
    ("Is there a warranty on electronics?", "电子产品有质保吗？", 3),
    ("How many persons fit in the tent?", "帐篷能住几个人？", 4),
]


@pytest.mark.parametrize(("english", "chinese", "answer"), QUESTIONS)
def test_a_question_in_either_language_finds_its_passage_in_either_language(shipped, english, chinese, answer):
    for passages in (PASSAGES_EN, PASSAGES_ZH):
        assert closest(shipped, english, passages) == passages[answer]
        assert closest(shipped, chinese, passages) == passages[answer]


def test_traditional_characters_mean_what_simplified_ones_mean(static):
    traditional, simplified = static.encode(["運費怎麼計算？", "运费怎么计算？"])
    np.testing.assert_array_equal(traditional, simplified)


@pytest.mark.parametrize("variant", ["FREE SHIPPING", "free shipping!!", "  Free   Shipping", "Ｆｒｅｅ ｓｈｉｐｐｉｎｇ"])
def test_case_width_spacing_and_punctuation_do_not_change_a_vector(static, variant):
    vectors = static.encode(["free shipping", variant])
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_vectors_are_unit_length_float32_rows_in_the_order_of_the_texts(static):
    texts = [f"order number {number} 什么时候发货" for number in range(150)]
    vectors = static.encode(texts)
    assert vectors.shape == (150, static.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(vectors[70], static.encode([texts[70]])[0])


@pytest.mark.parametrize("text", ["", "   ", "?!…。，", "🙂👍", "\x00\x07"])
def test_a_text_without_words_has_the_zero_vector_and_spoils_no_neighbour(static, text):
    vectors = static.encode(["delivery", text, "退货"])
    assert not vectors[1].any()
    np.testing.assert_array_equal(vectors[[0, 2]], static.encode(["delivery", "退货"]))
    assert static.count_tokens(text) == 0


def test_no_text_at_all_gives_no_vectors(static):
    assert static.encode([]).shape == (0, static.dimension)


def test_an_unknown_word_is_read_in_pieces_rather_than_ignored(static):
    assert static.encode(["frobnicatorium"]).any()
    assert static.count_tokens("frobnicatorium") > 1


def test_token_counts_grow_with_the_text_in_both_languages(static):
    assert static.count_tokens("free returns") == 2
    assert 2 <= static.count_tokens("七天无理由退货") <= 7
    assert static.count_tokens("free returns " * 5000) == 10000


def test_words_far_behind_in_a_huge_text_are_left_out_of_its_vector(static):
    head = "delivery " * MAX_TOKENS
    np.testing.assert_array_equal(static.encode([head + "warranty"]), static.encode([head]))


def test_another_process_computes_the_same_vector_without_torch(static):
    program = (
        "import sys; from knowledge_base.encoders import load_encoder; "
        "vector = load_encoder('builtin-static').encode(['包邮吗 free shipping'])[0]; "
        "assert not {'torch', 'transformers', 'onnxruntime'} & set(sys.modules); print(vector.tobytes().hex())"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == static.encode(["包邮吗 free shipping"])[0].tobytes().hex()


def test_the_name_tells_these_weights_from_others(static, tmp_path):
    assert static.name.startswith("shopdesk-static-")
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "config.json").write_text(json.dumps({"name": "other"}))
    assert StaticEncoder.load(tmp_path).name == "other"


def test_the_shipped_weights_stay_small():
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 12e6


@pytest.mark.parametrize("name", ["config.json", "vectors.npz", "tokenizer.json.gz", "traditional.txt"])
@pytest.mark.parametrize("damage", ["missing", "cut off"])
def test_a_missing_or_damaged_file_is_told_in_one_sentence(tmp_path, name, damage):
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).unlink()
    if damage == "cut off":
        (tmp_path / name).write_bytes((WEIGHTS / name).read_bytes()[:11])
    with pytest.raises(EncoderError, match=r"cannot be read .* install the package again\.$"):
        StaticEncoder.load(tmp_path)


@pytest.mark.parametrize("spec", ["", "  "])
def test_an_encoder_must_be_named(spec):
    with pytest.raises(EncoderError, match="must be named"):
        load_encoder(spec)


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory) -> Path:
    """A real sentence-transformers model with untrained random vectors for a few words."""
    sentence_transformers = pytest.importorskip("sentence_transformers")
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[UNK]", "free", "shipping", "returns", "within", "days"]
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    weights = np.random.default_rng(3).normal(size=(len(words), 12)).astype(np.float32)
    path = tmp_path_factory.mktemp("encoder") / "tiny"
    sentence_transformers.SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=weights)]).save(str(path))
    return path


def test_a_sentence_transformers_model_loads_by_path_and_gives_unit_vectors(tiny_model):
    encoder = load_encoder(str(tiny_model))
    vectors = encoder.encode(["free shipping", "", "returns within days"])
    assert encoder.dimension == 12
    assert str(tiny_model) in encoder.name
    assert vectors.shape == (3, 12)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1], atol=1e-5)
    assert encoder.encode([]).shape == (0, 12)
    assert encoder.count_tokens("free returns within days") == 4


def test_a_folder_that_holds_no_model_is_told_in_one_sentence(tmp_path):
    pytest.importorskip("sentence_transformers")
    with pytest.raises(EncoderError, match=r"is no sentence-transformers model that can be read here; give the folder"):
        load_encoder(str(tmp_path))


def test_an_unknown_name_fails_with_the_remedy_when_the_hub_does_not_answer(monkeypatch):
    pytest.importorskip("sentence_transformers")
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.hf_api.constants.ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(EncoderError, match=r"'nobody/no-such-model' is no .* check the name and the network"):
        load_encoder("nobody/no-such-model")


CROSS_LINGUAL = Path(__file__).parents[1] / "benchmarks" / "data"


@pytest.mark.parametrize("encoder", [BUILTIN, STATIC])
@pytest.mark.parametrize("direction", ["zh_en", "en_zh"])
def test_questions_find_shop_passages_of_the_other_language(direction, encoder, capsys):
    assert benchmark_encoder([str(CROSS_LINGUAL / f"crosslingual_shop_{direction}"), "--encoder", encoder, "--json"]) == 0
    (figures,) = json.loads(capsys.readouterr().out)["figures"]
    assert figures["recall_at_5"] >= 0.9
    assert figures["ndcg_at_10"] >= 0.8


def test_a_shipped_encoder_is_read_once_in_a_process_and_shares_its_static_half():
    assert load_encoder("builtin") is load_encoder(" builtin ")
    assert load_encoder("builtin").static is load_encoder(STATIC)

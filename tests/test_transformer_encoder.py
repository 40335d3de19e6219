from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from benchmarks.training import export, restore
from knowledge_base import encoders
from knowledge_base.encoder import EncoderError
from knowledge_base.encoders import load_encoder
from knowledge_base.static_encoder import StaticEncoder
from knowledge_base.transformer_encoder import TransformerEncoder
from tests.tiny_encoder import make_tiny_checkpoint

LIMIT = 24
TEXTS = [
    "free shipping within thirty days?",
    "怎么计算运费",
    "order 退货 late",
    "refund",
    "七天包邮吗 free returns",
    "快递怎么 late. late. late.",
    "returns within days. free refund. order shipping late, thirty days?",
]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    return folder, make_tiny_checkpoint(folder)


@pytest.fixture(scope="module")
def shipped(checkpoint, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shipped")
    mean, least = export.export(checkpoint[0], folder, LIMIT, TEXTS)
    assert mean >= least > 0.99
    return folder


@pytest.fixture(scope="module")
def encoder(shipped) -> TransformerEncoder:
    return TransformerEncoder.load(shipped)


def test_vectors_come_near_those_of_the_model_that_was_exported(encoder, checkpoint):
    import torch

    folder, model = checkpoint
    tokenizer = export.BilingualTokenizer.load(folder)
    expected = []
    for ids in tokenizer.encode_batch(TEXTS, LIMIT - 2):
        with torch.inference_mode():
            mean = model(input_ids=torch.tensor([[101, *ids, 102]])).last_hidden_state[0].mean(0)
        expected.append((mean / mean.norm()).numpy())
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 64)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    cosines = vectors @ np.stack(expected).T
    assert cosines.diagonal().min() > 0.99
    assert cosines[~np.eye(len(TEXTS), dtype=bool)].max() < 0.98


def test_a_checkpoint_restored_from_what_ships_gives_nearly_the_same_vectors_again(shipped, encoder, checkpoint, tmp_path):
    restore.save(restore.encoder_state(shipped), tmp_path / "checkpoint.pt")
    for name in ("han.json.gz", "latin.json.gz", "traditional.txt"):
        shutil.copyfile(shipped / name, tmp_path / name)
    export.export(tmp_path, tmp_path / "again", LIMIT, TEXTS)
    again = TransformerEncoder.load(tmp_path / "again")
    assert (again.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).min() > 0.99
    state, original = (
        export.read_checkpoint(tmp_path / "checkpoint.pt"),
        export.read_checkpoint(checkpoint[0] / "checkpoint.pt"),
    )
    assert {name: weight.shape for name, weight in state.items() if "position" not in name} == {
        name: weight.shape for name, weight in original.items() if "position" not in name
    }


def test_a_text_has_the_same_vector_alone_and_in_any_company_whatever_the_number_of_threads(shipped, encoder):
    company = [text + more for more in ("", " free", "退货退货", " late order returns?") for text in TEXTS]
    together = encoder.encode(company)
    alone = np.stack([encoder.encode([text])[0] for text in company])
    np.testing.assert_array_equal(together, alone)
    np.testing.assert_array_equal(encoder.encode(company[::-1])[::-1], alone)
    for threads in (1, 3):
        np.testing.assert_array_equal(TransformerEncoder.load(shipped, threads).encode(company), alone)


def test_several_threads_may_encode_at_once(encoder):
    expected = encoder.encode(TEXTS)
    with ThreadPoolExecutor(6) as pool:
        for vectors in pool.map(lambda _: encoder.encode(TEXTS), range(24)):
            np.testing.assert_array_equal(vectors, expected)


@pytest.mark.parametrize("text", ["", "   ", "🙂", "\x00\x07"])
def test_a_text_without_known_tokens_has_the_zero_vector_and_spoils_no_neighbour(encoder, text):
    vectors = encoder.encode(["free returns", text, "退货"])
    assert not vectors[1].any()
    np.testing.assert_array_equal(vectors[[0, 2]], encoder.encode(["free returns", "退货"]))
    assert encoder.count_tokens(text) == 0


def test_no_text_at_all_gives_no_vectors(encoder):
    assert encoder.encode([]).shape == (0, 64)


def test_traditional_characters_and_upper_case_mean_what_simplified_ones_and_lower_case_mean(encoder):
    vectors = encoder.encode(["運費怎么計算 free", "运费怎么计算 FREE"])
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_tokens_beyond_the_limit_do_not_count(encoder):
    head = "free returns " * (LIMIT // 2 - 1)
    vectors = encoder.encode([head, head + "退货", "退货 " + head])
    np.testing.assert_array_equal(vectors[0], vectors[1])
    assert not np.array_equal(vectors[0], vectors[2])
    assert encoder.count_tokens(head + "退货") == LIMIT - 1


def test_no_sum_of_two_products_of_bytes_exceeds_sixteen_bits(shipped):
    import onnx

    constants = onnx.load(shipped / "layers.onnx").graph.initializer
    weights = [onnx.numpy_helper.to_array(c) for c in constants if c.data_type == onnx.TensorProto.INT8 and len(c.dims) == 2]
    assert len(weights) == 2 * 4
    assert max(2 * 255 * int(np.abs(values.astype(int)).max()) for values in weights) < 2**15


def test_another_process_computes_the_same_vector_without_torch(shipped, encoder):
    program = (
        "import sys; from pathlib import Path; from knowledge_base.transformer_encoder import TransformerEncoder; "
        "vector = TransformerEncoder.load(Path(sys.argv[1]), 1).encode(['包邮吗 free shipping'])[0]; "
        "assert not {'torch', 'transformers', 'onnx'} & set(sys.modules); print(vector.tobytes().hex())"
    )
    result = subprocess.run([sys.executable, "-c", program, str(shipped)], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == encoder.encode(["包邮吗 free shipping"])[0].tobytes().hex()


def test_the_name_follows_the_weights(checkpoint, shipped, encoder, tmp_path):
    import torch

    shutil.copytree(checkpoint[0], tmp_path / "changed")
    state = torch.load(tmp_path / "changed" / "checkpoint.pt")
    state["encoder.layer.1.output.dense.weight"] *= 0.9
    torch.save(state, tmp_path / "changed" / "checkpoint.pt")
    names = {encoder.name}
    for source in (checkpoint[0], tmp_path / "changed"):
        export.export(source, tmp_path / "out", LIMIT, TEXTS)
        names.add(TransformerEncoder.load(tmp_path / "out").name)
    assert len(names) == 2
    assert all(name.startswith("shopdesk-minilm-") for name in names)


def test_weights_and_tokenizer_of_two_trainings_are_refused(checkpoint, tmp_path):
    import torch

    shutil.copytree(checkpoint[0], tmp_path / "mixed")
    state = torch.load(tmp_path / "mixed" / "checkpoint.pt")
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][:-1]
    torch.save(state, tmp_path / "mixed" / "checkpoint.pt")
    with pytest.raises(SystemExit, match=r"has 123 token vectors and the tokenizer 124 tokens"):
        export.export(tmp_path / "mixed", tmp_path / "out", LIMIT, TEXTS)


FILES = ["config.json", "rows.npy", "scales.npy", "positions.npy", "layers.onnx", "latin.json.gz", "han.json.gz"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["missing", "cut off"])
def test_a_missing_or_damaged_file_is_told_in_one_sentence(shipped, tmp_path, name, damage):
    shutil.copytree(shipped, tmp_path, dirs_exist_ok=True)
    (tmp_path / name).unlink()
    if damage == "cut off":
        (tmp_path / name).write_bytes((shipped / name).read_bytes()[:100] if name != "config.json" else b"{")
    with pytest.raises(EncoderError, match=r"^The encoder in .* cannot be read .*; install the package again\.$"):
        TransformerEncoder.load(tmp_path)


def test_files_of_two_exports_are_not_mixed(shipped, tmp_path):
    shutil.copytree(shipped, tmp_path, dirs_exist_ok=True)
    np.save(tmp_path / "rows.npy", np.zeros((5, 64), dtype=np.int8))
    with pytest.raises(EncoderError, match=r"124 tokens, 5 rows and 124 scales"):
        TransformerEncoder.load(tmp_path)


def test_the_builtin_encoder_joins_the_transformer_and_the_static_one_which_has_its_own_name():
    static = load_encoder(f" {encoders.STATIC} ")
    assert isinstance(static, StaticEncoder)
    name, _, second = load_encoder("builtin").name.partition("+")
    assert name == TransformerEncoder.load().name
    assert static.name.endswith(second)
    texts = ["Returns are free within 30 days.", "30 天内免费退货。", "订单 SD-12 shipped yesterday", "🙂"]
    joined, alone = load_encoder("builtin").encode(texts), TransformerEncoder.load().encode(texts)
    assert joined.shape == (4, alone.shape[1] + static.dimension)
    cosines = joined @ joined.T
    between = sorted([float(alone[0] @ alone[1]), float((static.encode(texts) @ static.encode(texts).T)[0, 1])])
    assert between[0] < cosines[0, 1] < between[1]
    assert not joined[3].any()

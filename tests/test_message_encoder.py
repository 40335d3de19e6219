import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.training import restore
from bot.understanding.message_encoder import HEADS, TASKS, WEIGHTS, MessageEncoder
from knowledge_base.encoder import EncoderError
from knowledge_base.transformer_encoder import SCALES
from knowledge_base.transformer_encoder import WEIGHTS as ENCODER

TEXTS = ["where is my parcel", "一点都不好用，后悔买了", "I can't say enough good things about this kettle", "", "能开票吗"]


@pytest.fixture(scope="module")
def shipped() -> MessageEncoder:
    return MessageEncoder.load()


@pytest.mark.parametrize("task", TASKS)
def test_a_text_has_the_same_scores_alone_and_among_others(shipped: MessageEncoder, task: str) -> None:
    among = shipped.logits(task, TEXTS)
    alone = np.concatenate([shipped.logits(task, [text]) for text in TEXTS])
    assert np.allclose(among, alone, atol=1e-5)


@pytest.mark.parametrize(
    ("worse", "better"),
    [("this kettle is not good at all", "this kettle is good"), ("一点都不好用", "真好用"),
     ("the first one was great, this one is junk", "the first one was junk, this one is great")],
)  # fmt: skip
def test_it_hears_how_words_go_together(shipped: MessageEncoder, worse: str, better: str) -> None:
    scores = shipped.logits("tone", [worse, better])
    polarity = scores[:, 2] - scores[:, 0]
    assert polarity[0] < polarity[1]


def test_a_long_review_is_read_beyond_what_the_layers_take_at_once(shipped: MessageEncoder) -> None:
    story = "We bought it for the flat and set it up on a Sunday with my brother, who lives next door. " * 8
    texts = [
        f"{story}{end}" for end in ("It broke at once, awful, we hate it. " * 3, "It is wonderful, we love it so much. " * 3)
    ]
    scores = shipped.logits("tone", texts)
    polarity = scores[:, 2] - scores[:, 0]
    assert polarity[0] < polarity[1]
    assert np.allclose(np.linalg.norm(shipped.encode(texts), axis=1), 1, atol=1e-5)


def test_it_refuses_the_tokens_of_another_encoder_and_tells_of_damage(tmp_path: Path) -> None:
    other = tmp_path / "encoder"
    shutil.copytree(ENCODER, other)
    np.save(other / SCALES, np.load(ENCODER / SCALES) * np.float32(1.01))
    with pytest.raises(EncoderError, match="other token vectors"):
        MessageEncoder.load(encoder=other)
    damaged = tmp_path / "messages"
    shutil.copytree(WEIGHTS, damaged)
    (damaged / HEADS).write_bytes(b"nothing")
    with pytest.raises(EncoderError, match="The message encoder in"):
        MessageEncoder.load(damaged)


def test_training_can_go_on_from_what_ships() -> None:
    state = restore.message_state(WEIGHTS)
    assert state["intent.weight"].shape == (28, 384) and state["tone.weight"].shape == (3, 384)
    assert state["embeddings.position_embeddings.weight"].shape == (128, 384)
    assert sum(name.endswith("query.weight") for name in state) == 3

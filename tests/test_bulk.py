"""Bulk work: on several processes and on a Ray cluster it gives what one machine gives."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

import bot
from benchmarks.voices_generated import generated_voices
from bot.errors import SettingsError
from bot.marketing.insight.aspects import seeds
from bot.marketing.insight.insights import find
from bot.marketing.insight.opinions import read_batch
from knowledge_base.bulk import map_batches
from knowledge_base.cluster_encoder import MANY, ClusterEncoder
from knowledge_base.encoders import STATIC, load_encoder

ON_RAY = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")
QUESTIONS = [(f"How long is the warranty of lamp number {n}?", f"Lamp {n} has a warranty of {n} months.") for n in range(90)]


@pytest.fixture(scope="module")
def cluster():
    """A Ray of this machine, ended after the tests."""
    ray = pytest.importorskip("ray")
    ray.init(include_dashboard=False, log_to_driver=False, num_cpus=2)
    yield
    ray.shutdown()


@pytest.mark.slow
def test_batches_on_several_processes_give_what_one_gives():
    batches = [(seeds(), [text.text for text in generated_voices(5, seed)]) for seed in range(5)]
    assert list(map_batches(read_batch, batches)) == [read_batch(batch) for batch in batches]


@ON_RAY
@pytest.mark.slow
def test_insights_on_ray_are_those_of_one_machine(cluster):
    voices = generated_voices(1500, 3)
    encode = load_encoder(STATIC).encode
    assert find(voices, encode, "ray") == find(voices, encode)


@ON_RAY
@pytest.mark.slow
@pytest.mark.parametrize("spec", ["builtin", STATIC])
def test_vectors_made_on_ray_are_those_of_one_machine(cluster, spec):
    encoder = load_encoder(spec)
    texts = [text for pair in QUESTIONS for text in pair] + ["", "退货要多久？"]
    assert len(texts) >= MANY
    np.testing.assert_array_equal(ClusterEncoder(encoder, spec).encode(texts), encoder.encode(texts))


@ON_RAY
@pytest.mark.slow
def test_documents_loaded_on_ray_are_found_as_on_one_machine(cluster, tmp_path):
    rows = [f"{question},{answer}" for question, answer in QUESTIONS]
    (tmp_path / "faq.csv").write_text("\n".join(["question,answer", *rows]), "utf-8")
    found = []
    for workers in ("processes", "ray"):
        with bot.open(tmp_path / workers, bulk_workers=workers) as shopdesk:
            shopdesk.load([tmp_path / "faq.csv"])
            found.append([shopdesk.search(QUESTIONS[number][0], 5) for number in (3, 40, 88)])
    assert found[0] == found[1] and "40 months" in found[0][1][0]["text"]


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed")
def test_ray_that_is_not_installed_is_told_with_the_remedy(tmp_path):
    with pytest.raises(SettingsError, match="pip install 'shopdesk\\[ray\\]'"):
        bot.open(tmp_path, bulk_workers="ray")

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.encoder import Encoder
from knowledge_base.encoders import load_encoder


@pytest.fixture(scope="module")
def builtin() -> Encoder:
    return load_encoder("builtin")


def test_the_shipped_encoder_gives_unit_vectors(builtin):
    vectors = builtin.encode(["Where is my parcel?", "我的快递到哪了？"])
    assert vectors.shape == (2, builtin.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

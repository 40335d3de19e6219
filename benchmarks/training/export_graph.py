"""The layers of a BERT as an ONNX graph, from looked-up token vectors to unit vectors of texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from knowledge_base.transformer_encoder import INPUT, OUTPUT

EPSILON = 1e-12
OURS = "com.microsoft"
"""The operations that onnxruntime adds to the standard ones."""
LEAST_GELU = -0.17
"""The activation function is nowhere below this."""

State = Mapping[str, NDArray[np.float32]]
Floats = NDArray[np.float32]


class Linear(Protocol):
    """Adds a matrix product with its bias to a graph."""

    def __call__(self, graph: Graph, states: str, name: str, weights: Floats, bias: Floats, least: float | None = None) -> str:
        """The output of ``states @ weights + bias``; no element of ``states`` is below ``least``, where that is known."""
        ...


class Graph:
    """An ONNX graph in the making."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def constant(self, name: str, values: ArrayLike) -> str:
        """Store ``values``; their name."""
        self._constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def add(self, kind: str, *inputs: str, output: str | None = None, domain: str = "", **attributes: Any) -> str:
        """One operation with one output; the output's name."""
        output = output or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], domain=domain, **attributes))
        return output

    def split(self, name: str, parts: int) -> list[str]:
        """Cut the last of three axes into equal parts; their names."""
        names = [f"{name}_{part}" for part in range(parts)]
        self._nodes.append(helper.make_node("Split", [name], names, axis=2, num_outputs=parts))
        return names

    def model(self, size: int, more: Sequence[str] = ()) -> ModelProto:
        """The finished graph; ``more`` names further outputs than the vectors."""
        taken = helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ["texts", "tokens", size])
        given = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["texts", size])
        further = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in more]
        graph = helper.make_graph(self._nodes, "layers", [taken], [given, *further], self._constants)
        versions = [helper.make_opsetid("", 18), helper.make_opsetid(OURS, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=9)


def layers(state: State, linear: Linear, heads: int) -> Graph:
    """The layers of a BERT with the mean of their last states, from looked-up token vectors to unit vectors."""
    graph = Graph()
    norms = [graph.constant(f"norm.{part}", state[f"embeddings.LayerNorm.{part}"]) for part in ("weight", "bias")]
    states = graph.add("LayerNormalization", INPUT, *norms, epsilon=EPSILON)
    for number in range(1 + max(int(found[1]) for name in state if (found := re.match(r"encoder\.layer\.(\d+)\.", name)))):
        prefix = f"encoder.layer.{number}."
        states = _layer(graph, {name.removeprefix(prefix): state[name] for name in state}, prefix, states, linear, heads)
    mean = graph.add("ReduceMean", states, graph.constant("tokens", np.array([1])), keepdims=0)
    graph.add("LpNormalization", mean, output=OUTPUT, axis=-1, p=2)
    return graph


def _layer(graph: Graph, state: State, prefix: str, states: str, linear: Linear, heads: int) -> str:
    def dense(states: str, *parts: str, least: float | None = None) -> str:
        weights = np.concatenate([state[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([state[f"{part}.bias"] for part in parts])
        return linear(graph, states, prefix + parts[0], weights, bias, least)

    def added(states: str, more: str, part: str) -> str:
        norms = [graph.constant(prefix + part + end, state[part + end]) for end in (".weight", ".bias")]
        return graph.add("LayerNormalization", graph.add("Add", states, more), *norms, epsilon=EPSILON)

    three = dense(states, *(f"attention.self.{part}" for part in ("query", "key", "value")))
    attended = graph.add("MultiHeadAttention", *graph.split(three, 3), domain=OURS, num_heads=heads)
    states = added(states, dense(attended, "attention.output.dense"), "attention.output.LayerNorm")
    between = graph.add("Gelu", dense(states, "intermediate.dense"), domain=OURS)
    return added(states, dense(between, "output.dense", least=LEAST_GELU), "output.LayerNorm")


def exact(graph: Graph, states: str, name: str, weights: Floats, bias: Floats, least: float | None = None) -> str:
    """A product of float32."""
    return graph.add("Add", graph.add("MatMul", states, graph.constant(name, weights)), graph.constant(f"{name}.bias", bias))

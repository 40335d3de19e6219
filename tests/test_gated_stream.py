import itertools

from bot.generation.fact_gate.gated_stream import Piece, Rejected, gate
from bot.types import Evidence

POLICY = Evidence(
    "p", "passage", "p.md", "Policy", "Unused items can be returned within 30 days. The jacket is not waterproof.", "en"
)


def run(text: str) -> list[Piece | Rejected]:
    return list(gate((text[i : i + 4] for i in range(0, len(text), 4)), [POLICY]))


def test_supported_text_comes_out_whole() -> None:
    text = "Happy to help! Unused items can be returned within thirty days [1].\n\n- Unused items: 30 days [1]"
    assert "".join(item.text for item in run(text) if isinstance(item, Piece)) == text


def test_words_without_a_claim_are_released_before_their_sentence_ends() -> None:
    items = gate(itertools.chain(["Happy to ", "help you "], iter(lambda: "", None)), [POLICY])
    assert next(items) == Piece("Happy to ")


def test_nothing_of_an_unsupported_figure_or_promise_is_released() -> None:
    for text, hidden in (("Sure. Returns take 90 days now.", "90"), ("Sure. You get a full refund always.", "full refund")):
        items = run(text)
        assert isinstance(items[-1], Rejected) and items[-1].problems
        assert hidden not in "".join(item.text for item in items if isinstance(item, Piece))


def test_a_number_split_over_pieces_is_held() -> None:
    items = list(gate(iter(["Within 3", "0", "0 days", " you can return unused items."]), [POLICY]))
    assert not any(isinstance(item, Piece) and "3" in item.text for item in items)
    assert isinstance(items[-1], Rejected)


def test_what_the_evidence_denies_is_held_and_rejected() -> None:
    items = run("The jacket is waterproof.")
    assert isinstance(items[-1], Rejected)
    assert "waterproof" not in "".join(item.text for item in items if isinstance(item, Piece))

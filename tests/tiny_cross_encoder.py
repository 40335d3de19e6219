"""Real, tiny, untrained transformers models that read a pair of texts, made on the spot."""

from __future__ import annotations

from pathlib import Path

WORDS = ["free", "returns", "shipping", "refund", "within", "days", "退", "货", "运", "费"]


def make_tiny_cross_encoder(folder: Path, scores: int = 1, trained_head: bool = True) -> Path:
    """Write a BERT that gives ``scores`` numbers a pair, or one without any such head."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), "utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        num_labels=scores,
        initializer_range=0.5,
    )
    model = BertForSequenceClassification(config) if trained_head else BertModel(config)
    model.eval().save_pretrained(folder)
    return folder

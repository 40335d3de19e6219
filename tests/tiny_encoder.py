"""A real, tiny, untrained checkpoint of the shipped encoder's kind, with its tokenizer, made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from knowledge_base.bilingual_tokenizer import HAN, LATIN
from knowledge_base.tokenizer_file import write_tokenizer

LATIN_WORDS = ["free", "returns", "ship", "##ping", "within", "thirty", "days", "refund", "order", "late", "?", "."]
HAN_WORDS = ["退货", "运费", "快递", "怎么", "计算", "包邮", "天", "七", "吗"]


def make_tiny_checkpoint(folder: Path) -> Any:
    """Write ``checkpoint.pt`` and the tokenizer's files to ``folder``; the BERT that they hold."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    words = ["[PAD]", *(f"[unused{number}]" for number in range(99)), "[UNK]", "[CLS]", "[SEP]", *LATIN_WORDS]
    latin = Tokenizer(models.WordPiece({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    latin.normalizer, latin.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    write_tokenizer(latin, folder / LATIN)
    pieces = [("[UNK]", 0.0), *((word, -float(number + 2)) for number, word in enumerate(HAN_WORDS))]
    write_tokenizer(Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False)), folder / HAN)
    (folder / "traditional.txt").write_text("運运\n費费\n計计\n遞递\n", "utf-8")
    torch.manual_seed(5)
    size = len(words) + len(HAN_WORDS)
    config = BertConfig(
        vocab_size=size,
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=128,
        max_position_embeddings=64,
        initializer_range=0.2,
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    torch.save(model.state_dict(), folder / "checkpoint.pt")
    return model

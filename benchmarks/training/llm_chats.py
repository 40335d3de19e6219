"""Chats as a language model learns from them: only what the assistant says last counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.errors import LoadError
from bot.generation.transformers_model import prompt_text

IGNORED = -100
Row = dict[str, list[int]]


def read_chats(path: Path) -> list[list[dict[str, str]]]:
    """The messages of each line of a file as `shopdesk export-training` writes it.

    Raises:
        LoadError: there is no such file, or a line holds no chat that ends with the assistant.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise LoadError(f"{str(path)!r} cannot be read ({error.strerror}): run shopdesk export-training first.") from error
    return [_chat(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _chat(path: Path, number: int, line: str) -> list[dict[str, str]]:
    try:
        chat: list[dict[str, str]] = json.loads(line)["messages"]
        if chat[-1]["role"] == "assistant" and all(isinstance(said["content"], str) for said in chat):
            return chat
    except (ValueError, KeyError, TypeError, IndexError):
        pass
    raise LoadError(f"{str(path)!r}, line {number}, is no chat that ends with the assistant: export the data again.")


def encoded(chats: Iterable[list[dict[str, str]]], tokenizer: Any, longest: int) -> Iterator[Row]:
    """Token ids with labels that ignore all but the answer and its end; chats of more than ``longest`` tokens are left out."""
    for chat in chats:
        asked, special = prompt_text(tokenizer, chat[:-1])
        given = tokenizer(asked, add_special_tokens=special)["input_ids"]
        answer = tokenizer(_answer(tokenizer, chat, asked), add_special_tokens=False)["input_ids"]
        if len(given) + len(answer) <= longest:
            yield {
                "input_ids": given + answer,
                "attention_mask": [1] * len(given + answer),
                "labels": [IGNORED] * len(given) + answer,
            }


def _answer(tokenizer: Any, chat: list[dict[str, str]], asked: str) -> str:
    """The answer with what the model's own template sets behind it, and with the token that ends a text in any case."""
    text = chat[-1]["content"]
    if tokenizer.chat_template:
        whole = tokenizer.apply_chat_template(chat, tokenize=False)
        text = whole.removeprefix(asked) if whole.startswith(asked) else text
    return text if tokenizer.eos_token in text else text + tokenizer.eos_token

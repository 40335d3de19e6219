"""Instructions hidden in documents: a passage is material for an answer, never an order to whoever writes it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.types import Evidence
from knowledge_base.sentences import sentence_spans

_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,24}\b(?:previous|prior|above|earlier|preceding|all|any|your)\b"
    r"[^.!?\n]{0,24}\b(?:instructions?|prompts?|rules?|guidelines|directives)\b"
    r"|\b(?:system prompt|(?:system|developer|hidden) instructions?)\b"
    r"|\byou are (?:now|no longer)\b[^.!?\n]{0,40}\b(?:assistant|ai|bot|chatbot|model|gpt|dan)\b"
    r"|\b(?:note|message|instructions?|attention) (?:to|for) (?:the |any |all )?"
    r"(?:ai|assistants?|chatbots?|bots?|language models?|llms?)\b"
    r"|<\|?\s*(?:im_start|im_end|system|assistant)\s*\|?>|\[/?(?:INST|SYS)\]"
    r"|(?:忽略|无视|無視|忘记|忘掉|不要理会|不用理会|跳过|绕过)[^。！？；\n]{0,8}(?:以上|之前|前面|上面|上述|先前|此前|所有|一切|任何|系统)"
    r"[^。！？；\n]{0,8}(?:指令|指示|命令|提示词|提示|规则|要求|设定)"
    r"|系统提示词|系统指令|你现在(?:扮演|是一[个名位])|(?:致|给|通知)(?:人工智能|AI|大模型|语言模型|机器人|智能助手)",
    re.IGNORECASE,
)
_LONGEST = 100_000


def without_instructions(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The passages up to the first sentence that gives orders to a language model; those that begin with one are left out.

    What is left of a passage is verbatim. All that follows such a sentence is dropped too: it has the same author.
    """
    kept = (_before_the_first_order(passage) for passage in evidence)
    return tuple(passage for passage in kept if passage.text.strip())


def _before_the_first_order(passage: Evidence) -> Evidence:
    text = passage.text[:_LONGEST]
    if not _ORDER.search(text):
        return passage
    for start, end in sentence_spans(text):
        if _ORDER.search(text[start:end]):
            return replace(passage, text=text[:start].rstrip())
    return replace(passage, text="")

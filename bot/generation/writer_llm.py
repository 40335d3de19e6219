"""Writes with a language model: one prompt file per action, evidence fenced as data, everything within the token budget."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING

import prompts
from bot.errors import ModelError
from bot.generation.brief import Brief
from bot.generation.llm_stream import ModelStream
from bot.generation.product_text import CHOSEN
from bot.generation.token_budget import CountTokens, fit
from bot.settings.profile import ShopProfile
from bot.types import ActionName, Evidence, LanguageCode, Message, Product, PromptStamp

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

NOTHING = "-"
PROMPT_OF = {"answer": "answer", "recommend": "recommend", "guide": "guide", "compare": "compare"}
REWRITE_S, FOLLOW_UPS_S = 2.0, 4.0
_TONES = {"zh": {"friendly": "亲切", "formal": "正式"}}
_NO_RULES: Mapping[LanguageCode, str] = {"en": "none", "zh": "无"}


class LlmWriter:
    """Implements :class:`bot.generation.brief.Writer` for the actions in ``PROMPT_OF``."""

    def __init__(self, name: str, stream: ModelStream, count: CountTokens, context_tokens: int, answer_tokens: int) -> None:
        self._name, self._stream, self._count = name, stream, count
        self._budget = context_tokens - answer_tokens

    @property
    def name(self) -> str:
        """The model's string, as in the settings."""
        return self._name

    def handles(self, brief: Brief) -> bool:
        """Whether this kind of reply is worded by the model; what code decides in full is not."""
        decided = brief.lines or brief.bill is not None or brief.note in CHOSEN
        return brief.action in PROMPT_OF and bool(brief.evidence) and not brief.abstained and not decided

    def prompt(self, brief: Brief) -> PromptStamp | None:
        """The prompt file for this action and its hash."""
        prompt = prompts.load(PROMPT_OF[brief.action], brief.language)
        return PromptStamp(prompt.name, prompt.hash)

    def write(self, brief: Brief) -> Generator[str]:
        """Asks the model, and streams its words. Raises :class:`bot.errors.ModelError` as :meth:`ModelStream.pieces` does."""
        return self._stream.pieces(self._messages(brief))

    def follow_ups(self, question: str, answer: str, topics: Sequence[str], language: LanguageCode) -> tuple[str, ...]:
        """Up to three next questions about ``topics``; none when the model fails."""
        filled = prompts.load("follow_ups", language).fill(
            {"question": question, "answer": answer, "topics": "\n".join(f"- {topic}" for topic in topics)}
        )
        lines = (line.strip().lstrip("-*•0123456789.、) ").strip() for line in self.aside(filled, FOLLOW_UPS_S).splitlines())
        return tuple(line for line in lines if 3 < len(line) <= 80)[:3]

    def rewrite(self, message: str, history: Sequence[Message], language: LanguageCode) -> str | None:
        """The message as a question that stands alone; None when the model fails or answers at length."""
        lines = "\n".join(f"{line.role}: {line.text}" for line in history[-6:])
        text = self.aside(prompts.load("rewrite", language).fill({"history": lines, "message": message}), REWRITE_S).strip()
        return text if 0 < len(text) <= max(200, 3 * len(message)) and "\n" not in text else None

    def close(self) -> None:
        """Hangs up on the model."""
        self._stream.close()

    def aside(self, text: str, seconds: float) -> str:
        """What the model says to a prompt alone; nothing when it fails."""
        from langchain_core.messages import HumanMessage

        try:
            return "".join(self._stream.pieces([HumanMessage(text)], total_s=seconds))
        except ModelError:
            return ""

    def _messages(self, brief: Brief) -> list[BaseMessage]:
        from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

        fixed = {"reasons": explained(brief.products, brief.reasons), "table": _table(brief)}
        empty = instructions(brief.action, brief.shop, brief.language, (), **fixed)
        question = brief.understanding.text
        spent = self._count(empty) + self._count(question)
        evidence, history = fit(brief.evidence, brief.history, self._budget - spent, self._count)
        system = instructions(brief.action, brief.shop, brief.language, evidence, **fixed)
        messages: list[BaseMessage] = [SystemMessage(system)]
        messages += [HumanMessage(line.text) if line.role == "user" else AIMessage(line.text) for line in history]
        return [*messages, HumanMessage(question)]


def instructions(
    action: ActionName,
    shop: ShopProfile,
    language: LanguageCode,
    evidence: Sequence[Evidence],
    reasons: str = NOTHING,
    table: str = NOTHING,
) -> str:
    """What the model is told before the conversation: the shop's policy, what to write, and the numbered evidence."""
    prompt = prompts.load(PROMPT_OF[action], language)
    values = {"policy": _policy(shop, language), "reasons": reasons, "table": table, "evidence": fence(evidence)}
    return prompt.fill({name: values[name] for name in prompt.variables})


def explained(products: Sequence[Product], reasons: Sequence[str]) -> str:
    """Why each product was chosen, one a line."""
    return "\n".join(f"- {product.title}: {why}" for product, why in zip(products, reasons, strict=False)) or NOTHING


def _policy(shop: ShopProfile, language: LanguageCode) -> str:
    chinese = language == "zh"
    return prompts.load("shop_policy", language).fill(
        {
            "assistant": (shop.assistant_zh if chinese else None) or shop.assistant,
            "shop": shop.named(language),
            "tone": _TONES.get(language, {}).get(shop.tone, shop.tone),
            "rules": (shop.rules_zh if chinese else shop.rules) or _NO_RULES[language],
        }
    )


def fence(evidence: Sequence[Evidence]) -> str:
    """The passages, numbered from 1, each between marks that its own text cannot contain."""
    blocks = []
    for number, passage in enumerate(evidence, start=1):
        over = passage.ended and f"(only held until {passage.ended}; is over now)"
        text = "\n".join(part for part in (passage.title, over, passage.question, passage.text) if part)
        blocks.append(f"<evidence number={number}>\n{text.replace('<', '‹').replace('>', '›')}\n</evidence>")
    return "\n".join(blocks)


def _table(brief: Brief) -> str:
    if brief.table is None:
        return NOTHING
    lines = [" | ".join(("", *brief.table.columns))]
    return "\n".join([*lines, *(" | ".join((name, *values)) for name, values in brief.table.rows)])

"""What an owner writes into ``intents.toml``: intents of their own, and more examples of those that ship."""

from __future__ import annotations

from typing import Annotated, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

from bot.types import IntentName, LanguageCode

FEWEST = 3
SHIPPED = frozenset(get_args(IntentName))
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class OwnIntent(BaseModel):
    """One table of the file. ``answer`` is said as it stands; ``source`` names the loaded document to answer from.

    A document is named as citations name it; the last parts of that are enough (``returns.md`` for ``files/returns.md``).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    examples: tuple[Line, ...] = Field(min_length=FEWEST)
    answer: Line | None = None
    answer_zh: Line | None = None
    source: Line | None = None

    def answer_in(self, language: LanguageCode) -> tuple[str, LanguageCode] | None:
        """The answer in ``language``, else in the other one, with its language; None where the owner wrote none."""
        found: dict[LanguageCode, str | None] = {"en": self.answer, "zh": self.answer_zh}
        written: list[LanguageCode] = [language, "en", "zh"]
        return next(((text, code) for code in written if (text := found[code])), None)


class OwnIntents(RootModel[dict[Line, OwnIntent]]):
    """All tables of the file by their names."""

    @model_validator(mode="after")
    def _shipped_ones_only_learn(self) -> Self:
        for name, intent in self.root.items():
            if name in SHIPPED and (intent.source or intent.answer_in("en")):
                raise ValueError(
                    f"{name!r} is a shipped intent and takes examples only; give the answer under a name of your own"
                )
        return self

    def examples(self) -> tuple[list[str], list[str]]:
        """All examples with their intents' names."""
        pairs = [(text, name) for name, intent in self.root.items() for text in intent.examples]
        return [text for text, _ in pairs], [name for _, name in pairs]

"""The shapes of OpenAI's chat completions, as far as an assistant that answers from a shop's own data can honour them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.generation.token_budget import count_tokens
from bot.serving.schemas import Text
from bot.types import Message, Reply

MODEL = "shopdesk"
MOST_MESSAGES = 500
_PER_MESSAGE = 4


class ContentPart(BaseModel):
    """One part of a message; only text is read."""

    type: Literal["text"]
    text: Text


class ChatMessage(BaseModel):
    """One message. Those of the roles ``system``, ``developer`` and ``tool`` are taken and left out."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Text | list[ContentPart] | None = None

    @property
    def text(self) -> str:
        """The text of the whole message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(BaseModel):
    """``include_usage``: a last chunk says how many tokens there were."""

    include_usage: bool = False


class ResponseFormat(BaseModel):
    """Replies are text."""

    type: Literal["text"]


class ChatCompletionRequest(BaseModel):
    """What a client asks. Further parameters (``temperature``, ``max_tokens``, ``tools`` …) are taken and change nothing."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "How long do I have to return something?"}]}]
        },
    )

    model: Text
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    response_format: ResponseFormat | None = None

    @field_validator("messages")
    @classmethod
    def _ends_with_question(cls, messages: list[ChatMessage]) -> list[ChatMessage]:
        if messages[-1].role != "user":
            raise ValueError("the last message has to be the user's")
        return messages

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, given: Any) -> Any:
        """Clients send null for what they leave out."""
        return {key: value for key, value in given.items() if value is not None} if isinstance(given, dict) else given

    @property
    def question(self) -> str:
        """The message to answer."""
        return self.messages[-1].text

    @property
    def history(self) -> tuple[Message, ...]:
        """What was said before; the shop's policy does not come from a caller's system message."""
        said = [message for message in self.messages[:-1] if message.role in ("user", "assistant") and message.text]
        return tuple(Message("user" if message.role == "user" else "assistant", message.text) for message in said)

    @property
    def wants_usage(self) -> bool:
        """Whether the last chunk of a stream has to say the number of tokens."""
        return self.stream_options is not None and self.stream_options.include_usage


def usage(request: ChatCompletionRequest, text: str) -> dict[str, int]:
    """Tokens of all messages of the request and of the reply, in the shipped encoding."""
    asked = sum(count_tokens(message.text) + _PER_MESSAGE for message in request.messages)
    answered = count_tokens(text)
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def completion(id: str, created: int, request: ChatCompletionRequest, reply: Reply) -> dict[str, Any]:
    """A whole completion; ``shopdesk`` is the reply object with citations and products."""
    message = {"role": "assistant", "content": reply.text, "refusal": None}
    return {
        "id": id,
        "object": "chat.completion",
        "created": created,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": usage(request, reply.text),
        "shopdesk": reply.to_dict(),
    }


def chunk(id: str, created: int, delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One chunk of a streamed completion; without ``delta`` the one that only says the usage."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]
    return {
        "id": id, "object": "chat.completion.chunk", "created": created, "model": MODEL, "choices": choices, **more
    }  # fmt: skip


class Continuation:
    """What to send of a text that may be begun anew: a stream of chunks cannot take back what it has said.

    A new text that goes on where the old one stopped is continued; any other follows after an empty line.
    """

    def __init__(self) -> None:
        self.sent = ""

    def add(self, text: str, reset: bool) -> str:
        """The characters to send for a ``token`` event."""
        piece = text
        if reset and self.sent:
            piece = text[len(self.sent) :] if text.startswith(self.sent) else f"\n\n{text}"
        self.sent += piece
        return piece

"""A transformers model in this process, as a LangChain chat model that streams. Imported only when one is asked for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, cast

import torch
from huggingface_hub.constants import HF_HUB_OFFLINE
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, PrivateAttr
from transformers import AutoModelForCausalLM, AutoTokenizer, StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

from bot.errors import SettingsError

ADAPTER = "adapter_config.json"
HUB = ("huggingface.co", 443)
_ROLES = {"human": "user", "ai": "assistant", "system": "system"}


class _StopWhen(StoppingCriteria):
    def __init__(self, stopped: Event) -> None:
        self._stopped = stopped

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor, **kwargs: Any) -> torch.BoolTensor:
        stop = torch.full((input_ids.shape[0],), self._stopped.is_set(), dtype=torch.bool)
        return cast(torch.BoolTensor, stop)


class TransformersChatModel(BaseChatModel):
    """Greedy generation, one request at a time; closing the stream stops the generation at the next token."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name_or_path: str
    max_new_tokens: int
    tokenizer: Any
    model: Any
    _turn: Lock = PrivateAttr(default_factory=Lock)

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def get_token_ids(self, text: str) -> list[int]:
        """The model's own tokens."""
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _inputs(self, messages: list[BaseMessage]) -> Any:
        chat = [{"role": _ROLES.get(message.type, "user"), "content": str(message.content)} for message in messages]
        text, special = prompt_text(self.tokenizer, chat)
        return self.tokenizer(text, add_special_tokens=special, return_tensors="pt").to(self.model.device)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        yield from self._pieces(messages, Event())

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        stopped = Event()
        pieces = self._pieces(messages, stopped)
        try:
            while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
                yield piece
        finally:
            stopped.set()  # at once: who is cancelled here leaves a thread that waits for the next piece

    def _pieces(self, messages: list[BaseMessage], stopped: Event) -> Iterator[ChatGenerationChunk]:
        failure = list[BaseException]()
        streamer = TextIteratorStreamer(self.tokenizer, skip_prompt=True, skip_special_tokens=True)

        def generate() -> None:
            try:
                with self._turn, torch.inference_mode():
                    self.model.generate(
                        **self._inputs(messages),
                        max_new_tokens=self.max_new_tokens,
                        do_sample=False,
                        streamer=streamer,
                        stopping_criteria=StoppingCriteriaList([_StopWhen(stopped)]),
                    )
            except BaseException as error:
                failure.append(error)
                streamer.end()  # type: ignore[no-untyped-call]

        Thread(target=generate, daemon=True).start()
        try:
            for piece in streamer:
                if piece:
                    yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        finally:
            stopped.set()
        if failure:
            raise failure[0]

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])


def prompt_text(tokenizer: Any, chat: Sequence[Mapping[str, str]]) -> tuple[str, bool]:
    """The chat of ``role`` and ``content`` as the model reads it before it answers; whether special tokens are still to add."""
    if tokenizer.chat_template:
        return tokenizer.apply_chat_template(list(chat), add_generation_prompt=True, tokenize=False), False
    return "\n\n".join(f"{line['role']}: {line['content']}" for line in chat) + "\n\nassistant:", True


def _reachable() -> bool:
    if HF_HUB_OFFLINE:
        return False
    try:
        socket.create_connection(HUB, timeout=3).close()
    except OSError:
        return False
    return True


def load(name_or_path: str, max_new_tokens: int) -> TransformersChatModel:
    """Loads a causal language model from a directory, the local cache or, when it can be reached, the model hub.

    A directory may hold a whole model or a LoRA adapter, which is merged into the model that it was trained on. It runs on
    the GPU where there is one.

    Raises:
        SettingsError: when it is in none of them or is no causal language model, or an adapter lacks its model or peft.
    """
    directory = Path(name_or_path)
    try:
        local = directory.is_dir() or not _reachable()
        tokenizer = AutoTokenizer.from_pretrained(name_or_path, local_files_only=local)
        adapted = (directory / ADAPTER).is_file()
        model: Any = (
            _adapted(directory) if adapted else AutoModelForCausalLM.from_pretrained(name_or_path, local_files_only=local)
        )
    except (OSError, ValueError, KeyError) as error:
        where = (
            "in that directory" if directory.is_dir() else "on this machine, and the model hub cannot be reached or lacks it"
        )
        raise SettingsError(
            f"llm 'transformers:{name_or_path}' cannot be loaded: no causal language model is {where}."
        ) from error
    model.eval()
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    return TransformersChatModel(name_or_path=name_or_path, max_new_tokens=max_new_tokens, tokenizer=tokenizer, model=model)


def _adapted(directory: Path) -> Any:
    """The model that the adapter was trained on, with the adapter merged into it."""
    try:
        from peft import PeftConfig, PeftModel
    except ImportError as error:
        raise SettingsError(
            f"llm 'transformers:{directory}' is an adapter, which needs peft: install it with `pip install 'shopdesk[tuning]'`,"
            " or merge it into its model with --merge when it is trained."
        ) from error
    base = str(PeftConfig.from_pretrained(str(directory)).base_model_name_or_path)
    try:
        model = AutoModelForCausalLM.from_pretrained(base, local_files_only=Path(base).is_dir() or not _reachable())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"llm 'transformers:{directory}' is an adapter to {base!r}, which cannot be loaded: put that model back, or train"
            " again with --merge."
        ) from error
    return PeftModel.from_pretrained(model, str(directory)).merge_and_unload()

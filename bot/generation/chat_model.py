"""Any LangChain chat model from one string."""

from __future__ import annotations

import os
import ssl
from functools import cache
from importlib import import_module
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import SettingsError
from bot.generation.llm_stream import watch_sending
from bot.generation.token_budget import encoding
from bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OLLAMA_URL = "http://127.0.0.1:11434/v1"


def chat_model(settings: Settings) -> BaseChatModel:
    """The chat model that ``settings.llm`` names.

    ``openai:MODEL`` speaks to ``llm_base_url`` (any OpenAI-compatible server; OpenAI itself when empty), ``ollama:MODEL`` to
    an Ollama server, ``transformers:PATH_OR_NAME`` runs in this process, any other ``PROVIDER:MODEL`` is given to LangChain.

    Raises:
        SettingsError: for a string of another form, a missing key or package, or a model that cannot be loaded.
    """
    provider, separator, model = (settings.llm or "").partition(":")
    if not separator or not model:
        raise SettingsError(
            f"llm cannot be {settings.llm!r}: write 'openai:MODEL', 'ollama:MODEL' or 'transformers:PATH_OR_NAME'."
        )
    if provider == "transformers":
        return _in_process(model, settings)
    if provider in ("openai", "ollama"):
        return _openai_compatible(provider, model, settings)
    return _any(provider, model)


def runs_here(settings: Settings) -> bool:
    """Whether the model of the settings runs on this machine, so that nothing said leaves it."""
    provider = (settings.llm or "").partition(":")[0]
    if provider == "transformers":
        return True
    url = settings.llm_base_url or (OLLAMA_URL if provider == "ollama" else "")
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _openai_compatible(provider: str, model: str, settings: Settings) -> BaseChatModel:
    import httpx
    from langchain_openai import ChatOpenAI

    url = settings.llm_base_url or (OLLAMA_URL if provider == "ollama" else None)
    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    if key is None and url is None:
        raise SettingsError(f"llm {settings.llm!r} needs llm_api_key, or llm_base_url of your own server.")
    return ChatOpenAI(
        model=model,
        base_url=url,
        api_key=lambda: key or "none",
        temperature=0,
        max_tokens=settings.llm_answer_tokens,  # type: ignore[call-arg]
        timeout=settings.llm_total_s,
        max_retries=0,
        stream_chunk_timeout=None,  # the deadlines of ModelStream hold; a wait for each word costs, and may lose a cancellation
        stream_usage=url is None,  # other servers may refuse what they do not know
        http_client=httpx.Client(timeout=settings.llm_total_s, verify=_certificates()),
        http_async_client=httpx.AsyncClient(
            timeout=settings.llm_total_s, verify=_certificates(), event_hooks={"request": [watch_sending]}
        ),
        custom_get_token_ids=lambda text: encoding().encode_ordinary(text),
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Whom servers are believed by; reading them takes longer than the rest of making a model."""
    import httpx

    return httpx.create_ssl_context()


def _in_process(model: str, settings: Settings) -> BaseChatModel:
    try:
        module = import_module("bot.generation.transformers_model")
    except ImportError as error:
        raise SettingsError(
            f"llm {settings.llm!r} needs local models: install them with `pip install 'shopdesk[models]'`."
        ) from error
    if not Path(model).exists() and os.sep in model and model.startswith((os.sep, ".")):
        raise SettingsError(f"llm {settings.llm!r}: there is no model directory {model!r}; give the path of one.")
    loaded: BaseChatModel = module.load(model, settings.llm_answer_tokens)
    return loaded


def _any(provider: str, model: str) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        loaded: BaseChatModel = init_chat_model(model, model_provider=provider)
    except (ImportError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        raise SettingsError(f"llm {provider + ':' + model!r} cannot be used: {first}") from error
    return loaded

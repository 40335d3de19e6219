"""Settings: the only reader of the environment, of ``shopdesk.toml`` and of the owner's ``shop.toml``.

Every setting can be given as an environment variable ``SHOPDESK_NAME``, as ``name = value`` in ``shopdesk.toml`` inside the
data directory, or as a keyword of :func:`bot.open`; the later one here wins.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError


class ShopProfile(BaseModel):
    """The shop's voice, from ``shop.toml``: what the assistant says about the shop and how it speaks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("Shopdesk", description="the shop's name, as customers know it")
    name_zh: str | None = Field(None, description="its Chinese name, if it has one")
    assistant: str = Field("Dora", description="the assistant's name")
    assistant_zh: str | None = Field("小朵", description="the assistant's Chinese name")
    tone: str = Field("friendly", description="`friendly` or `formal`")
    hours: str | None = Field(None, description="when people of the shop can be reached, in English")
    hours_zh: str | None = Field(None, description="the same in Chinese")
    email: str | None = Field(None, description="where customers can write to")
    phone: str | None = Field(None, description="where customers can call")
    url: str | None = Field(None, description="the shop's address on the web")
    currency: str | None = Field(None, description="ISO 4217 code taken where a customer names no currency")
    greeting: str | None = Field(None, description="first words of the chat page, in English")
    greeting_zh: str | None = Field(None, description="the same in Chinese")


class Settings(BaseSettings):
    """Everything that can be set. Unknown names are an error; secrets never show in a repr."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(env_prefix="SHOPDESK_", extra="forbid", frozen=True)

    data: Path = Field(Path("shopdesk-data"), description="directory of the database, the indexes and `shop.toml`")
    database_url: str | None = Field(None, description="SQLAlchemy URL; SQLite inside the data directory when empty")
    chroma_url: str | None = Field(None, description="address of a Chroma server; embedded in the data directory when empty")
    encoder: str = Field("builtin", description="`builtin`, or a sentence-transformers model by name or path")
    llm: str | None = Field(
        None, description="`openai:MODEL`, `ollama:MODEL` or `transformers:PATH_OR_NAME`; the built-in writer when empty"
    )
    llm_base_url: str | None = Field(None, description="address of an OpenAI-compatible server, ending in `/v1`")
    llm_api_key: SecretStr | None = Field(None, description="key of that server")
    llm_first_token_s: float = Field(8.0, gt=0, description="seconds to the model's first words before the built-in writer answers")
    llm_total_s: float = Field(30.0, gt=0, description="seconds for a model's whole answer")
    llm_context_tokens: int = Field(4096, ge=512, description="tokens of the prompt and the answer together")
    llm_answer_tokens: int = Field(512, ge=32, description="tokens of an answer at most")
    top_k: int = Field(6, ge=1, le=50, description="passages given to the writer")
    answer_threshold: float = Field(0.5, ge=0, le=1, description="score under which a passage counts as not fitting")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(7860, ge=1, le=65535, description="port to listen on")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keywords over environment; ``shopdesk.toml`` is merged below both by :func:`load_settings`."""
        return init_settings, env_settings

    @property
    def sql_url(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{self.data / 'shopdesk.db'}"


def demo_data() -> Path:
    """The data directory of the demo shop, beside the owner's own."""
    return Path("shopdesk-demo-data")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path} cannot be read: {error}. Correct the file or remove it.") from error


def _sentence(error: ValidationError, where: str) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"Unknown setting {name!r} in {where}; see the settings table in the README."
    return f"Setting {name!r} in {where} cannot be {first['input']!r}: {first['msg']}."


def load_settings(**given: Any) -> Settings:
    """Settings from keywords, environment and ``shopdesk.toml`` of the data directory, in this order of strength.

    Raises:
        SettingsError: for an unknown name or an unusable value, naming it.
    """
    try:
        settings = Settings(**given)
        stored = _read_toml(settings.data / "shopdesk.toml")
        if not stored:
            return settings
        unset = {name: value for name, value in stored.items() if name not in settings.model_fields_set}
        return Settings(**{**unset, **given})
    except ValidationError as error:
        raise SettingsError(_sentence(error, "the settings")) from error


def load_shop(data: Path) -> ShopProfile:
    """The shop's profile from ``shop.toml`` in the data directory; the defaults where there is none.

    Raises:
        SettingsError: for an unreadable file, an unknown key or an unusable value.
    """
    path = data / "shop.toml"
    try:
        return ShopProfile(**_read_toml(path))
    except ValidationError as error:
        raise SettingsError(_sentence(error, str(path))) from error

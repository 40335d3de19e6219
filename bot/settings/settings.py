"""Everything that can be set, in rooms by what it is about; :mod:`bot.settings.reading` reads it."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import PrivateAttr, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from bot.access.origins import normalised
from bot.settings.answers import AnswerSettings
from bot.settings.bulk import BulkSettings
from bot.settings.handover import HandoverSettings
from bot.settings.marketing import MarketingSettings
from bot.settings.orders import OrderSettings
from bot.settings.privacy import PrivacySettings
from bot.settings.profile import setting

PREFIX = "SHOPDESK_"


class Settings(MarketingSettings, HandoverSettings, OrderSettings, BulkSettings, AnswerSettings, PrivacySettings, BaseSettings):
    """Everything that can be set. Unknown names are an error; secrets never show in a repr."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )
    _fixed: frozenset[str] = PrivateAttr(frozenset())

    @property
    def fixed(self) -> frozenset[str]:
        """The settings that keywords or the environment give, so that no file can change them."""
        return self._fixed

    def fixing(self, names: frozenset[str]) -> Self:
        """The same settings, of which ``names`` are fixed."""
        self._fixed = names
        return self

    data: Path = setting(
        Path("shopdesk-data"), "directory of the database, the indexes and `shop.toml`", "存放数据库、索引和 `shop.toml` 的目录"
    )
    database_url: str | None = setting(
        None, "SQLAlchemy URL; SQLite inside the data directory when empty", "SQLAlchemy 地址；留空则用数据目录里的 SQLite"
    )
    chroma_url: str | None = setting(
        None,
        "address of a Chroma server; embedded in the data directory when empty",
        "Chroma 服务器地址；留空则内嵌在数据目录里",
    )
    encoder: str = setting(
        "builtin",
        "`builtin`; `builtin-static`, less exact and far faster, for tiny machines; or a sentence-transformers model by name or"
        " path; after a change: `shopdesk rebuild`",
        "`builtin`；`builtin-static`，精度较低但快得多，适合配置很低的机器；或 sentence-transformers 模型的名称或路径。"
        "更改后运行 `shopdesk rebuild`",
    )
    reranker: str | None = setting(
        None,
        "a sentence-transformers cross-encoder by name or path that orders the 20 best passages anew; none when empty",
        "sentence-transformers 交叉编码器（cross-encoder）的名称或路径，用来重新排列最好的 20 个段落；留空则不用",
    )
    reread_hours: float = setting(
        0.0,
        "hours after which `serve` reads the loaded addresses again; 0 for never",
        "`serve` 每隔多少小时重新读取加载过的网址；0 为不重读",
        ge=0,
    )
    watch: bool = setting(
        False,
        "whether `serve` loads files and directories again as soon as they change",
        "文件和目录一有变化，`serve` 是否就重新加载",
    )
    page_pause_s: float = setting(
        1.0, "seconds between two pages that are read from one site", "读取同一网站的两个页面之间的间隔秒数", ge=0
    )
    private_addresses: bool = setting(
        False,
        "whether pages may be loaded from private addresses, such as those of your own network",
        "是否允许从私有地址（例如您自己的内网）加载网页",
    )
    host: str = setting("127.0.0.1", "address to listen on", "监听地址")
    port: int = setting(7860, "port to listen on", "监听端口", ge=1, le=65535)
    public_url: str | None = setting(
        None,
        "address under which browsers reach this server, such as `https://chat.shop.example`; `host` and `port` when empty",
        "浏览器访问本服务器的地址，如 `https://chat.shop.example`；留空则按 `host` 和 `port`",
    )
    image_hosts: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "addresses such as `https://cdn.example.com` that product images may come from; only this server when empty",
        "商品图片可以来自的地址，如 `https://cdn.example.com`；留空则只用本服务器",
    )
    api_key: SecretStr | None = setting(
        None,
        "key of 16 characters or more for `/v1`, which is off without one, and for `/api/v1/metrics` from other machines",
        "密钥（至少 16 个字符）：用于 `/v1`（未设置则关闭），以及从其他机器访问 `/api/v1/metrics`",
        min_length=16,
    )
    requests_per_minute: int = setting(
        600,
        "requests of one address to the API in a minute, in one moment a tenth of them or 60; 0 for no limit",
        "单个地址每分钟的 API 请求数上限，同一时刻至多其十分之一或 60 个；0 为不限",
        ge=0,
    )
    messages_per_minute: int = setting(
        20, "messages of one conversation in a minute; 0 for no limit", "单个对话每分钟的消息数上限；0 为不限", ge=0
    )
    site_messages_per_minute: int = setting(
        1200,
        "messages and new conversations of one site in a minute; 0 for no limit",
        "单个网站每分钟的消息数与新对话数上限；0 为不限",
        ge=0,
    )
    failed_identities_per_minute: int = setting(
        10,
        "identity tokens that prove nothing, from one address or in one conversation, in a minute; 0 for no limit",
        "单个地址或单个对话每分钟提交无效身份令牌的次数上限；0 为不限",
        ge=0,
    )
    identity_hours: float = setting(
        24.0, "hours that a signed identity may be valid for at most", "签名身份最长的有效小时数", gt=0, le=24 * 366
    )
    turns_at_once: int = setting(128, "turns that the API answers at the same time", "API 同时回答的对话轮数", ge=1, le=1024)
    turns_waiting: int = setting(
        64, "turns that may wait for that; others are told to come back", "排队等待的轮数上限；超出的会被告知稍后再来", ge=0
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "addresses or networks of your own proxies, whose `X-Forwarded-For` tells the customer's address",
        "您自己的代理的地址或网段，它们的 `X-Forwarded-For` 可以说明顾客的地址",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object, info: ValidationInfo) -> object:
        default = cls.model_fields[info.field_name or ""].default
        return None if value == "" and default is None else value

    @field_validator("image_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """A text of several addresses, as a variable holds it: parted by spaces or commas."""
        return re.split(r"[\s,]+", value.strip()) if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        origin = value and normalised(value)
        if value and not origin:
            raise ValueError("write scheme, host and, if it is not the usual one, port, and no path")
        return origin

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(address, strict=False)) for address in value)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Keywords over environment; :func:`bot.settings.reading.load_settings` puts ``shopdesk.toml`` below both."""
        return init_settings, env_settings

    @property
    def address(self) -> str:
        """Where browsers reach the server: ``public_url``, or what it listens on."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def sql_url(self) -> str:
        """The database's URL, the default filled in."""
        return self.database_url or f"sqlite:///{self.data / 'shopdesk.db'}"

"""The settings of what the shop says by itself: messages to customers, and words that no text may use."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, SecretStr, field_validator

from bot.localisation.validation import Unfit
from bot.settings.profile import setting

RULES = (
    "after_purchase", "review_request", "back_in_stock", "abandoned_cart", "unresolved_complaint", "birthday", "win_back",
    "delivery_news",
)  # fmt: skip


class MarketingSettings(BaseModel):
    """When and how customers who agreed to it are written to."""

    forbidden_words: str | None = setting(
        None, "further words that no marketing text may use, parted by commas", "营销文案里另外禁用的词，用逗号隔开"
    )
    outbox_auto: bool = setting(
        False,
        "whether `serve` prepares and sends messages to customers by itself; else `shopdesk outbox send` does",
        "`serve` 是否自动准备并发送给顾客的消息；否则由 `shopdesk outbox send` 发送",
    )
    outbox_rules: str | None = setting(
        None,
        f"the occasions to write on, of `{'`, `'.join(RULES)}`; all when empty",
        "在哪些情况下发消息，见左栏英文名；留空为全部",
    )
    outbox_holdout: float = setting(
        0.1,
        "share of customers who are not written to, to compare with",
        "不发消息、用作对照的顾客比例",
        ge=0,
        le=0.9,
    )
    outbox_cap: int = setting(1, "messages to one customer at most", "对同一位顾客最多发送的消息数", ge=1)
    outbox_cap_days: float = setting(7.0, "in so many days", "在多少天之内", gt=0)
    quiet_hours: str = setting("21-9", "hours in which nobody is written to, `0-0` for none", "不发消息的时段，`0-0` 为没有")
    time_zone: str | None = setting(
        None,
        "the shop's time zone, such as `Asia/Shanghai`, of those hours and of the times that the console shows;"
        " the machine's when empty",
        "店铺的时区，如 `Asia/Shanghai`：上述时段和后台显示的时间都按它计算；留空则用本机时区",
    )
    sms_url: SecretStr | None = setting(
        None, "address that takes SMS as JSON `{to, text}`", "接收短信的地址，JSON 格式 `{to, text}`"
    )
    sms_secret: SecretStr | None = setting(
        None, "secret that signs what is sent there, 16 characters or more", "给发往该地址的内容签名的密钥，至少 16 个字符",
        min_length=16,
    )  # fmt: skip
    customer_webhook_url: SecretStr | None = setting(
        None, "address of your own program that delivers messages to customers", "负责把消息送达顾客的您自己程序的地址"
    )
    customer_webhook_secret: SecretStr | None = setting(
        None, "secret that signs what is sent there, 16 characters or more", "给发往该地址的内容签名的密钥，至少 16 个字符",
        min_length=16,
    )  # fmt: skip

    @field_validator("outbox_rules")
    @classmethod
    def _known_rules(cls, value: str | None) -> str | None:
        if unknown := [rule for rule in _listed(value) if rule not in RULES]:
            raise Unfit(
                f"There is no rule {unknown[0]!r}; choose of {', '.join(RULES)}",
                f"没有 {unknown[0]!r} 这条规则，可选：{'、'.join(RULES)}",
            )
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if not re.fullmatch(r"([01]?\d|2[0-3])-([01]?\d|2[0-3])", value):
            raise Unfit("Write two hours from 0 to 23, such as '21-9'", "请写两个 0 到 23 之间的钟点，如 21-9")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str | None) -> str | None:
        try:
            return str(ZoneInfo(value)) if value else None
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise Unfit(
                f"There is no time zone {value!r}; write one like 'Asia/Shanghai'", "没有这个时区，请写成 Asia/Shanghai 这样"
            ) from error

    @field_validator("sms_url", "customer_webhook_url")
    @classmethod
    def _receiver(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"https?://[^\s/?#]+\S*$", value.get_secret_value()):
            raise Unfit("Give an address that begins with 'https://' or 'http://'", "请给出以 https:// 或 http:// 开头的地址")
        return value

    @property
    def zone(self) -> ZoneInfo | None:
        """The shop's time zone; None for the machine's, as :meth:`datetime.datetime.astimezone` takes it."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @property
    def own_forbidden_words(self) -> tuple[str, ...]:
        """The owner's further forbidden words."""
        return tuple(word for part in re.split(r"[,，、]", self.forbidden_words or "") if (word := part.strip()))

    @property
    def occasions(self) -> tuple[str, ...]:
        """The rules of the outbox that are in use."""
        wanted = _listed(self.outbox_rules)
        return tuple(rule for rule in RULES if not wanted or rule in wanted)


def _listed(names: str | None) -> list[str]:
    return [name for name in re.split(r"[\s,]+", names or "") if name]

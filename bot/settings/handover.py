"""The settings of handovers: the takeover link, and where the owner is told of it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, SecretStr, field_validator

from bot.settings.profile import setting


class HandoverSettings(BaseModel):
    """How a person is called, and what happens until one comes. Addresses of webhooks hold keys, so they are secrets."""

    takeover_hours: float = setting(72.0, "hours that a takeover link is valid", "接管链接的有效小时数", gt=0, le=24 * 365)
    takeover_secret: SecretStr | None = setting(
        None,
        "secret that signs takeover links, 32 characters or more; made in the data directory when empty, set it where several"
        " machines serve one shop",
        "给接管链接签名的密钥，至少 32 个字符；留空则在数据目录里自动生成，多台机器服务同一家店时请设置",
        min_length=32,
    )
    handover_wait_minutes: float = setting(
        5.0,
        "minutes that a customer waits for a person before being told how else the shop is reached",
        "顾客等待人工的分钟数，超时后会告知其他联系方式",
        gt=0,
    )
    handover_idle_minutes: float = setting(
        30.0,
        "minutes that a customer's message waits for a person who has the conversation, before the assistant goes on",
        "人工接管后顾客消息无人回复的分钟数，超时后由助手继续",
        gt=0,
    )
    notification_language: Literal["zh", "en"] | None = setting(
        None,
        "`zh` or `en`: language of notifications; that of the conversation when empty",
        "`zh` 或 `en`：通知的语言；留空则与对话相同",
    )
    webhook_url: SecretStr | None = setting(
        None, "address of your own program that is told of handovers", "接收转人工通知的您自己程序的地址"
    )
    webhook_secret: SecretStr | None = setting(
        None,
        "secret that signs what is sent there, 16 characters or more",
        "给发往该地址的内容签名的密钥，至少 16 个字符",
        min_length=16,
    )
    smtp_host: str | None = setting(None, "mail server that notifications are sent by", "发送通知邮件的服务器")
    smtp_port: int = setting(587, "its port", "它的端口", ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = setting(
        "starttls", "`starttls`, `tls` (port 465) or `none`", "`starttls`、`tls`（端口 465）或 `none`"
    )
    smtp_user: str | None = setting(None, "user name at the mail server", "邮件服务器的用户名")
    smtp_password: SecretStr | None = setting(None, "password of that user", "该用户的密码")
    smtp_from: str | None = setting(None, "sender of notifications", "通知邮件的发件人")
    smtp_to: str | None = setting(
        None, "who is written to; several addresses parted by commas", "通知邮件的收件人；多个地址用逗号隔开"
    )
    wecom_url: SecretStr | None = setting(None, "webhook of a WeCom group robot", "企业微信群机器人的 webhook 地址")
    feishu_url: SecretStr | None = setting(
        None, "webhook of a Feishu or Lark custom bot", "飞书或 Lark 自定义机器人的 webhook 地址"
    )
    feishu_secret: SecretStr | None = setting(None, "its signing secret, where it has one", "它的签名校验密钥（如有）")
    dingtalk_url: SecretStr | None = setting(None, "webhook of a DingTalk custom robot", "钉钉自定义机器人的 webhook 地址")
    dingtalk_secret: SecretStr | None = setting(
        None, "its signing secret (`SEC…`), where it has one", "它的加签密钥（`SEC…`，如有）"
    )
    slack_url: SecretStr | None = setting(None, "incoming webhook of Slack", "Slack 的 incoming webhook 地址")

    @field_validator("webhook_url", "wecom_url", "feishu_url", "dingtalk_url", "slack_url")
    @classmethod
    def _webhook(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"https?://[^\s/?#]+\S*$", value.get_secret_value()):
            raise ValueError("Give an address that begins with 'https://' or 'http://'")
        return value

    @field_validator("smtp_from", "smtp_to")
    @classmethod
    def _mailboxes(cls, value: str | None) -> str | None:
        for address in re.split(r"[\s,]+", (value or "").strip()) if value else ():
            if not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+", address):
                raise ValueError(f"{address!r} is no e-mail address")
        return value

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels by which the owner is told of handovers."""
        set_by = {
            "webhook": self.webhook_url, "email": self.smtp_host, "wecom": self.wecom_url, "feishu": self.feishu_url,
            "dingtalk": self.dingtalk_url, "slack": self.slack_url,
        }  # fmt: skip
        return tuple(channel for channel, address in set_by.items() if address)

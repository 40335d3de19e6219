"""The settings of what is kept, logged and shown to models elsewhere."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from bot.settings.profile import setting


class PrivacySettings(BaseModel):
    """How long tokens live, and who sees what is personal."""

    conversation_days: float = setting(
        30.0, "days after its last message that a conversation's token opens it", "对话的令牌在最后一条消息之后的有效天数", gt=0
    )
    mask_personal_data: Literal["remote", "always", "never"] = setting(
        "remote",
        "which language models get names such as `[email-1]` for what customers write of e-mail addresses, phone numbers and"
        " addresses: those that do not run on this machine (`remote`), `always` or `never`; card numbers reach none",
        "哪些语言模型只能看到 `[email-1]` 之类的代号，而看不到顾客写的邮箱、电话和地址：不在本机运行的模型（`remote`）、"
        "所有模型（`always`）或都不遮盖（`never`）；银行卡号不会发给任何模型",
    )
    log_format: Literal["text", "json"] = setting(
        "text", "`text`, or `json` for one object a line", "`text`；`json` 则每行一个对象"
    )
    otlp_endpoint: str | None = setting(
        None,
        "address of an OpenTelemetry collector (OTLP over gRPC), such as `http://127.0.0.1:4317`, that gets each turn's trace,"
        " without words",
        "OpenTelemetry 收集器的地址（OTLP gRPC），如 `http://127.0.0.1:4317`；每轮对话的耗时轨迹会发给它，不含对话内容",
    )
    keep_conversations_days: float = setting(
        0.0,
        "days after its last message that a conversation goes, with its ratings and handovers; 0 to keep it",
        "对话在最后一条消息之后保留的天数，到期连同评价和转人工记录一并删除；0 为一直保留",
        ge=0,
    )
    keep_events_days: float = setting(
        0.0,
        "days that what visitors did in experiments is kept; 0 to keep it",
        "访客在实验中的行为记录的保留天数；0 为一直保留",
        ge=0,
    )
    keep_records_days: float = setting(
        0.0,
        "days that the audit log, calls of language models, changes of orders and the words of sent messages are kept; 0 to"
        " keep them",
        "审计日志、语言模型调用记录、订单变更记录和已发消息正文的保留天数；0 为一直保留",
        ge=0,
    )

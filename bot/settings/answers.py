"""The settings of answers: what they need to be given, and the language model that writes them, where one does."""

from __future__ import annotations

from pydantic import BaseModel, SecretStr

from bot.settings.profile import setting


class AnswerSettings(BaseModel):
    """Which model writes, how long it may take and what it costs, and which passages count. All can change while serving."""

    llm: str | None = setting(
        None,
        "`openai:MODEL`, `ollama:MODEL` or `transformers:PATH_OR_NAME`; the built-in writer when empty",
        "`openai:模型`、`ollama:模型` 或 `transformers:路径或名称`；留空则用内置写作器",
    )
    llm_base_url: str | None = setting(
        None, "address of an OpenAI-compatible server, ending in `/v1`", "OpenAI 兼容服务器的地址，以 `/v1` 结尾"
    )
    llm_api_key: SecretStr | None = setting(None, "key of that server", "该服务器的密钥")
    llm_first_token_s: float = setting(
        6.0,
        "seconds to the model's first words, and between any two, before the built-in writer answers",
        "等模型说出第一个词、以及此后每两次输出之间的秒数，超时由内置写作器回答",
        gt=0,
    )
    llm_total_s: float = setting(24.0, "seconds for a model's whole answer", "模型完整回答的秒数上限", gt=0)
    llm_pause_s: float = setting(
        30.0, "seconds that a model which failed five times in a row is left alone", "模型连续失败五次后暂停使用的秒数", gt=0
    )
    llm_context_tokens: int = setting(
        4096, "tokens of the prompt and the answer together", "提示词和回答合计的 token 数", ge=512
    )
    llm_answer_tokens: int = setting(512, "tokens of an answer at most", "一次回答最多的 token 数", ge=32)
    llm_conversation_tokens: int = setting(
        200_000,
        "tokens that a model may take for one conversation in 24 hours, before the built-in writer answers; 0 for no limit",
        "一个对话在 24 小时内最多使用的 token 数，超出后由内置写作器回答；0 为不限",
        ge=0,
    )
    llm_shop_tokens: int = setting(
        0,
        "the same for the whole shop, texts of the console included; 0 for no limit",
        "整个店铺（包括后台文案）在 24 小时内最多使用的 token 数；0 为不限",
        ge=0,
    )
    llm_input_price: float | None = setting(
        None,
        "what a million tokens of prompts cost, in the money of your choice",
        "一百万个输入 token 的价格（币种自定）",
        ge=0,
    )
    llm_output_price: float | None = setting(None, "what a million tokens of answers cost", "一百万个输出 token 的价格", ge=0)
    top_k: int = setting(6, "passages given to the writer", "交给写作器的段落数", ge=1, le=50)
    answer_threshold: float = setting(
        0.35, "score under which a passage counts as not fitting", "低于这个分数的段落视为不相关", ge=0, le=1
    )
    learn_from_ratings: bool = setting(
        True,
        "whether customers' ratings move the passages that answers rest on, a little and within bounds",
        "顾客的评价是否在限定范围内略微调整资料的排序",
    )

"""The settings of the connector to a shop's own order system."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, SecretStr

from bot.settings.profile import setting


class OrderSettings(BaseModel):
    """Where orders are read and changed; the orders that were loaded, where no address is given."""

    orders_url: str | None = setting(
        None,
        "address of the shop's own order system; the orders that were loaded when empty",
        "店铺自己的订单系统的地址；留空则用已导入的订单",
    )
    orders_platform: Literal["own", "shopify", "woocommerce"] = setting(
        "own",
        "what answers at `orders_url`: a system of your own, a Shopify shop or a WooCommerce shop",
        "`orders_url` 上是什么系统：自有系统（own）、Shopify 或 WooCommerce 店铺",
    )
    orders_secret: SecretStr | None = setting(
        None,
        "secret of 16 characters or more that requests are signed with; Shopify's access token, WooCommerce's `key:secret`",
        "请求的签名密钥（至少 16 个字符）；Shopify 为访问令牌，WooCommerce 为 `key:secret`",
        min_length=16,
    )
    orders_timeout_s: float = setting(5.0, "seconds to wait for the order system", "等待订单系统的秒数", gt=0)

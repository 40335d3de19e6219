/** What comes from the page is checked before it is used: a wrong value would have every message refused. */

import { localeTag } from "../locale";
import type { FrameSettings, PageContext } from "../protocol";

const LONGEST = 200;

/** The context as the API takes it; what does not fit is left out. */
export function checkedContext(given: unknown): PageContext {
  const { sku, cart, page } = (typeof given === "object" && given ? given : {}) as Record<string, unknown>;
  const checked: PageContext = {};
  if (name(sku)) checked.sku = sku;
  if (typeof page === "string" && page) checked.page = page.slice(0, 2000);
  if (Array.isArray(cart)) checked.cart = cart.slice(0, LONGEST).flatMap(cartItem);
  return checked;
}

export function checkedSettings(given: Partial<FrameSettings>): FrameSettings {
  return {
    name: text(given.name, LONGEST) || "main",
    inline: given.inline === true,
    locale: localeTag(given.locale) || localeTag(navigator.language) || "en",
    dir: given.dir === "rtl" || given.dir === "ltr" ? given.dir : "",
    theme: given.theme === "dark" || given.theme === "light" ? given.theme : "auto",
    color: /^#[0-9a-f]{6}$/i.test(given.color ?? "") ? (given.color as string) : "",
    greeting: text(given.greeting, 300),
    variables: typeof given.variables === "object" && given.variables ? given.variables : {},
  };
}

function cartItem(item: unknown): NonNullable<PageContext["cart"]> {
  if (name(item)) return [item];
  const { sku, quantity } = (typeof item === "object" && item ? item : {}) as Record<string, unknown>;
  if (!name(sku)) return [];
  const whole = Number.isInteger(quantity) && (quantity as number) >= 1 && (quantity as number) <= 1_000_000;
  return [whole ? { sku, quantity: quantity as number } : { sku }];
}

function name(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= LONGEST;
}

function text(value: unknown, longest: number): string {
  return typeof value === "string" ? value.slice(0, longest) : "";
}

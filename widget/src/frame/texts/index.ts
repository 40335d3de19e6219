import type { UiLanguage } from "../../locale";
import { en, type Texts } from "./en";
import { zhHans } from "./zh_hans";
import { zhHant } from "./zh_hant";

export type { Texts };

export const TEXTS: Record<UiLanguage, Texts> = { en, "zh-Hans": zhHans, "zh-Hant": zhHant };

/** `{name}` in `text` becomes `values.name`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

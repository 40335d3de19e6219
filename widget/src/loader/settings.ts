/** What a shop writes into the script tag, read once. Anything unusable counts as not given. */

import { localeTag } from "../locale";
import type { Theme } from "../protocol";
import type { Rule } from "./site";

export interface Settings {
  site: string;
  name: string;
  server: string;
  locale: string;
  dir: "ltr" | "rtl" | "";
  position: "right" | "left" | "";
  offsetX: number;
  offsetY: number;
  zIndex: number;
  color: string;
  theme: Theme;
  label: string;
  greeting: string;
  rules: Rule[];
  hideOn: string;
  inline: string;
  open: boolean;
  sku: string;
}

export function readSettings(script: HTMLScriptElement): Settings {
  const data = script.dataset;
  const inline = data["inline"] ?? "";
  const greeting = (data["greeting"] ?? "").slice(0, 300);
  return {
    site: data["site"] ?? "",
    name: data["name"] ?? (inline || "main"),
    server: origin(data["server"]) ?? new URL(script.src, location.href).origin,
    locale: localeTag(data["locale"]),
    dir: data["dir"] === "rtl" || data["dir"] === "ltr" ? data["dir"] : "",
    position: data["position"] === "left" || data["position"] === "right" ? data["position"] : "",
    offsetX: length(data["offsetX"], 20),
    offsetY: length(data["offsetY"], 20),
    zIndex: Math.trunc(number(data["zIndex"]) ?? 2147483000),
    color: hexColor(data["color"]),
    theme: data["theme"] === "dark" || data["theme"] === "light" ? data["theme"] : "auto",
    label: (data["label"] ?? "").slice(0, 40),
    greeting,
    rules: rules(data, greeting),
    hideOn: data["hideOn"] ?? "",
    inline,
    open: flag(data["open"]),
    sku: (data["sku"] ?? "").slice(0, 200),
  };
}

/** `#abc` and `#aabbcc`, as `#aabbcc`. */
export function hexColor(value: unknown): string {
  if (typeof value !== "string" || !/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(value)) return "";
  return (value.length === 4 ? value.replace(/[0-9a-f]/gi, "$&$&") : value).toLowerCase();
}

function rules(data: DOMStringMap, greeting: string): Rule[] {
  const after = number(data["greetAfter"]);
  if (!greeting || (after === undefined && !data["greetOn"])) return [];
  const text = { en: greeting, zh: greeting, zh_hant: greeting };
  return [{ after_s: Math.max(0, after ?? 0), page: data["greetOn"] ?? "*", once: true, text }];
}

function origin(address: string | undefined): string | undefined {
  try {
    return address ? new URL(address, location.href).origin : undefined;
  } catch {
    return undefined;
  }
}

function flag(value: string | undefined): boolean {
  return value !== undefined && value !== "false";
}

function number(value: string | undefined): number | undefined {
  const read = Number.parseFloat(value ?? "");
  return Number.isFinite(read) ? read : undefined;
}

function length(value: string | undefined, otherwise: number): number {
  return Math.min(400, Math.max(0, number(value) ?? otherwise));
}

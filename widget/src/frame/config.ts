/** What the server wrote into the frame for this site. */

import { uiLanguage } from "../locale";

export interface Config {
  /** The site's key. */
  key: string;
  /** Origins of pages that may embed the chat. */
  origins: string[];
  /** Origins that product pictures may come from, besides this one. */
  images: string[];
  longest: number;
  shop: Names;
  assistant: Names;
  greeting: Names;
  /** Whether an experiment chooses the greeting. */
  greets?: boolean;
  /** Whether nothing is loaded that the assistant could answer from. */
  empty?: boolean;
  color: string;
}

export interface Names {
  en: string;
  zh: string;
  zh_hant?: string;
}

export function readConfig(): Config {
  const content = document.querySelector<HTMLMetaElement>("meta[name=shopdesk]")?.content ?? "{}";
  return JSON.parse(content) as Config;
}

/** The Chinese words for Chinese, where there are some, in the characters of the locale. */
export function named({ en, zh, zh_hant }: Names, locale: string): string {
  const spoken = uiLanguage(locale);
  return spoken === "en" ? en || zh : (spoken === "zh-Hant" && zh_hant) || zh || en;
}

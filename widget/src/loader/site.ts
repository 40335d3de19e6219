/** What the shop's owner chose for this site, from the server. The page's own `data-*` settings win over it. */

import { uiLanguage } from "../locale";
import type { Memory } from "./memory";

interface Words {
  en: string;
  zh: string;
  zh_hant: string;
}

/** Words that the widget says by itself after `after_s` seconds on a page whose path fits `page`. */
export interface Rule {
  after_s: number;
  page: string;
  once: boolean;
  text: Words;
}

export interface Site {
  color: string;
  position: "left" | "right";
  proactive: Rule[];
  /** Of the files that the frame loads; not known of a site that is remembered. */
  version?: string;
}

const KEPT = "site";

/** As it was at the visitor's last page, so that nothing changes before their eyes. */
export function knownSite(memory: Memory): Site | undefined {
  try {
    return JSON.parse(memory.get(KEPT) ?? "") as Site;
  } catch {
    return undefined;
  }
}

/** Throws where the server cannot be reached, or does not let this page's origin read it. */
export async function fetchSite(server: string, key: string, memory: Memory): Promise<Site> {
  const answer = await fetch(`${server}/api/v1/sites/${encodeURIComponent(key)}`, { credentials: "omit", referrerPolicy: "origin" });
  if (!answer.ok) throw new Error(`The server answered ${answer.status} for the site ${key}.`);
  const { color, position, proactive, version = "" } = (await answer.json()) as Site;
  const site = { color, position, proactive };
  memory.set(KEPT, JSON.stringify(site));
  return { ...site, version };
}

export function wordsFor(words: Words, locale: string): string {
  const spoken = uiLanguage(locale);
  return spoken === "en" ? words.en : spoken === "zh-Hant" ? words.zh_hant : words.zh;
}

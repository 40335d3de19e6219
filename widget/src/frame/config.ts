/** What the server wrote into the frame for this site. */

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
  color: string;
}

export interface Names {
  en: string;
  zh: string;
}

export function readConfig(): Config {
  const content = document.querySelector<HTMLMetaElement>("meta[name=shopdesk]")?.content ?? "{}";
  return JSON.parse(content) as Config;
}

/** The Chinese words for Chinese, where there are some. */
export function named({ en, zh }: Names, locale: string): string {
  return /^zh\b/i.test(locale) ? zh || en : en || zh;
}

/** Which of the languages that the widget speaks, and which way it runs. */

export type UiLanguage = "en" | "zh-Hans" | "zh-Hant";

const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|iw|ks|ku-arab|ps|sd|ug|ur|yi)\b/i;

/** `zh-TW`, `zh-HK`, `zh-MO` and `zh-Hant` are written in traditional characters; what is not Chinese is spoken to in English. */
export function uiLanguage(locale: string): UiLanguage {
  if (!/^zh\b/i.test(locale)) return "en";
  return /hant|-(tw|hk|mo)\b/i.test(locale) && !/hans/i.test(locale) ? "zh-Hant" : "zh-Hans";
}

export function direction(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(locale) ? "rtl" : "ltr";
}

/** A BCP 47 tag, else nothing. */
export function localeTag(value: unknown): string {
  return typeof value === "string" && /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,4}$/i.test(value) ? value : "";
}

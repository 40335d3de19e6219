/** The conversation as a text file that the customer keeps. */

import { plainText } from "./renderer";
import type { Item } from "./state";
import { fill, type Texts } from "./texts";

export function transcript(items: Item[], texts: Texts, names: { assistant: string; shop: string }, locale: string): string {
  const stamp = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const said = (who: string, text: string, at: number): string => `[${stamp.format(at)}] ${who}:\n${text}`;
  const lines = items.flatMap((item): string[] => {
    if (item.kind === "agent") return [said(item.name || texts.personName, item.text, item.at)];
    if (item.kind === "note") return [];
    const asked = item.text ? [said(texts.you, item.text, item.at)] : [];
    return item.shown ? [...asked, said(names.assistant, plainText(item.shown), item.at) + sources(item, texts)] : asked;
  });
  return `${fill(texts.transcriptTitle, { name: names.shop })}\n\n${lines.join("\n\n")}\n`;
}

function sources(item: Extract<Item, { kind: "turn" }>, texts: Texts): string {
  const lines = item.citations.map(({ title, source, quote }) => `  - ${title || source}: “${quote}”`);
  return lines.length ? `\n${texts.sources}:\n${lines.join("\n")}` : "";
}

export function download(name: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

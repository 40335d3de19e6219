/**
 * `markdown.ts`, which is as large as the chat itself: a file of its own, fetched when the chat stands and there is nothing to
 * render yet. Until it is there, and where it cannot be had, a reply is shown as the plain text that it is.
 */

import { useEffect, useState } from "preact/hooks";

export type Renderer = typeof import("./markdown");

const own = new URL((document.currentScript as HTMLScriptElement).src);
const ADDRESS = new URL(`text.js${own.search}`, own).href;
let renderer: Renderer | undefined;
let loading: Promise<void> | undefined;

export function loadRenderer(): Promise<void> {
  loading ??= (import(ADDRESS) as Promise<Renderer>).then(
    (loaded) => {
      renderer = loaded;
    },
    () => {
      loading = undefined; // the connection was lost: the next reply tries again
    },
  );
  return loading;
}

export function useRenderer(): Renderer | undefined {
  const [, again] = useState(0);
  useEffect(() => {
    if (!renderer) void loadRenderer().then(() => again(1));
  }, []);
  return renderer;
}

/** A reply's text without its marks; with them, where they cannot be told. */
export function plainText(text: string): string {
  return renderer?.plainText(text) ?? text;
}

/**
 * What the shop's page and the chat's frame say to each other.
 *
 * The page makes the frame with a random channel id in its address. The frame says `hello` with that id; the page, having
 * checked who spoke, answers `connect` with one end of a MessageChannel, and the frame, having checked that the page is one
 * that the shop allows, speaks through that port alone from then on.
 */

export const MARK = "shopdesk:1";

export interface Hello {
  mark: typeof MARK;
  say: "hello";
  channel: string;
}

export interface Connect {
  mark: typeof MARK;
  say: "connect";
  channel: string;
  settings: FrameSettings;
}

export type Theme = "light" | "dark" | "auto";

/** How the chat looks and speaks. All of it comes from the page, so the frame checks each value before using it. */
export interface FrameSettings {
  name: string;
  inline: boolean;
  locale: string;
  dir: "ltr" | "rtl" | "";
  theme: Theme;
  color: string;
  greeting: string;
  variables: Record<string, string>;
}

export interface PageContext {
  sku?: string;
  cart?: ({ sku: string; quantity?: number } | string)[];
  page?: string;
}

export type ToFrame =
  | { say: "open"; focus: boolean; question?: string | undefined }
  | { say: "close" }
  | { say: "ask"; question: string }
  | { say: "settings"; settings: FrameSettings }
  | { say: "context"; context: PageContext }
  | { say: "identify"; token: string }
  | { say: "listens"; events: string[] }
  | { say: "added"; id: string; ok: boolean }
  | { say: "reset" };

export const EVENTS = [
  "ready",
  "opened",
  "closed",
  "message",
  "unread",
  "product_click",
  "add_to_cart",
  "handover",
  "feedback",
  "error",
] as const;

export type EventName = (typeof EVENTS)[number];

export type ToPage =
  | { say: "ready" }
  | { say: "close" }
  | { say: "forgotten" }
  | { say: "event"; event: EventName; detail: Record<string, unknown> }
  | { say: "add"; id: string; detail: Record<string, unknown> }
  | { say: "visit"; url: string; sku: string }
  | { say: "live"; live: boolean };

/** 128 random bits. `crypto.randomUUID` is missing on pages without TLS. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

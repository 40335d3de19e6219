/** What went wrong with a message, as the customer is told. */

import { Refusal } from "./api";

export interface Trouble {
  /** The last two are over with the connection's: then the message is sent by itself. */
  kind: "failed" | "busy" | "lost" | "offline";
  /** Epoch milliseconds before which trying again is of no use. */
  until: number;
  /** The server's own words, where they help. */
  detail: string;
}

export function trouble(kind: Trouble["kind"], detail = "", seconds = 0): Trouble {
  return { kind, detail, until: Date.now() + seconds * 1000 };
}

export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof Refusal)) return trouble("failed");
  if (error.status === 0) return trouble(navigator.onLine ? "lost" : "offline");
  if (error.status === 429) return trouble("busy", "", error.retryAfter);
  return trouble("failed", error.status === 422 ? error.message : "");
}

/** Whether the server may have taken the message nevertheless. */
export function isUncertain({ kind }: Trouble): boolean {
  return kind === "lost" || kind === "offline";
}

/** What the HTTP API says, as far as the widget reads it. */

export interface Citation {
  n: number;
  id: string;
  source: string;
  title: string;
  quote: string;
  url?: string | null;
}

export interface Product {
  sku: string;
  title: string;
  price: number | null;
  currency: string | null;
  stock: number | null;
  url: string | null;
  why: string;
  image?: string | null;
}

export interface Reply {
  turn: number;
  language: "zh" | "en";
  action: string;
  text: string;
  citations: Citation[];
  products: Product[];
  follow_ups: string[];
  asks: string[];
  handover: { reason: string } | null;
  abstained: boolean;
  writer: string;
}

export type Rating = "up" | "down";

export interface StoredTurn {
  turn: number;
  text: string;
  reply: Reply;
  rating: Rating | null;
  created_at: string;
}

export interface History {
  messages: StoredTurn[];
  running: number | null;
  handover: { reason: string; requested_at: string } | null;
}

export interface Contact {
  hours: string | null;
  hours_zh: string | null;
  email: string | null;
  phone: string | null;
}

/** Whether the customer's yes would carry something out. */
export function awaitsYes(reply: Reply): boolean {
  return reply.action === "confirm" || reply.asks.includes("confirmation");
}

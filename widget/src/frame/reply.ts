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
  /** The price as the reply's text writes it. */
  price_text?: string;
}

export interface Reply {
  turn: number;
  language: "zh" | "en";
  intent: { name: string };
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
  role: "turn";
  turn: number;
  text: string;
  reply: Reply;
  rating: Rating | null;
  created_at: string;
}

/** What a person of the shop said. */
export interface StoredAgentMessage {
  role: "agent";
  id: number;
  name: string;
  text: string;
  at: string;
}

/** What else happened, under the name and with the data of its server-sent event. */
export interface StoredNotice {
  role: "notice";
  id: number;
  event: string;
  data: PersonData;
  at: string;
}

/** Data of the events of persons; each event has some of it. */
export interface PersonData {
  name?: string;
  text?: string;
  contact?: Contact;
  at?: string;
}

export interface History {
  messages: (StoredTurn | StoredAgentMessage | StoredNotice)[];
  running: number | null;
  /** `agent` has the conversation; null while nobody has come yet. */
  handover: { reason: string; agent: string | null } | null;
  last_event: number;
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

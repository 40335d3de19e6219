/** The HTTP API, from the frame's own origin. */

import type { PageContext } from "../protocol";
import type { Contact, History, Rating } from "./reply";

const ROOT = "/api/v1/conversations";

export interface Session {
  id: string;
  token: string;
}

/** An answer that is no success. `status` is 0 when the server was not reached. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    detail = "",
    readonly retryAfter = 0,
    private readonly kind = "",
  ) {
    super(detail);
  }

  /** The conversation is unknown, over or not this customer's: it helps to begin a new one. */
  get gone(): boolean {
    return this.status === 401 || this.status === 404;
  }

  /** The conversation is a customer's who is not logged in at the shop now. */
  get closed(): boolean {
    return this.kind.endsWith(":identity-needed");
  }
}

export interface Outgoing {
  text: string;
  locale: string;
  context?: PageContext;
}

export const begin = async (site: string, locale: string): Promise<Session> => {
  const begun = (await (await request("", { method: "POST", body: { site, locale } })).json()) as Session;
  return { id: begun.id, token: begun.token };
};

export const send = (session: Session, message: Outgoing, key: string, signal: AbortSignal): Promise<Response> =>
  request("/messages", { session, method: "POST", body: message, signal, headers: { "Idempotency-Key": key, ...SSE } });

export const resume = (session: Session, turn: number, lastId: string, signal: AbortSignal): Promise<Response> =>
  request(`/messages/${turn}/events`, { session, signal, headers: { ...(lastId && { "Last-Event-ID": lastId }), ...SSE } });

export const follow = (session: Session, lastId: string, signal: AbortSignal): Promise<Response> =>
  request("/events", { session, signal, headers: { ...(lastId && { "Last-Event-ID": lastId }), ...SSE } });

/** The turns numbered above `after`, all of them. */
export async function history(session: Session, after = 0): Promise<History> {
  const limit = 100;
  const page = (await (await request(`/messages?after=${after}&limit=${limit}`, { session })).json()) as History;
  const turns = page.messages.filter((entry) => entry.role === "turn");
  const last = turns.at(-1);
  if (!last || turns.length < limit) return page;
  const rest = await history(session, last.turn);
  return { ...rest, messages: [...page.messages, ...rest.messages] };
}

/** The greeting that an experiment chose for the conversation; empty for the shop's own. Asking counts as showing it. */
export async function greeting(session: Session, locale: string): Promise<string> {
  const answer = await request(`/greeting?locale=${encodeURIComponent(locale)}`, { session });
  return ((await answer.json()) as { text: string }).text;
}

/** Tells what came of what was shown. */
export const tellEvent = (session: Session, event: "click" | "cart", key: string): Promise<Response> =>
  request("/experiment-events", { session, method: "POST", body: { event, key } });

export const rate = (session: Session, turn: number, rating: Rating, reason?: string): Promise<Response> =>
  request("/feedback", { session, method: "POST", body: { turn, rating, ...(reason && { reason }) } });

/** What the customer did with a product; the page may be left meanwhile. */
export const interact = (session: Session, sku: string, event: "click" | "cart"): Promise<Response> =>
  request("/interactions", { session, method: "POST", body: { sku, event }, keepalive: true });

export const csat = (session: Session, score: number, text: string): Promise<Response> =>
  request("/csat", { session, method: "POST", body: { score, ...(text && { text }) } });

export const identify = (session: Session, token: string): Promise<Response> =>
  request("/identity", { session, method: "POST", body: { token } });

/** The customer has logged out at the shop. */
export const forgetIdentity = (session: Session): Promise<Response> => request("/identity", { session, method: "DELETE" });

/** Where the person who was called can write to. */
export const leaveEmail = (session: Session, email: string): Promise<Response> =>
  request("/email", { session, method: "POST", body: { email } });

export async function callPerson(session: Session): Promise<Contact> {
  const answer = await request("/handover", { session, method: "POST", body: { reason: "requested" } });
  return ((await answer.json()) as { contact: Contact }).contact;
}

interface Request {
  session?: Session;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  keepalive?: boolean;
}

const SSE = { Accept: "text/event-stream" };

const request = (path: string, { session, ...more }: Request): Promise<Response> =>
  call(session ? `${ROOT}/${encodeURIComponent(session.id)}${path}` : ROOT + path, { ...more, token: session?.token ?? "" });

/** Asks the server, with a bearer token where there is one. */
export async function call(
  address: string,
  { token, method = "GET", body, headers = {}, signal, keepalive = false }: Omit<Request, "session"> & { token: string },
): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, {
      method,
      credentials: "omit",
      cache: "no-store",
      keepalive,
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal(0);
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string; type?: string };
  throw new Refusal(answer.status, problem.detail, Number(answer.headers.get("Retry-After")) || 0, problem.type);
}

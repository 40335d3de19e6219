/** Gets one message answered over a connection that may break at any time: nothing is lost, and nothing is answered twice. */

import * as api from "./api";
import { events, type ServerEvent } from "./sse";

const RESUMES = 6;
const SENDS = 3;
const BUSY_TRIES = 10;

/** How far a message has come: its turn's number once the server has taken it, and the last event that was read. */
export interface Progress {
  turn: number | null;
  lastId: string;
}

export interface Delivery {
  session: api.Session;
  message: api.Outgoing;
  key: string;
  progress: Progress;
  signal: AbortSignal;
  heard: (event: ServerEvent) => void;
  /** Called when the connection was lost and is being made again; `anew`: what was heard of the answer counts no more. */
  stumbled: (anew: boolean) => void;
}

/**
 * Returns once the turn's last event was heard.
 * Throws a {@link api.Refusal}, with status 0 where the server could not be reached for a while.
 */
export async function deliver(delivery: Delivery): Promise<void> {
  const { progress, signal } = delivery;
  let answer = progress.turn === null ? await send(delivery) : null;
  for (let tries = 0; ; tries++) {
    try {
      answer ??= await api.resume(delivery.session, progress.turn ?? 0, progress.lastId, signal);
      if (answer.status === 204) return;
      for await (const event of events(answer)) {
        tries = 0;
        if (event.event === "error") throw failed(progress, event.data);
        progress.lastId = event.id || progress.lastId;
        delivery.heard(event);
        if (event.event === "done") return;
      }
    } catch (error) {
      const status = error instanceof api.Refusal ? error.status : 0;
      if (signal.aborted || ![0, 404].includes(status)) throw error;
      if (status === 404) forget(progress); // the server was started anew before it had answered
    }
    if (tries >= RESUMES) throw new api.Refusal(0);
    delivery.stumbled(progress.turn === null);
    await pause(400 * 2 ** tries, signal);
    answer = progress.turn === null ? await send(delivery) : null;
  }
}

async function send({ session, message, key, progress, signal }: Delivery): Promise<Response> {
  for (let lost = 0, busy = 0; ; ) {
    try {
      const answer = await api.send(session, message, key, signal);
      progress.turn = Number(/\/messages\/(\d+)\/events$/.exec(answer.headers.get("Location") ?? "")?.[1] ?? 0);
      return answer;
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      const again = error.status === 409 ? ++busy < BUSY_TRIES : error.status === 0 && navigator.onLine && ++lost < SENDS;
      if (!again) throw error;
      await pause(error.status === 409 ? 1000 * (error.retryAfter || 1) : 500 * lost, signal);
    }
  }
}

/** The turn ended without an answer: the message has to be sent again. */
function failed(progress: Progress, data: unknown): api.Refusal {
  forget(progress);
  const { status, message } = data as { status?: number; message?: string };
  return new api.Refusal(status ?? 503, message);
}

function forget(progress: Progress): void {
  progress.turn = null;
  progress.lastId = "";
}

/** Ends early when the browser says that it is back online. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      clearTimeout(timer);
      removeEventListener("online", over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    addEventListener("online", over);
    signal.addEventListener("abort", over, { once: true });
  });
}

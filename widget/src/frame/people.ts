/** What a person of the shop says and does in the conversation, as it happens. */

import * as api from "./api";
import { pause } from "./delivery";
import { events, type ServerEvent } from "./sse";

const LONGEST_PAUSE = 30_000;

/** Follows the conversation's events until `signal`, or until the server says that there are none to follow. */
export async function followPeople(session: api.Session, signal: AbortSignal, heard: (event: ServerEvent) => void): Promise<void> {
  let lastId = "";
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      for await (const event of events(await api.follow(session, lastId, signal))) {
        tries = 0;
        lastId = event.id || lastId;
        heard(event);
      }
    } catch (error) {
      if (signal.aborted || (error instanceof api.Refusal && error.gone)) return;
    }
    await pause(Math.min(LONGEST_PAUSE, 1000 * 2 ** tries), signal);
  }
}

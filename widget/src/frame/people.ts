/** What persons of the shop say and do in the conversation, as it happens. */

import * as api from "./api";
import { pause } from "./delivery";
import { agentItem, noteItem } from "./history";
import type { PersonData } from "./reply";
import { events, type ServerEvent } from "./sse";
import { newNote, type Store } from "./state";

const LONGEST_PAUSE = 30_000;

export interface Told {
  /** A person has said something. */
  said: () => void;
  /** Whether a person has been called or is there: then the page keeps the line open. */
  live: (on: boolean) => void;
  /** The last person has left. */
  left: () => void;
}

export class People {
  private line: AbortController | null = null;
  /** The id of the last event that was heard, here or in the history. */
  private lastId = "";

  constructor(
    private readonly store: Store,
    private readonly told: Told,
  ) {}

  /** A person has been called; false when that was known. */
  called(session: api.Session, more: Parameters<typeof newNote>[1] = {}): boolean {
    const { called, agent } = this.store.state;
    const news = !called && agent === null;
    if (news) {
      this.store.add(newNote("called", more));
      this.store.set({ called: true });
    }
    this.listen(session);
    return news;
  }

  /** Goes on from the history, which ends with the event `last`. */
  goOn(session: api.Session, handover: { agent: string | null } | null, last: number): void {
    this.store.set({ called: handover !== null && !handover.agent, agent: handover?.agent ?? null });
    if (last && !this.line) this.lastId = String(last);
    if (handover) this.listen(session);
  }

  stop(): void {
    this.line?.abort();
    this.line = null;
    this.lastId = "";
    this.told.live(false);
  }

  private listen(session: api.Session): void {
    this.told.live(true);
    if (this.line) return;
    this.line = new AbortController();
    void this.follow(session, this.line.signal);
  }

  /** Until `signal`, or until the server says that there is nothing to follow. */
  private async follow(session: api.Session, signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        for await (const event of events(await api.follow(session, this.lastId, signal))) {
          tries = 0;
          this.lastId = event.id || this.lastId;
          this.heard(event);
        }
      } catch (error) {
        if (signal.aborted || (error instanceof api.Refusal && error.gone)) return;
      }
      await pause(Math.min(LONGEST_PAUSE, 1000 * 2 ** tries), signal);
    }
  }

  private heard({ event, id, data }: ServerEvent): void {
    const said = data as PersonData;
    if (event === "agent_message") {
      this.store.add(agentItem(id, said));
      this.told.said();
      return;
    }
    if (event === "handover" && this.store.state.called) return; // the answer that called has told it
    for (const item of noteItem(id, event, said)) this.store.add(item);
    if (event === "agent_joined") this.store.set({ agent: said.name ?? "", called: false });
    if (event === "agent_left") {
      this.store.set({ agent: null, called: false });
      this.told.live(false);
      this.told.left();
    }
  }
}

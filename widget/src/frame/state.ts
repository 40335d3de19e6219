/** What the chat shows, and who is told when it changes. */

import { randomId } from "../protocol";
import type { Citation, Contact, Product, Rating, Reply } from "./reply";
import type { Trouble } from "./trouble";

/** `sending` and `answering` end as `done` or `failed`. */
export type Phase = "sending" | "answering" | "done" | "failed";

export interface TurnItem {
  kind: "turn";
  key: string;
  text: string;
  at: number;
  phase: Phase;
  resuming: boolean;
  turn: number | null;
  shown: string;
  citations: Citation[];
  products: Product[];
  reply: Reply | null;
  trouble: Trouble | null;
  rating: Rating | null;
}

export interface AgentItem {
  kind: "agent";
  key: string;
  name: string;
  text: string;
  at: number;
}

export interface NoteItem {
  kind: "note";
  key: string;
  note: "called" | "joined" | "left" | "unavailable" | "restarted";
  name: string;
  /** The server's own words, where it has some. */
  text: string;
  contact: Contact | null;
  at: number;
}

export type Item = TurnItem | AgentItem | NoteItem;

export interface State {
  items: Item[];
  loading: boolean;
  notLoaded: boolean;
  online: boolean;
  /** The name of the person who has the conversation; null while the assistant has it. */
  agent: string | null;
  called: boolean;
  opened: boolean;
  unread: number;
  csat: "hidden" | "asked" | "sent";
  /** What stands in the box. */
  draft: string;
  /** The token that the shop has signed for whoever is logged in there; empty for nobody. */
  identity: string;
  /** The greeting that an experiment chose; null while it is asked for, empty where none did. */
  greeting: string | null;
}

export const EMPTY: State = {
  items: [],
  loading: false,
  notLoaded: false,
  online: true,
  agent: null,
  called: false,
  opened: false,
  unread: 0,
  csat: "hidden",
  draft: "",
  identity: "",
  greeting: "",
};

export class Store {
  private listeners = new Set<(state: State) => void>();

  constructor(private current: State) {}

  get state(): State {
    return this.current;
  }

  set(changes: Partial<State>): void {
    this.current = { ...this.current, ...changes };
    for (const listener of this.listeners) listener(this.current);
  }

  /** Adds it at the end, unless it is there already. */
  add(item: Item): void {
    if (this.current.items.some(({ key }) => key === item.key)) return;
    this.set({ items: [...this.current.items, item] });
  }

  changeTurn(key: string, changes: Partial<TurnItem>): void {
    const change = (item: Item): Item => (item.kind === "turn" && item.key === key ? { ...item, ...changes } : item);
    this.set({ items: this.current.items.map(change) });
  }

  turn(key: string): TurnItem | undefined {
    return this.turns().find((item) => item.key === key);
  }

  turns(): TurnItem[] {
    return this.current.items.filter((item) => item.kind === "turn");
  }

  subscribe(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export function newTurn(key: string, text: string, at: number, more: Partial<TurnItem> = {}): TurnItem {
  return {
    kind: "turn",
    key,
    text,
    at,
    phase: "sending",
    resuming: false,
    turn: null,
    shown: "",
    citations: [],
    products: [],
    reply: null,
    trouble: null,
    rating: null,
    ...more,
  };
}

export function newNote(note: NoteItem["note"], more: Partial<NoteItem> = {}): NoteItem {
  return { kind: "note", key: randomId(), note, name: "", text: "", contact: null, at: Date.now(), ...more };
}

/** The frame's own storage, which the shop's page cannot read. */

import { read, remove, write } from "./keeping";
import type { Session } from "./api";

/** A message that has been sent and not yet answered. */
export interface Pending {
  text: string;
  key: string;
  at: number;
}

interface Kept {
  session: Session | null;
  draft: string;
  pending: Pending | null;
  rated: boolean;
  /** Changes with every message, so that the shop's other tabs notice. */
  revision: string;
}

const NOTHING: Kept = { session: null, draft: "", pending: null, rated: false, revision: "" };

export class Memory {
  private inMemory: Partial<Kept> = {};

  constructor(private readonly key: string) {}

  get<K extends keyof Kept>(name: K): Kept[K] {
    const kept = this.read();
    return kept[name] ?? NOTHING[name];
  }

  set(values: Partial<Kept>): void {
    const { draft, ...kept } = { ...NOTHING, ...this.read(), ...values };
    this.inMemory = { ...kept, draft };
    if (!write(this.key, JSON.stringify(this.inMemory))) write(this.key, JSON.stringify({ ...kept, pending: null }));
  }

  clear(): void {
    this.inMemory = {};
    remove(this.key);
  }

  /** Calls `act` when another tab has changed what is kept. */
  watch(act: () => void): void {
    addEventListener("storage", (event) => {
      if (event.key === this.key || event.key === null) act();
    });
  }

  private read(): Partial<Kept> {
    const stored = read(this.key);
    return stored ? (JSON.parse(stored) as Partial<Kept>) : this.inMemory;
  }
}

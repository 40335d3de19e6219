/** The frame's own storage, which the shop's page cannot read. */

import { read, remove, write } from "./keeping";
import { randomId } from "../protocol";
import type { Session } from "./api";

/** A message that has been sent and not yet answered. */
export interface Pending {
  text: string;
  key: string;
  at: number;
  /** The number of the last turn that was known then. */
  after: number;
}

interface Kept {
  session: Session | null;
  draft: string;
  pending: Pending[];
  rated: boolean;
  /** Changes with every message, so that the shop's other tabs notice. */
  revision: string;
}

const NOTHING: Kept = { session: null, draft: "", pending: [], rated: false, revision: "" };

export class Memory {
  private inMemory: Partial<Kept> = {};
  private seen: string;

  constructor(private readonly key: string) {
    this.seen = this.get("revision");
  }

  get<K extends keyof Kept>(name: K): Kept[K] {
    const kept = this.read();
    return kept[name] ?? NOTHING[name];
  }

  set(values: Partial<Kept>): void {
    const { draft, ...kept } = { ...NOTHING, ...this.read(), ...values };
    this.inMemory = { ...kept, draft };
    if (!write(this.key, JSON.stringify(this.inMemory))) write(this.key, JSON.stringify({ ...kept, pending: [] }));
  }

  clear(): void {
    this.inMemory = {};
    remove(this.key);
    this.touch();
  }

  /** Something was said: the shop's other tabs shall notice. */
  touch(): void {
    this.seen = randomId();
    this.set({ revision: this.seen });
  }

  /** Calls `act` when something was said in another tab: at once where the browser tells, else when this tab is looked at. */
  watch(act: () => void): void {
    const look = (): void => {
      if (document.visibilityState === "hidden" || this.get("revision") === this.seen) return;
      this.seen = this.get("revision");
      act();
    };
    addEventListener("storage", look);
    document.addEventListener("visibilitychange", look);
  }

  private read(): Partial<Kept> {
    const stored = read(this.key);
    return stored ? (JSON.parse(stored) as Partial<Kept>) : this.inMemory;
  }
}

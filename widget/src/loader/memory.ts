/** Flags about the widget in the shop's own storage; never a word of the conversation. Where storage is blocked, in memory. */

const fallback = new Map<string, string>();

export class Memory {
  constructor(private readonly prefix: string) {}

  /** `visit` is over with the tab; the others stay with the visitor. */
  get(key: string, visit = false): string | null {
    try {
      return storage(visit).getItem(this.prefix + key);
    } catch {
      return fallback.get(this.prefix + key) ?? null;
    }
  }

  set(key: string, value: string | null, visit = false): void {
    try {
      if (value === null) storage(visit).removeItem(this.prefix + key);
      else storage(visit).setItem(this.prefix + key, value);
    } catch {
      if (value === null) fallback.delete(this.prefix + key);
      else fallback.set(this.prefix + key, value);
    }
  }
}

function storage(visit: boolean): Storage {
  return visit ? sessionStorage : localStorage;
}

/** The shop's experiment with the greeting: asked for once it is to be seen, and told what came of it. */

import type { Account } from "./account";
import * as api from "./api";
import type { Store } from "./state";

const LONGEST_WAIT_MS = 1500;

export class Experiment {
  private asked = false;

  constructor(
    private readonly account: Account,
    private readonly store: Store,
  ) {}

  /** Shows the greeting that was chosen for this conversation, which begins with it; the shop's own where that takes long. */
  async greet(locale: string): Promise<void> {
    if (this.asked) return;
    this.asked = true;
    this.store.set({ greeting: null });
    const late = setTimeout(() => this.store.set({ greeting: "" }), LONGEST_WAIT_MS);
    try {
      const greeting = await api.greeting(await this.account.open(), locale);
      if (this.store.state.greeting === null) this.store.set({ greeting });
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      this.store.set({ greeting: "" });
    } finally {
      clearTimeout(late);
    }
  }

  /** The customer answered the greeting, or put something into the cart: once of each product. */
  tell(event: "click" | "cart", of: string): void {
    const { session } = this.account;
    if (this.asked && session) void api.tellEvent(session, event, `${event}:${of}`.slice(0, 64)).catch(() => undefined);
  }

  /** Another conversation begins, which is asked about anew when it is opened. */
  forget(): void {
    this.asked = false;
  }
}

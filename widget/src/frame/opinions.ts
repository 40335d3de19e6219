/** What the customer thinks of an answer and of the whole conversation. */

import * as api from "./api";
import type { Memory } from "./memory";
import type { Rating } from "./reply";
import type { Store, TurnItem } from "./state";
import type { Surroundings } from "./surroundings";

export class Opinions {
  constructor(
    private readonly store: Store,
    private readonly memory: Memory,
    private readonly around: Surroundings,
  ) {}

  /** Throws where it could not be stored; then it does not show either. */
  async rate(item: TurnItem, rating: Rating, reason?: string): Promise<void> {
    const session = this.memory.get("session");
    if (!session || item.turn === null) return;
    this.store.changeTurn(item.key, { rating });
    try {
      await api.rate(session, item.turn, rating, reason);
    } catch (error) {
      this.store.changeTurn(item.key, { rating: item.rating });
      throw error;
    }
    this.around.tell("feedback", { turn: item.turn, rating });
  }

  /** Throws where it could not be stored. */
  async rateAll(score: number, words: string): Promise<void> {
    const session = this.memory.get("session");
    if (!session) return;
    await api.csat(session, score, words);
    this.memory.set({ rated: true });
    this.store.set({ csat: "sent" });
    this.around.tell("feedback", { score });
  }

  /** Asks for a score of the whole, once in a conversation. */
  ask(): void {
    if (this.store.state.csat === "hidden" && !this.memory.get("rated") && this.memory.get("session")) {
      this.store.set({ csat: "asked" });
    }
  }

  /** The conversation goes on. */
  notNow(): void {
    if (this.store.state.csat === "asked") this.store.set({ csat: "hidden" });
  }
}

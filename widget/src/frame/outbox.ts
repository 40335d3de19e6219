/** Messages on their way, kept until they are answered: neither a reload nor a lost connection loses one. */

import type { Memory, Pending } from "./memory";
import type { History } from "./reply";

export class Outbox {
  constructor(private readonly memory: Memory) {}

  add(message: Pending): void {
    this.memory.set({ pending: [...this.memory.get("pending"), message] });
  }

  /** The message of that key is answered. */
  settle(key: string): void {
    this.memory.set({ pending: this.memory.get("pending").filter((message) => message.key !== key) });
  }

  /** The messages that the server has not answered; those that it has are settled. */
  unanswered({ messages }: History): Pending[] {
    const turns = messages.filter((entry) => entry.role === "turn");
    const answered = (message: Pending): boolean =>
      turns.some(({ turn, text }) => turn > message.after && bare(text) === bare(message.text));
    const open = this.memory.get("pending").filter((message) => !answered(message));
    this.memory.set({ pending: open });
    return open;
  }
}

/** As the server cleans a message, and a little more. */
function bare(text: string): string {
  return text.replace(/[\s\p{C}]+/gu, "");
}

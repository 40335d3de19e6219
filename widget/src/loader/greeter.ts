/** Speaks to a visitor first, by the shop's rules: so many seconds on a page whose path fits. */

import type { Memory } from "./memory";
import { matches } from "./paths";
import type { Rule } from "./site";

const GREETED = "greeted";

export class Greeter {
  private timers: number[] = [];

  constructor(
    private readonly rules: Rule[],
    private readonly memory: Memory,
    private readonly greet: (rule: Rule) => void,
  ) {}

  /** Begins to count anew, as on every page. */
  restart(path: string): void {
    this.stop();
    for (const rule of this.rules.filter((rule) => this.may(rule) && matches(rule.page, path))) {
      this.timers.push(window.setTimeout(() => this.fire(rule), rule.after_s * 1000));
    }
  }

  /** Whoever has been greeted, or has opened the chat, is not greeted again, except by rules for every time. */
  enough(): void {
    this.stop();
    this.memory.set(GREETED, "1");
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearTimeout(timer);
  }

  private fire(rule: Rule): void {
    if (!this.may(rule)) return; // greeted in another tab meanwhile
    this.enough();
    this.greet(rule);
  }

  private may(rule: Rule): boolean {
    return !rule.once || !this.memory.get(GREETED);
  }
}

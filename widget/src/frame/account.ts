/** Which conversation is this customer's, and who the customer is: only the server can tell whether that is so. */

import * as api from "./api";
import type { Memory } from "./memory";
import type { Surroundings } from "./surroundings";

export class Account {
  private identity = "";
  private beginning: Promise<api.Session> | null = null;

  constructor(
    private readonly memory: Memory,
    private readonly around: Surroundings,
    /** Called when the conversation turns out to be another customer's, who was here before. */
    private readonly estranged: () => void,
  ) {}

  get session(): api.Session | null {
    return this.memory.get("session");
  }

  /** The conversation, begun if there is none. */
  open(): Promise<api.Session> {
    if (this.session) return Promise.resolve(this.session);
    this.beginning ??= this.begin().finally(() => {
      this.beginning = null;
    });
    return this.beginning;
  }

  leave(): void {
    this.memory.set({ session: null });
  }

  /** Shows the server the token that the shop's server has signed for whoever is logged in there. */
  async identify(token: string): Promise<void> {
    this.identity = token;
    if (this.session) await this.prove(this.session);
  }

  /** The customer has left the shop's log-in. */
  logOut(): void {
    this.identity = "";
    if (this.session) void api.forgetIdentity(this.session).catch(() => undefined); // its token is forgotten here anyway
  }

  private async begin(): Promise<api.Session> {
    const session = await api.begin(this.around.site, this.around.locale());
    if (this.identity) await this.prove(session);
    this.memory.set({ session, rated: false });
    return session;
  }

  private async prove(session: api.Session): Promise<void> {
    try {
      await api.identify(session, this.identity);
    } catch (error) {
      const status = error instanceof api.Refusal ? error.status : 0;
      if (status === 409) this.estranged();
      else this.around.tell("error", { code: "identity", status });
    }
  }
}

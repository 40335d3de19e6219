/** The conversation: begun with the first message, kept over reloads, brought to its end whatever the connection does. */

import { type PageContext, randomId } from "../protocol";
import { Account } from "./account";
import * as api from "./api";
import { deliver, type Progress } from "./delivery";
import { Experiment } from "./experiment";
import { itemsOf } from "./history";
import type { Memory } from "./memory";
import { Opinions } from "./opinions";
import { Outbox } from "./outbox";
import { People } from "./people";
import { awaitsYes, type Citation, type History, type Product, type Reply } from "./reply";
import type { ServerEvent } from "./sse";
import { EMPTY, newNote, newTurn, type Store, type TurnItem } from "./state";
import type { Surroundings } from "./surroundings";
import { isUncertain, trouble, troubleOf } from "./trouble";

export class Conversation {
  context: PageContext = {};
  readonly opinions: Opinions;
  readonly experiment: Experiment;
  private readonly account: Account;
  private readonly outbox: Outbox;
  private life = new AbortController();
  private readonly people: People;
  private readonly progress = new Map<string, Progress>();

  constructor(
    readonly store: Store,
    private readonly memory: Memory,
    private readonly around: Surroundings,
  ) {
    this.account = new Account(memory, around, () => this.reset());
    this.experiment = new Experiment(this.account, store);
    this.outbox = new Outbox(memory);
    this.opinions = new Opinions(store, memory, around);
    this.people = new People(store, {
      said: () => this.arrived({ role: "agent" }),
      live: around.live,
      left: () => this.opinions.ask(),
    });
    const connected = (): void => {
      store.set({ online: navigator.onLine });
      if (navigator.onLine) this.sendAgain();
    };
    addEventListener("online", connected);
    addEventListener("offline", connected);
    memory.watch(() => void this.sync());
    store.set({ online: navigator.onLine, draft: memory.get("draft") });
  }

  get awaitsYes(): boolean {
    const reply = this.store.turns().at(-1)?.reply;
    return Boolean(reply && awaitsYes(reply));
  }

  get busy(): boolean {
    return this.store.turns().some((item) => item.phase === "sending" || item.phase === "answering");
  }

  /** Shows what the server has of the conversation, and goes on with what was under way. */
  async load(): Promise<void> {
    if (!this.account.session && !this.memory.get("pending").length) return;
    this.store.set({ loading: !this.store.state.items.length });
    await this.sync();
    this.store.set({ loading: false });
  }

  write(draft: string): void {
    this.store.set({ draft });
    this.memory.set({ draft });
  }

  async send(text: string): Promise<void> {
    const after = Math.max(0, ...this.store.turns().map(({ turn }) => turn ?? 0));
    const item = newTurn(randomId(), text, Date.now());
    this.store.add(item);
    this.opinions.notNow();
    this.experiment.tell("click", "answered");
    this.outbox.add({ text, key: item.key, at: item.at, after });
    this.around.tell("message", { role: "customer" });
    await this.run(item.key);
  }

  /** Sends it again, unless the server turns out to have answered it. */
  async retry({ key, trouble }: TurnItem): Promise<void> {
    if (this.busy) return;
    if (trouble && isUncertain(trouble)) await this.sync();
    if (this.busy || !this.store.turn(key)) return;
    this.store.changeTurn(key, { phase: "sending", trouble: null });
    await this.run(key);
  }

  async callPerson(): Promise<void> {
    try {
      const session = await this.account.open();
      const contact = await api.callPerson(session);
      if (this.people.called(session, { contact })) this.around.tell("handover", { reason: "requested" });
    } catch (error) {
      this.fail(error);
    }
  }

  /** Tells the server what the customer did with a product; nothing waits for it. */
  did(sku: string, event: "click" | "cart"): void {
    if (this.account.session) void api.interact(this.account.session, sku, event).catch(() => undefined);
  }

  async leaveEmail(email: string): Promise<void> {
    if (this.account.session) await api.leaveEmail(this.account.session, email);
  }

  /** Says who the customer is, by a token that the shop's server has signed. */
  async identify(token: string): Promise<void> {
    this.store.set({ identity: token });
    await this.account.identify(token);
    await this.sync();
  }

  /** The customer has logged out at the shop: nothing of them stays. */
  logOut(): void {
    this.account.logOut();
    this.store.set({ identity: "" });
    this.reset();
  }

  /** Forgets the conversation, here and in this browser. */
  reset(): void {
    this.life.abort();
    this.life = new AbortController();
    this.people.stop();
    this.memory.clear();
    this.progress.clear();
    this.experiment.forget();
    const { opened, online, identity } = this.store.state;
    this.store.set({ ...EMPTY, opened, online, identity });
    this.around.tell("unread", { count: 0 });
  }

  private async run(key: string): Promise<void> {
    const { signal } = this.life;
    try {
      await this.deliver(key, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof api.Refusal && error.gone && this.account.session) await this.runAnew(key, signal);
      else this.stumble(key, error);
    }
  }

  /** The conversation is over, as after a month: the message opens a new one. */
  private async runAnew(key: string, signal: AbortSignal): Promise<void> {
    const item = this.store.turn(key);
    if (!item) return;
    this.account.leave();
    this.progress.delete(key);
    this.people.stop();
    const restarted = newNote("restarted");
    this.store.set({ items: this.store.turns().length > 1 ? [restarted, item] : [item] });
    try {
      await this.deliver(key, signal);
    } catch (error) {
      if (!signal.aborted) this.stumble(key, error);
    }
  }

  private async deliver(key: string, signal: AbortSignal): Promise<void> {
    const item = this.store.turn(key);
    if (!item) return;
    const progress = this.progress.get(key) ?? { turn: item.turn, lastId: "" };
    this.progress.set(key, progress);
    if (progress.turn === null) this.store.changeTurn(key, { shown: "", turn: null });
    const session = await this.account.open();
    await deliver({
      session,
      message: { text: item.text, locale: this.around.locale(), context: this.context },
      key,
      progress,
      signal,
      heard: (event) => this.heard(key, event, progress),
      stumbled: (anew) => this.store.changeTurn(key, { resuming: true, ...(anew && { shown: "" }) }),
    });
    this.progress.delete(key);
    this.outbox.settle(key);
    this.memory.touch();
  }

  private heard(key: string, { event, data }: ServerEvent, progress: Progress): void {
    const change = (changes: Partial<TurnItem>): void =>
      this.store.changeTurn(key, { phase: "answering", resuming: false, turn: progress.turn, ...changes });
    if (event === "token") {
      const { text, reset } = data as { text: string; reset: boolean };
      change({ shown: reset ? text : (this.store.turn(key)?.shown ?? "") + text });
    } else if (event === "citations") change({ citations: data as Citation[] });
    else if (event === "products") change({ products: data as Product[] });
    else if (event === "done") this.done(key, data as Reply);
    else change({});
  }

  private done(key: string, reply: Reply): void {
    const { text, citations, products, turn } = reply;
    this.store.changeTurn(key, { phase: "done", resuming: false, shown: text, citations, products, reply, turn, trouble: null });
    this.arrived({ role: "assistant", turn, action: reply.action, abstained: reply.abstained }, Boolean(text));
    if (reply.intent.name === "goodbye") this.opinions.ask();
    const { session } = this.account;
    if (reply.handover && session && this.people.called(session)) this.around.tell("handover", { reason: reply.handover.reason });
  }

  private arrived(detail: Record<string, unknown>, counts = true): void {
    this.around.tell("message", detail);
    if (this.store.state.opened || !counts) return;
    this.store.set({ unread: this.store.state.unread + 1 });
    this.around.tell("unread", { count: this.store.state.unread });
  }

  private stumble(key: string, error: unknown): void {
    this.store.changeTurn(key, { phase: "failed", resuming: false, trouble: troubleOf(error) });
    this.fail(error);
  }

  private fail(error: unknown): void {
    if (!(error instanceof api.Refusal)) throw error;
    this.around.tell("error", { code: troubleOf(error).kind, status: error.status });
  }

  private sendAgain(): void {
    const last = this.store.turns().at(-1);
    if (last?.trouble && isUncertain(last.trouble)) void this.retry(last);
    else if (this.store.state.notLoaded) void this.load();
  }

  private async sync(): Promise<void> {
    if (this.busy) return;
    const { session } = this.account;
    const { signal } = this.life;
    try {
      const past = session ? await api.history(session) : NOTHING;
      if (signal.aborted || this.busy) return;
      this.show(past);
      if (session) this.people.goOn(session, past.handover, past.last_event);
      this.store.set({ notLoaded: false });
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      if (error.gone && !error.closed) this.account.leave();
      this.store.set({ notLoaded: !error.gone });
    }
  }

  private show(past: History): void {
    const open = this.outbox.unanswered(past);
    const last = past.messages.findLast((entry) => entry.role === "turn");
    const running = past.running !== null && past.running > (last?.turn ?? 0); // a turn is stored shortly before it ends
    const current = running ? open.pop() : undefined;
    const key = current?.key ?? randomId();
    const items = itemsOf(past);
    for (const { key, text, at } of open) items.push(newTurn(key, text, at, { phase: "failed", trouble: trouble("lost") }));
    if (running) items.push(newTurn(key, current?.text ?? "", current?.at ?? Date.now(), { turn: past.running }));
    this.store.set({ items });
    if (running) void this.run(key);
  }
}

const NOTHING: History = { messages: [], running: null, handover: null, last_event: 0 };

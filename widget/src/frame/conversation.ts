/** The conversation: begun with the first message, kept over reloads, brought to its end whatever the connection does. */

import { type EventName, type PageContext, randomId } from "../protocol";
import * as api from "./api";
import { deliver, type Progress } from "./delivery";
import type { Memory } from "./memory";
import { itemsOf } from "./history";
import { People } from "./people";
import { awaitsYes, type Citation, type History, type Product, type Rating, type Reply } from "./reply";
import type { ServerEvent } from "./sse";
import { EMPTY, newNote, newTurn, type Store, type Trouble, type TurnItem } from "./state";

export interface Surroundings {
  site: string;
  locale: () => string;
  tell: (event: EventName, detail: Record<string, unknown>) => void;
  /** Whether a person may be answering: then the page keeps the line open. */
  live: (on: boolean) => void;
}

export class Conversation {
  context: PageContext = {};
  private identity = "";
  private life = new AbortController();
  private readonly people: People;
  private readonly progress = new Map<string, Progress>();

  constructor(
    readonly store: Store,
    private readonly memory: Memory,
    private readonly around: Surroundings,
  ) {
    this.people = new People(store, {
      said: () => this.arrived({ role: "agent" }),
      live: around.live,
      left: () => this.askForScore(),
    });
    const connected = (): void => {
      store.set({ online: navigator.onLine });
      if (navigator.onLine) this.sendAgain();
    };
    addEventListener("online", connected);
    addEventListener("offline", connected);
    memory.watch(() => void this.sync());
    store.set({ online: navigator.onLine });
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
    if (!this.memory.get("session") && !this.memory.get("pending")) return;
    this.store.set({ loading: !this.store.state.items.length });
    await this.sync();
    this.store.set({ loading: false });
  }

  async send(text: string): Promise<void> {
    const item = newTurn(randomId(), text, Date.now());
    this.store.add(item);
    if (this.store.state.csat === "asked") this.store.set({ csat: "hidden" }); // it goes on
    this.memory.set({ pending: { text, key: item.key, at: item.at }, draft: "" });
    this.around.tell("message", { role: "customer" });
    await this.run(item.key);
  }

  async retry(key: string): Promise<void> {
    if (this.busy) return;
    this.store.changeTurn(key, { phase: "sending", trouble: null });
    await this.run(key);
  }

  async rate(item: TurnItem, rating: Rating, reason?: string): Promise<void> {
    const session = this.memory.get("session");
    if (!session || item.turn === null) return;
    this.store.changeTurn(item.key, { rating });
    try {
      await api.rate(session, item.turn, rating, reason);
      this.around.tell("feedback", { turn: item.turn, rating });
    } catch (error) {
      this.store.changeTurn(item.key, { rating: item.rating });
      throw error;
    }
  }

  async rateAll(score: number, words: string): Promise<void> {
    const session = this.memory.get("session");
    if (!session) return;
    await api.csat(session, score, words);
    this.memory.set({ rated: true });
    this.store.set({ csat: "sent" });
    this.around.tell("feedback", { score });
  }

  async callPerson(): Promise<void> {
    try {
      const session = await this.session();
      const contact = await api.callPerson(session);
      if (this.people.called(session, { contact })) this.around.tell("handover", { reason: "requested" });
    } catch (error) {
      this.fail(error);
    }
  }

  async leaveEmail(email: string): Promise<void> {
    const session = this.memory.get("session");
    if (session) await api.leaveEmail(session, email);
  }

  /** The shop's server says by a signed token who the customer is; only the server can tell whether that is so. */
  async identify(token: string): Promise<void> {
    this.identity = token;
    const session = this.memory.get("session");
    if (!session) return;
    await this.prove(session);
    await this.sync();
  }

  /** The customer has left the shop's log-in: the conversation is closed there and forgotten here. */
  logOut(): void {
    const session = this.memory.get("session");
    if (session) void api.forgetIdentity(session).catch(() => undefined); // without its token nobody here opens it anyway
    this.identity = "";
    this.reset();
  }

  /** Forgets the conversation, here and in this browser. */
  reset(): void {
    this.life.abort();
    this.life = new AbortController();
    this.people.stop();
    this.memory.clear();
    this.progress.clear();
    const { opened, online } = this.store.state;
    this.store.set({ ...EMPTY, opened, online });
    this.around.tell("unread", { count: 0 });
  }

  private async run(key: string): Promise<void> {
    const { signal } = this.life;
    try {
      await this.deliver(key, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof api.Refusal && error.gone && this.memory.get("session")) await this.runAnew(key, signal);
      else this.stumble(key, error);
    }
  }

  /** The conversation is over, as after a month: the message opens a new one. */
  private async runAnew(key: string, signal: AbortSignal): Promise<void> {
    const item = this.store.turn(key);
    if (!item) return;
    this.memory.set({ session: null });
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
    const session = await this.session();
    await deliver({
      session,
      message: { text: item.text, locale: this.around.locale(), context: this.context },
      key,
      progress,
      signal,
      heard: (event) => this.heard(key, event, progress),
      stumbled: () => this.store.changeTurn(key, { resuming: true }),
    });
    this.progress.delete(key);
    this.memory.set({ pending: null, revision: randomId() });
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
    const session = this.memory.get("session");
    if (reply.handover && session && this.people.called(session)) this.around.tell("handover", { reason: reply.handover.reason });
  }

  private arrived(detail: Record<string, unknown>, counts = true): void {
    this.around.tell("message", detail);
    if (this.store.state.opened || !counts) return;
    this.store.set({ unread: this.store.state.unread + 1 });
    this.around.tell("unread", { count: this.store.state.unread });
  }

  askForScore(): void {
    if (this.store.state.csat === "hidden" && !this.memory.get("rated") && this.memory.get("session")) {
      this.store.set({ csat: "asked" });
    }
  }

  private async session(): Promise<api.Session> {
    const kept = this.memory.get("session");
    if (kept) return kept;
    const session = await api.begin(this.around.site, this.around.locale());
    this.memory.set({ session, rated: false });
    if (this.identity) await this.prove(session);
    return session;
  }

  private async prove(session: api.Session): Promise<void> {
    try {
      await api.identify(session, this.identity);
    } catch (error) {
      const status = error instanceof api.Refusal ? error.status : 0;
      if (status === 409) this.reset(); // the conversation is another customer's, who was here before
      else this.around.tell("error", { code: "identity", status });
    }
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
    if (last?.trouble && ["offline", "lost"].includes(last.trouble.kind)) void this.retry(last.key);
    else if (this.store.state.notLoaded) void this.load();
  }

  private async sync(): Promise<void> {
    const session = this.memory.get("session");
    if (this.busy) return;
    const { signal } = this.life;
    try {
      const past = session ? await api.history(session) : NOTHING;
      if (signal.aborted || this.busy) return;
      this.show(past);
      if (session) this.people.goOn(session, past.handover, past.last_event);
      this.store.set({ notLoaded: false });
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      if (error.gone && !error.closed) this.memory.set({ session: null, pending: null });
      this.store.set({ notLoaded: !error.gone });
    }
  }

  private show(past: History): void {
    const items = itemsOf(past);
    const pending = this.memory.get("pending");
    const last = past.messages.findLast((entry) => entry.role === "turn");
    const answered = pending && last?.text === pending.text && Date.parse(last.created_at) >= pending.at - 60_000;
    if (answered) this.memory.set({ pending: null });
    const open = answered ? null : pending;
    const key = open?.key ?? randomId();
    const running = past.running !== null && past.running > (last?.turn ?? 0); // a turn is stored shortly before it ends
    if (running) items.push(newTurn(key, open?.text ?? "", open?.at ?? Date.now(), { turn: past.running }));
    else if (open) items.push(newTurn(key, open.text, open.at, { phase: "failed", trouble: trouble("lost") }));
    this.store.set({ items });
    if (running) void this.run(key);
  }
}

const NOTHING: History = { messages: [], running: null, handover: null, last_event: 0 };

function trouble(kind: Trouble["kind"], detail = "", seconds = 0): Trouble {
  return { kind, detail, until: Date.now() + seconds * 1000 };
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof api.Refusal)) return trouble("failed");
  if (error.status === 0) return trouble(navigator.onLine ? "lost" : "offline");
  if (error.status === 429) return trouble("busy", "", error.retryAfter);
  return trouble("failed", error.status === 422 ? error.message : "");
}

/** The conversation: begun with the first message, kept over reloads, brought to its end whatever the connection does. */

import { type EventName, type PageContext, randomId } from "../protocol";
import * as api from "./api";
import { deliver, type Progress } from "./delivery";
import type { Memory } from "./memory";
import { followPeople } from "./people";
import { awaitsYes, type Citation, type History, type Product, type Rating, type Reply, type StoredTurn } from "./reply";
import type { ServerEvent } from "./sse";
import { EMPTY, type Item, newTurn, type NoteItem, type Store, type Trouble, type TurnItem } from "./state";

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
  private people: AbortController | null = null;
  private readonly progress = new Map<string, Progress>();

  constructor(
    readonly store: Store,
    private readonly memory: Memory,
    private readonly around: Surroundings,
  ) {
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
      this.handedOver("requested", { contact });
    } catch (error) {
      this.fail(error);
    }
  }

  identify(token: string): void {
    this.identity = token;
    const session = this.memory.get("session");
    if (session) void this.prove(session);
  }

  /** Forgets everything, here and in this browser. */
  reset(): void {
    this.life.abort();
    this.life = new AbortController();
    this.people?.abort();
    this.people = null;
    this.identity = "";
    this.memory.clear();
    this.progress.clear();
    const { opened, online } = this.store.state;
    this.store.set({ ...EMPTY, opened, online });
    this.around.live(false);
    this.around.tell("unread", { count: 0 });
  }

  private async run(key: string): Promise<void> {
    const { signal } = this.life;
    try {
      await this.deliver(key, signal);
    } catch (error) {
      if (signal.aborted) return;
      const { pending } = { pending: this.memory.get("pending") };
      if (pending?.key === key && error instanceof api.Refusal && error.gone) await this.runAnew(key, signal);
      else this.stumble(key, error);
    }
  }

  /** The conversation is over, as after a month: the message opens a new one. */
  private async runAnew(key: string, signal: AbortSignal): Promise<void> {
    const item = this.store.turn(key);
    if (!item) return;
    this.memory.set({ session: null });
    this.progress.delete(key);
    const restarted = note("restarted");
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
    if (reply.handover) this.handedOver(reply.handover.reason);
  }

  private arrived(detail: Record<string, unknown>, counts = true): void {
    this.around.tell("message", detail);
    if (this.store.state.opened || !counts) return;
    this.store.set({ unread: this.store.state.unread + 1 });
    this.around.tell("unread", { count: this.store.state.unread });
  }

  private handedOver(reason: string, more: Partial<NoteItem> = {}): void {
    if (!this.store.state.called && !this.store.state.agent) {
      this.store.add(note("called", more));
      this.around.tell("handover", { reason });
    }
    this.store.set({ called: true });
    this.listenToPeople();
  }

  private listenToPeople(): void {
    const session = this.memory.get("session");
    if (!session || this.people) return;
    this.people = new AbortController();
    this.around.live(true);
    void followPeople(session, this.people.signal, (event) => this.personDid(event));
  }

  private personDid({ event, data }: ServerEvent): void {
    const { id = "", name = "", text = "", at = "" } = data as Record<string, string>;
    const when = Date.parse(at) || Date.now();
    if (event === "agent_joined") {
      this.store.set({ agent: name, called: false });
      this.store.add(note("joined", { name }));
    } else if (event === "agent_left") {
      this.store.set({ agent: null, called: false });
      this.store.add(note("left", { name }));
      this.askForScore();
    } else if (event === "agent_message" && !this.store.state.items.some((item) => item.key === id)) {
      this.store.add({ kind: "agent", key: id, name, text, at: when });
      this.arrived({ role: "agent" });
    }
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
      this.around.tell("error", { code: "identity", status: error instanceof api.Refusal ? error.status : 0 });
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
      const past = session ? await api.history(session) : { messages: [], running: null, handover: null };
      if (!signal.aborted && !this.busy) this.show(past);
      this.store.set({ notLoaded: false });
    } catch (error) {
      if (!(error instanceof api.Refusal)) throw error;
      if (error.gone) this.memory.set({ session: null, pending: null });
      this.store.set({ notLoaded: !error.gone });
    }
  }

  private show(past: History): void {
    const items: Item[] = past.messages.map(finished);
    const pending = this.memory.get("pending");
    const last = past.messages.at(-1);
    const answered = pending && last?.text === pending.text && Date.parse(last.created_at) >= pending.at - 60_000;
    if (answered) this.memory.set({ pending: null });
    const open = answered ? null : pending;
    const key = open?.key ?? randomId();
    if (past.running !== null) items.push(newTurn(key, open?.text ?? "", open?.at ?? Date.now(), { turn: past.running }));
    else if (open) items.push(newTurn(key, open.text, open.at, { phase: "failed", trouble: trouble("lost") }));
    this.store.set({ items, called: Boolean(past.handover) });
    if (past.handover) this.listenToPeople();
    if (past.running !== null) void this.run(key);
  }
}

function finished({ turn, text, reply, rating, created_at }: StoredTurn): TurnItem {
  const { citations, products, text: shown } = reply;
  return newTurn(`turn-${turn}`, text, Date.parse(created_at), { phase: "done", turn, shown, citations, products, reply, rating });
}

function note(which: NoteItem["note"], more: Partial<NoteItem> = {}): NoteItem {
  return { kind: "note", key: randomId(), note: which, name: "", contact: null, at: Date.now(), ...more };
}

function trouble(kind: Trouble["kind"], detail = "", seconds = 0): Trouble {
  return { kind, detail, until: Date.now() + seconds * 1000 };
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof api.Refusal)) return trouble("failed");
  if (error.status === 0) return trouble(navigator.onLine ? "lost" : "offline");
  if (error.status === 429) return trouble("busy", "", error.retryAfter);
  return trouble("failed", error.status === 422 ? error.message : "");
}

/** One widget on the page: its shell, its frame once it has been opened, and what it passes between the two. */

import type { EventName, FrameSettings, PageContext, ToFrame, ToPage } from "../protocol";
import { Ahead } from "./ahead";
import { FrameLink } from "./frame_link";
import { frameSettings } from "./frame_settings";
import { Greeter } from "./greeter";
import { Memory } from "./memory";
import { matches } from "./paths";
import { hexColor, type Settings } from "./settings";
import { Shell } from "./shell";
import { fetchSite, knownSite, type Site, wordsFor } from "./site";

const OPEN = "open";
const LIVE = "live";
const FORGET = "forget";

export interface Surroundings {
  emit: (event: EventName, detail: Record<string, unknown>) => Promise<boolean>;
  listened: () => string[];
}

export class Instance {
  private readonly shell: Shell;
  private readonly memory: Memory;
  private readonly ahead: Ahead;
  private greeter: Greeter;
  private link: FrameLink | undefined;
  private opened = false;
  private locale: string;
  private greeting: string;
  private token: string | undefined;
  private context: PageContext;

  constructor(
    readonly settings: Settings,
    private readonly around: Surroundings,
  ) {
    this.memory = new Memory(`shopdesk:${settings.site}:${settings.name}:`);
    this.locale = settings.locale || document.documentElement.lang || navigator.language;
    this.greeting = settings.greeting;
    this.context = settings.sku ? { sku: settings.sku } : {};
    this.ahead = new Ahead(settings.server);
    this.shell = new Shell(settings, {
      toggle: () => this.toggle(),
      near: () => !this.link && this.ahead.fetch(),
      close: () => this.close(),
      retry: () => this.retry(),
      openTeaser: () => this.open(),
      dismissTeaser: () => this.shell.unsay(),
    });
    this.shell.speak(this.locale);
    this.greeter = new Greeter([], this.memory, () => undefined);
  }

  get element(): HTMLElement {
    return this.shell.host;
  }

  /** Called once the element stands in the page. */
  start(): void {
    this.navigated();
    void this.learn();
    if (this.settings.inline) this.openWhenSeen();
    else if (this.settings.open || (this.memory.get(OPEN, true) && !this.shell.sheet.matches)) this.open(undefined, false);
    else if (this.memory.get(LIVE, true)) this.connect(); // a person may be answering: count what they say
  }

  open(question?: string, focus = true): void {
    const already = this.opened;
    this.opened = true;
    this.greeter.enough();
    this.shell.unsay();
    this.shell.show(true);
    this.remember(OPEN, true);
    const link = this.connect();
    if (focus) link.iframe.focus({ preventScroll: true });
    link.say({ say: "open", focus, question });
    if (!already) void this.emit("opened", {});
  }

  close(): void {
    if (!this.opened || this.settings.inline) return;
    const focused = document.activeElement === this.shell.host;
    this.opened = false;
    this.shell.show(false);
    this.remember(OPEN, false);
    this.link?.say({ say: "close" });
    if (focused) this.shell.focusLauncher();
    void this.emit("closed", {});
  }

  toggle(): void {
    if (this.opened) this.close();
    else this.open();
  }

  ask(question: string): void {
    this.open();
    this.link?.say({ say: "ask", question });
  }

  identify(token: string): void {
    this.token = token;
    this.link?.say({ say: "identify", token });
  }

  speak(locale: string): void {
    this.locale = locale;
    this.shell.speak(locale);
    this.link?.say({ say: "settings", settings: this.frameSettings() });
  }

  know(context: PageContext): void {
    this.context = { ...this.context, ...context };
    this.tellContext();
  }

  /** Forgets the customer: the frame does at once, or, when there is none or the page goes away meanwhile, the next one. */
  reset(): void {
    this.token = undefined;
    this.context = {};
    for (const key of [OPEN, LIVE]) this.remember(key, false);
    this.memory.set(FORGET, "1");
    this.shell.count(0);
    this.link?.say({ say: "reset" });
  }

  listenersChanged(): void {
    this.link?.say({ say: "listens", events: this.around.listened() });
  }

  /** The page's address is another one: its context and the shop's rules follow. */
  navigated(): void {
    const { hideOn, inline } = this.settings;
    const hidden = !inline && Boolean(hideOn) && matches(hideOn, location.pathname);
    this.shell.host.hidden = hidden;
    if (hidden || this.opened) this.greeter.stop();
    else this.greeter.restart(location.pathname);
    this.tellContext();
  }

  shutdown(): void {
    this.greeter.stop();
    this.link?.remove();
    this.shell.remove();
  }

  /** How the owner wants it on this site. Where that cannot be learned, nothing is offered that could not be kept. */
  private async learn(): Promise<void> {
    const { server, site } = this.settings;
    const known = knownSite(this.memory);
    if (known) this.dress(known);
    try {
      this.dress(await fetchSite(server, site, this.memory));
    } catch {
      if (!known) void this.emit("error", { code: "unreachable" });
    }
  }

  private dress({ color, position, proactive, version }: Site): void {
    const { settings } = this;
    if (version) this.ahead.know(version);
    this.shell.dress(settings.color || hexColor(color), settings.position || position);
    const rules = settings.rules.length ? settings.rules : proactive;
    this.greeter.stop();
    this.greeter = new Greeter(settings.inline ? [] : rules, this.memory, ({ text }) => {
      if (this.opened) return;
      this.greeting = wordsFor(text, this.locale);
      this.shell.say(this.greeting);
    });
    if (!this.shell.host.hidden && !this.opened) this.greeter.restart(location.pathname);
  }

  private openWhenSeen(): void {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      this.open(undefined, false);
    });
    seen.observe(this.shell.host);
  }

  private connect(): FrameLink {
    if (this.link) return this.link;
    const { server, site } = this.settings;
    const link = new FrameLink(server, site, () => this.frameSettings(), {
      heard: (message) => void this.heard(message),
      silent: () => {
        this.shell.fail();
        void this.emit("error", { code: "unreachable" });
      },
    });
    this.link = link;
    this.shell.hold(link.iframe);
    const known: ToFrame[] = [
      { say: "listens", events: this.around.listened() },
      { say: "context", context: this.pageContext() },
    ];
    if (this.memory.get(FORGET)) known.unshift({ say: "reset" });
    if (this.token) known.push({ say: "identify", token: this.token });
    for (const message of known) link.say(message);
    return link;
  }

  private retry(): void {
    this.link?.remove();
    this.link = undefined;
    this.open();
  }

  private async heard(message: ToPage): Promise<void> {
    switch (message.say) {
      case "ready":
        this.shell.ready();
        await this.emit("ready", {});
        break;
      case "close":
        this.close();
        break;
      case "forgotten":
        this.memory.set(FORGET, null);
        break;
      case "live":
        this.remember(LIVE, message.live);
        break;
      case "event":
        if (message.event === "unread") this.shell.count(Number(message.detail["count"]) || 0);
        await this.emit(message.event, message.detail);
        break;
      case "add":
        this.link?.say({ say: "added", id: message.id, ok: await this.emit("add_to_cart", message.detail) });
        break;
      case "visit":
        await this.visit(message.url, message.sku);
    }
  }

  /** A page of this very shop opens in this tab, unless a listener takes it, as a single-page application does. */
  private async visit(url: string, sku: string): Promise<void> {
    if (!(await this.emit("product_click", { sku, url }))) return;
    if (this.shell.sheet.matches) this.close();
    if (new URL(url, location.href).origin === location.origin) location.assign(url);
  }

  private emit(event: EventName, detail: Record<string, unknown>): Promise<boolean> {
    return this.around.emit(event, { ...detail, widget: this.settings.name });
  }

  private remember(key: string, on: boolean): void {
    if (!this.settings.inline) this.memory.set(key, on ? "1" : null, true);
  }

  private tellContext(): void {
    this.link?.say({ say: "context", context: this.pageContext() });
  }

  /** The page without its query and fragment, which may hold what is nobody's business. */
  private pageContext(): PageContext {
    return { page: location.origin + location.pathname, ...this.context };
  }

  private frameSettings(): FrameSettings {
    return frameSettings(this.shell.host, this.settings, this.locale, this.greeting);
  }
}

/** All widgets of the page, the commands to them and the listeners of the page. */

import { localeTag } from "../locale";
import { EVENTS, type EventName, type PageContext } from "../protocol";
import { Instance } from "./instance";
import { Navigation } from "./navigation";
import { readSettings, type Settings } from "./settings";

type Listener = (detail: Record<string, unknown>) => unknown;
type Given = Record<string, unknown> | string | undefined;

export class Commands {
  private readonly settings: Settings[] = [];
  private readonly instances = new Map<string, Instance>();
  private readonly listeners = new Map<EventName, Set<Listener>>();
  private navigation: Navigation | undefined;
  private readonly places = new MutationObserver(() => this.place());

  /** Adds the widget of a script tag; one that the page has already, by its name, is not added twice. */
  add(script: HTMLScriptElement, queued: unknown[][]): void {
    const settings = readSettings(script);
    if (!settings.site) {
      this.complain("the script tag needs data-site, the key of your site.");
      return;
    }
    if (this.settings.some((known) => known.name === settings.name)) return;
    this.settings.push(settings);
    this.navigation ??= new Navigation(() => this.each((instance) => instance.navigated()));
    // What must be known before anything opens comes first; the rest in its order.
    const early = (command: unknown[]): boolean => /^(on|identify|setLocale|setContext)$/.test(String(command[0]));
    const start = (): void => {
      this.place();
      for (const command of [...queued.filter(early), ...queued.filter((command) => !early(command))]) this.run(command);
    };
    if (document.body) start();
    else addEventListener("DOMContentLoaded", start, { once: true });
  }

  /** `[command, …]`; `name.command` is for the widget of that name. */
  run([command, ...given]: unknown[]): void {
    const [action = "", name] = String(command).split(".").reverse();
    const first = given[0] as Given;
    const value = typeof first === "object" && first ? first : {};
    const text = (key: string): string => String((typeof first === "string" ? first : value[key]) ?? "").trim();
    const one = name === undefined ? this.instances.values().next().value : this.instances.get(name);
    const all = name === undefined ? [...this.instances.values()] : one ? [one] : [];
    const actions: Record<string, () => void> = {
      open: () => one?.open(text("question") || undefined),
      close: () => one?.close(),
      toggle: () => one?.toggle(),
      ask: () => text("question") && one?.ask(text("question")),
      identify: () => text("token") && all.forEach((instance) => instance.identify(text("token"))),
      setLocale: () => localeTag(text("locale")) && all.forEach((instance) => instance.speak(text("locale"))),
      setContext: () => all.forEach((instance) => instance.know(value as PageContext)),
      reset: () => all.forEach((instance) => instance.reset()),
      shutdown: () => this.shutdown(all),
      on: () => this.listen(text(""), given[1], true),
      off: () => this.listen(text(""), given[1], false),
    };
    const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (known) known();
    else this.complain(`there is no command ${JSON.stringify(command)}; there are ${Object.keys(actions).join(", ")}.`);
  }

  private listen(event: string, listener: unknown, on: boolean): void {
    if (!EVENTS.includes(event as EventName) || typeof listener !== "function") {
      this.complain(`'on' takes one of ${EVENTS.join(", ")}, and a function.`);
      return;
    }
    const listeners = this.listeners.get(event as EventName) ?? new Set();
    if (on) listeners.add(listener as Listener);
    else listeners.delete(listener as Listener);
    this.listeners.set(event as EventName, listeners);
    this.each((instance) => instance.listenersChanged());
  }

  /** Calls the listeners; false when one of them returned false, or a promise of it, or failed. */
  private async emit(event: EventName, detail: Record<string, unknown>): Promise<boolean> {
    const answers = [...(this.listeners.get(event) ?? [])].map(async (listener) => listener(detail));
    const settled = await Promise.allSettled(answers);
    for (const one of settled) if (one.status === "rejected") reportError(one.reason);
    return settled.every((one) => one.status === "fulfilled" && one.value !== false);
  }

  /** Puts each widget where it belongs. The place of an inline one may come and go with a single-page application. */
  private place(): void {
    for (const settings of this.settings) {
      const container = settings.inline ? this.find(settings.inline) : document.documentElement;
      const instance = this.instances.get(settings.name);
      if (instance && (!container || !container.contains(instance.element))) {
        instance.shutdown();
        this.instances.delete(settings.name);
      }
      if (container && !this.instances.has(settings.name)) this.begin(settings, container);
    }
    this.places.disconnect();
    if (this.settings.some((settings) => settings.inline)) {
      this.places.observe(document.documentElement, { childList: true, subtree: true });
    }
  }

  private find(selector: string): Element | null {
    try {
      return document.querySelector(selector);
    } catch {
      this.complain(`data-inline is no selector: ${JSON.stringify(selector)}.`);
      return null;
    }
  }

  private begin(settings: Settings, container: Element): void {
    const instance = new Instance(settings, {
      emit: (event, detail) => this.emit(event, detail),
      listened: () => [...this.listeners].filter(([, listeners]) => listeners.size).map(([event]) => event),
    });
    this.instances.set(settings.name, instance);
    container.append(instance.element);
    instance.start();
  }

  private shutdown(which: Instance[]): void {
    for (const instance of which) {
      instance.shutdown();
      this.instances.delete(instance.settings.name);
      this.settings.splice(this.settings.indexOf(instance.settings), 1);
    }
    if (this.settings.length) return;
    this.places.disconnect();
    this.navigation?.stop();
    this.navigation = undefined;
    this.listeners.clear();
  }

  private each(act: (instance: Instance) => void): void {
    this.instances.forEach(act);
  }

  private complain(sentence: string): void {
    console.warn(`Shopdesk: ${sentence}`);
  }
}

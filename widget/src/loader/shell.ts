/** What the shop's page shows of the widget: the launcher, a greeting beside it, and the panel that holds the frame. */

import { direction, uiLanguage } from "../locale";
import { ICONS, icon, make } from "./dom";
import type { Settings } from "./settings";
import { readableOn, SHEET, STYLE } from "./style";
import { type LoaderTexts, TEXTS } from "./texts";

export interface Wishes {
  toggle: () => void;
  /** The visitor is about to open the chat. */
  near: () => void;
  close: () => void;
  retry: () => void;
  openTeaser: () => void;
  dismissTeaser: () => void;
}

export class Shell {
  readonly host = document.createElement("shopdesk-widget");
  readonly sheet = matchMedia(SHEET);
  private readonly root = make("div", { class: "root" });
  private readonly panel = make("div", { class: "panel closed", role: "dialog" });
  private readonly cover = make("div", { class: "cover" });
  private readonly launcher = make("button", { class: "launcher", type: "button", "aria-haspopup": "dialog" });
  private readonly badge = make("span", { class: "badge", "aria-hidden": "true", hidden: "" });
  private teaser: HTMLElement | undefined;
  private texts: LoaderTexts = TEXTS.en;
  private unread = 0;
  private opened = false;

  constructor(
    private readonly settings: Settings,
    private readonly wishes: Wishes,
  ) {
    const shadow = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // unlike a style element, allowed by any content security policy
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    this.host.dataset["name"] = settings.name;
    this.host.classList.toggle("inline", Boolean(settings.inline));
    this.root.classList.add(settings.inline ? "inline" : "right", settings.theme);
    this.set({ x: `${settings.offsetX}px`, y: `${settings.offsetY}px`, z: String(settings.zIndex) });
    this.launcher.hidden = true; // until it is known how it looks
    this.panel.append(this.cover);
    if (settings.inline) this.panel.setAttribute("role", "region");
    else this.root.append(this.launcher);
    this.root.append(this.panel);
    shadow.append(this.root);
    this.launcher.addEventListener("click", wishes.toggle);
    for (const sign of ["pointerenter", "touchstart", "focus"]) this.launcher.addEventListener(sign, wishes.near, { passive: true });
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !settings.inline) wishes.close();
    });
    this.sheet.addEventListener("change", this.fit);
    visualViewport?.addEventListener("resize", this.fit);
    visualViewport?.addEventListener("scroll", this.fit);
    this.fit();
  }

  /** The look, and with it the launcher appears. */
  dress(color: string, position: "left" | "right"): void {
    if (color) this.set({ color, "on-color": readableOn(color) });
    if (!this.settings.inline) this.root.classList.replace(position === "left" ? "right" : "left", position);
    this.launcher.hidden = false;
  }

  /** The words in the language of `locale`, and the way it runs. */
  speak(locale: string): void {
    this.texts = TEXTS[uiLanguage(locale)];
    this.root.dir = this.settings.dir || direction(locale);
    this.root.lang = uiLanguage(locale);
    this.panel.setAttribute("aria-label", this.texts.chat);
    this.draw();
  }

  show(opened: boolean): void {
    this.opened = opened;
    this.root.classList.toggle("opened", opened);
    this.panel.classList.toggle("closed", !opened);
    this.panel.inert = !opened;
    this.fit();
    this.draw();
  }

  /** Puts the frame in, behind a cover until it is {@link ready}. */
  hold(frame: HTMLIFrameElement): void {
    frame.title = this.texts.chat;
    this.panel.classList.remove("ready");
    this.panel.append(frame);
    this.wait();
  }

  ready(): void {
    this.panel.classList.add("ready");
  }

  fail(): void {
    const retry = make("button", { class: "retry", type: "button" }, this.texts.retry);
    retry.addEventListener("click", this.wishes.retry);
    this.cover.replaceChildren(make("p", { role: "alert" }, this.texts.failed), retry, this.closer());
    this.panel.classList.remove("ready");
  }

  count(unread: number): void {
    this.unread = unread;
    this.draw();
  }

  say(text: string): void {
    this.unsay();
    const said = make("button", { class: "say", type: "button", dir: "auto" }, text);
    const dismiss = make("button", { class: "dismiss", type: "button", "aria-label": this.texts.dismiss }, icon(...ICONS.cross));
    said.addEventListener("click", this.wishes.openTeaser);
    dismiss.addEventListener("click", this.wishes.dismissTeaser);
    this.teaser = make("div", { class: "teaser", role: "status" }, said, dismiss);
    this.root.append(this.teaser);
  }

  unsay(): void {
    this.teaser?.remove();
    this.teaser = undefined;
  }

  focusLauncher(): void {
    this.launcher.focus({ preventScroll: true });
  }

  remove(): void {
    this.sheet.removeEventListener("change", this.fit);
    visualViewport?.removeEventListener("resize", this.fit);
    visualViewport?.removeEventListener("scroll", this.fit);
    this.host.remove();
  }

  private set(variables: Record<string, string>): void {
    for (const [name, value] of Object.entries(variables)) this.host.style.setProperty(`--${name}`, value);
  }

  /** On a phone the panel is as large as what the keyboard leaves of the screen. */
  private readonly fit = (): void => {
    const sheet = this.sheet.matches && !this.settings.inline;
    this.root.classList.toggle("sheet", sheet);
    this.panel.setAttribute("aria-modal", String(sheet));
    const view = visualViewport;
    const covered = sheet && this.opened && view && view.height < innerHeight - 1;
    this.panel.style.height = covered ? `${view.height}px` : "";
    this.panel.style.top = covered ? `${view.offsetTop}px` : "";
  };

  private wait(): void {
    const dots = make("div", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
    this.cover.replaceChildren(dots, make("p", { role: "status" }, this.texts.loading), this.closer());
  }

  private closer(): HTMLElement {
    const close = make("button", { class: "close", type: "button", "aria-label": this.texts.close }, icon(...ICONS.cross));
    close.addEventListener("click", this.wishes.close);
    return close;
  }

  private draw(): void {
    const { label } = this.settings;
    const words = this.opened ? this.texts.close : label || this.texts.open;
    this.launcher.replaceChildren(icon(...(this.opened ? ICONS.down : ICONS.chat)));
    if (label && !this.opened) this.launcher.append(make("span", { class: "label" }, label));
    this.launcher.append(this.badge);
    this.badge.hidden = !this.unread || this.opened;
    this.badge.textContent = this.unread > 9 ? "9+" : String(this.unread);
    const news = this.badge.hidden ? "" : `, ${this.texts.unread(this.unread)}`;
    this.launcher.setAttribute("aria-label", words + news);
    this.launcher.setAttribute("aria-expanded", String(this.opened));
  }
}

/** The chat inside its frame. */

import { render } from "preact";
import type { ToFrame } from "../protocol";
import { checkedContext, checkedSettings } from "./checks";
import { readConfig } from "./config";
import { Conversation } from "./conversation";
import { Memory } from "./memory";
import { linkToPage } from "./page_link";
import { loadRenderer } from "./renderer";
import { Shopping } from "./shopping";
import { EMPTY, Store } from "./state";
import { applyTheme } from "./theme";
import { App, type Parts } from "./view/app";

const RENDERER_AFTER_MS = 250;

async function start(): Promise<void> {
  const config = readConfig();
  const page = await linkToPage(config.origins);
  const settings = checkedSettings(page.connect.settings);
  const memory = new Memory(`shopdesk:${config.key}:${settings.name}`);
  const conversation = new Conversation(new Store(EMPTY), memory, {
    site: config.key,
    locale: () => parts.settings.locale,
    tell: (event, detail) => page.say({ say: "event", event, detail }),
    live: (live) => page.say({ say: "live", live }),
  });
  const shopping = new Shopping(page, (sku, event) => conversation.did(sku, event));
  let parts: Parts = { config, conversation, page, shopping, settings, listens: [], wish: null };
  const show = (changes: Partial<Parts>): void => {
    parts = { ...parts, ...changes };
    applyTheme({ ...parts.settings, color: parts.settings.color || config.color });
    render(<App {...parts} />, document.getElementById("chat") as HTMLElement);
  };
  /** A page may speak for the customer, yet never say their yes: then its words wait in the box. */
  const ask = (question: string): void => {
    if (conversation.awaitsYes || conversation.busy) wish({ focus: true, question });
    else void conversation.send(question);
  };
  const wish = (wished: { focus: boolean; question?: string | undefined }): void =>
    show({ wish: { ...wished, count: (parts.wish?.count ?? 0) + 1 } });
  const heard = (message: ToFrame): void => {
    switch (message.say) {
      case "open":
        conversation.store.set({ opened: true, unread: 0 });
        if (config.greets && !parts.settings.greeting) void conversation.experiment.greet(parts.settings.locale);
        page.say({ say: "event", event: "unread", detail: { count: 0 } });
        wish(message);
        break;
      case "close":
        conversation.store.set({ opened: false });
        break;
      case "ask":
        void loaded.then(() => ask(message.question.slice(0, config.longest)));
        break;
      case "settings":
        show({ settings: checkedSettings(message.settings) });
        break;
      case "context":
        conversation.context = checkedContext(message.context);
        break;
      case "identify":
        void conversation.identify(message.token);
        break;
      case "listens":
        show({ listens: message.events });
        break;
      case "added":
        shopping.added(message.id, message.ok);
        break;
      case "reset":
        conversation.logOut();
        page.say({ say: "forgotten" });
    }
  };
  show({});
  const loaded = conversation.load();
  page.listen(heard);
  page.say({ say: "ready" });
  setTimeout(() => void loadRenderer(), RENDERER_AFTER_MS);
}

void start();

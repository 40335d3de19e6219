import { useEffect, useRef, useState } from "preact/hooks";
import { uiLanguage } from "../../locale";
import type { FrameSettings } from "../../protocol";
import { type Chat, ChatProvider } from "../chat";
import { type Config, named } from "../config";
import type { Conversation } from "../conversation";
import type { PageLink } from "../page_link";
import { plainText } from "../renderer";
import type { Citation, Product } from "../reply";
import type { Shopping } from "../shopping";
import type { State } from "../state";
import { TEXTS } from "../texts";
import { download, transcript } from "../transcript";
import { Composer } from "./composer";
import { NewChatDialog, SourceDialog } from "./dialogs";
import { keepFocus } from "./focus";
import { Header, type MenuEntry } from "./header";
import { Log } from "./log";
import { ProfileDialog } from "./profile";

export interface Parts {
  config: Config;
  conversation: Conversation;
  page: PageLink;
  shopping: Shopping;
  settings: FrameSettings;
  listens: string[];
  /** What the page last wished to see: the chat focused, perhaps with words in the box. `count` tells one wish from the next. */
  wish: { focus: boolean; question?: string | undefined; count: number } | null;
}

export function App({ config, conversation, page, shopping, settings, listens, wish }: Parts) {
  const [state, setState] = useState<State>(conversation.store.state);
  const [source, setSource] = useState<Citation | null>(null);
  const [beginning, setBeginning] = useState(false);
  const [knowing, setKnowing] = useState(false);
  const [said, setSaid] = useState(0);
  const root = useRef<HTMLElement>(null);
  useEffect(() => {
    setState(conversation.store.state);
    return conversation.store.subscribe(setState);
  }, [conversation]);
  useEffect(() => {
    if (wish?.question && !conversation.store.state.draft.trim()) conversation.write(wish.question);
  }, [wish]);

  const say = (text: string): void => {
    if (conversation.busy) return;
    void conversation.send(text);
    setSaid(said + 1); // what was pressed goes away with its focus
  };

  const addToCart = async (product: Product): Promise<boolean> => {
    const added = await shopping.add(product);
    if (added) conversation.experiment.tell("cart", product.sku);
    return added;
  };

  const texts = TEXTS[uiLanguage(settings.locale)];
  const assistant = named(config.assistant, settings.locale) || texts.assistant;
  const shop = named(config.shop, settings.locale);
  const chat: Chat = {
    config,
    settings,
    texts,
    assistant,
    shop,
    conversation,
    say,
    showSource: setSource,
    addToCart: listens.includes("add_to_cart") ? addToCart : undefined,
    visit: shopping.visit,
  };
  const send = (): void => {
    if (conversation.busy) return;
    say(state.draft.trim());
    conversation.write("");
  };
  useEffect(() => setKnowing(false), [state.identity]); // another customer's is never left open
  const close = (): void => page.say({ say: "close" });
  const entries: MenuEntry[] = [{ icon: "plus", label: texts.newChat, act: () => setBeginning(true) }];
  if (!state.called && state.agent === null)
    entries.push({ icon: "person", label: texts.person, act: () => void conversation.callPerson() });
  if (state.identity) entries.push({ icon: "list", label: texts.profile.title, act: () => setKnowing(true) });
  if (state.items.length) {
    const text = (): string => transcript(state.items, texts, { assistant, shop }, settings.locale);
    entries.push({ icon: "download", label: texts.transcript, act: () => download(`${shop || "chat"}.txt`, text()) });
    if (state.csat === "hidden") entries.push({ icon: "star", label: texts.finish, act: () => conversation.opinions.ask() });
  }
  const keys = (event: KeyboardEvent): void => {
    if (settings.inline) return;
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) close();
    else if (root.current) keepFocus(event, root.current);
  };
  return (
    <ChatProvider value={chat}>
      <main ref={root} class="chat" tabIndex={-1} aria-label={`${texts.chat}: ${shop}`} onKeyDown={keys}>
        <Header state={state} entries={entries} close={close} />
        <Log state={state} reload={() => void conversation.load()} />
        <Composer
          draft={state.draft}
          busy={conversation.busy}
          offline={!state.online}
          person={state.agent !== null}
          write={(text) => conversation.write(text)}
          send={send}
          focus={said + (wish?.focus ? wish.count : 0)}
        />
        <Announcer state={state} />
        {source && <SourceDialog citation={source} close={() => setSource(null)} />}
        {knowing && <ProfileDialog identity={state.identity} close={() => setKnowing(false)} />}
        {beginning && <NewChatDialog begin={() => conversation.reset()} close={() => setBeginning(false)} />}
      </main>
    </ChatProvider>
  );
}

/** Reads finished replies and people's words out, once; not every word that streams in. */
function Announcer({ state }: { state: State }) {
  const last = state.items.at(-1);
  const said =
    last?.kind === "agent" ? `${last.name}: ${last.text}` : last?.kind === "turn" && last.phase === "done" ? plainText(last.shown) : "";
  return (
    <div class="hidden" role="status" aria-live="polite">
      {said}
    </div>
  );
}

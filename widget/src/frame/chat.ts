/** What every part of the view works with. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { FrameSettings } from "../protocol";
import type { Config } from "./config";
import type { Conversation } from "./conversation";
import type { Citation, Product } from "./reply";
import type { Texts } from "./texts";

export interface Chat {
  config: Config;
  settings: FrameSettings;
  texts: Texts;
  assistant: string;
  shop: string;
  conversation: Conversation;
  /** Sends the customer's words, which they chose instead of typing them. */
  say: (text: string) => void;
  showSource: (citation: Citation) => void;
  /** Puts the product into the page's cart; undefined where the page has none. Says whether that worked. */
  addToCart: ((product: Product) => Promise<boolean>) | undefined;
  /** Tells the page of a click on a product; true when the page opens it itself. */
  visit: (product: Product, url: string) => boolean;
}

const Current = createContext<Chat | null>(null);

export const ChatProvider = Current.Provider;

export function useChat(): Chat {
  const chat = useContext(Current);
  if (!chat) throw new Error("There is no chat around this element.");
  return chat;
}

import type { UiLanguage } from "../locale";

export interface LoaderTexts {
  open: string;
  close: string;
  chat: string;
  unread: (count: number) => string;
  dismiss: string;
  loading: string;
  failed: string;
  retry: string;
}

export const TEXTS: Record<UiLanguage, LoaderTexts> = {
  en: {
    open: "Open the chat",
    close: "Close the chat",
    chat: "Chat",
    unread: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
    dismiss: "Dismiss this message",
    loading: "The chat is opening…",
    failed: "The chat cannot be reached just now.",
    retry: "Try again",
  },
  "zh-Hans": {
    open: "打开聊天",
    close: "关闭聊天",
    chat: "在线客服",
    unread: (count) => `${count} 条新消息`,
    dismiss: "关闭此消息",
    loading: "正在打开聊天…",
    failed: "暂时无法连接在线客服。",
    retry: "重试",
  },
  "zh-Hant": {
    open: "開啟聊天",
    close: "關閉聊天",
    chat: "線上客服",
    unread: (count) => `${count} 則新訊息`,
    dismiss: "關閉此訊息",
    loading: "正在開啟聊天…",
    failed: "暫時無法連線至線上客服。",
    retry: "重試",
  },
};

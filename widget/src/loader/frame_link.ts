/** The frame with the chat in it, and the only line to it. */

import { type Connect, type FrameSettings, type Hello, MARK, randomId, type ToFrame, type ToPage } from "../protocol";

const SECONDS_TO_ANSWER = 15;

export interface Listener {
  heard: (message: ToPage) => void;
  silent: () => void;
}

export class FrameLink {
  readonly iframe = document.createElement("iframe");
  private readonly channel = randomId();
  private readonly waiting: ToFrame[] = [];
  private readonly timer: number;
  private port: MessagePort | undefined;

  constructor(
    private readonly server: string,
    site: string,
    private readonly settings: () => FrameSettings,
    private readonly listener: Listener,
  ) {
    this.iframe.referrerPolicy = "origin";
    this.iframe.setAttribute(
      "sandbox",
      "allow-scripts allow-same-origin allow-forms allow-downloads allow-popups allow-popups-to-escape-sandbox",
    );
    this.iframe.src = `${server}/widget/${encodeURIComponent(site)}#${this.channel}`;
    addEventListener("message", this.hear);
    this.timer = window.setTimeout(() => listener.silent(), SECONDS_TO_ANSWER * 1000);
  }

  say(message: ToFrame): void {
    if (this.port) this.port.postMessage(message);
    else this.waiting.push(message);
  }

  remove(): void {
    removeEventListener("message", this.hear);
    clearTimeout(this.timer);
    this.port?.close();
    this.iframe.remove();
  }

  private readonly hear = (event: MessageEvent<Partial<Hello> | null>): void => {
    if (event.source !== this.iframe.contentWindow || event.origin !== this.server) return;
    const said = event.data;
    if (said?.mark !== MARK || said.say !== "hello" || said.channel !== this.channel) return;
    this.port?.close();
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = (answer: MessageEvent<ToPage>) => {
      if (answer.data.say === "ready") clearTimeout(this.timer);
      this.listener.heard(answer.data);
    };
    const connect: Connect = { mark: MARK, say: "connect", channel: this.channel, settings: this.settings() };
    this.iframe.contentWindow?.postMessage(connect, this.server, [port2]);
    for (const message of this.waiting.splice(0)) port1.postMessage(message);
  };
}

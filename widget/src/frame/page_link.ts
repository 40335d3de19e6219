/** The line to the shop's page: opened only to a page that the shop allows, as the server wrote it into the frame. */

import { type Connect, MARK, type ToFrame, type ToPage } from "../protocol";
import { allowed } from "./origins";

export interface PageLink {
  origin: string;
  connect: Connect;
  say: (message: ToPage) => void;
  listen: (heard: (message: ToFrame) => void) => void;
}

/** Waits for the page; never resolves for one that may not embed the chat. */
export function linkToPage(origins: string[]): Promise<PageLink> {
  const channel = location.hash.slice(1);
  return new Promise((resolve) => {
    const hear = (event: MessageEvent<Partial<Connect> | null>): void => {
      const [port] = event.ports;
      const said = event.data;
      if (event.source !== parent || parent === window || !port || !allowed(event.origin, origins)) return;
      if (said?.mark !== MARK || said.say !== "connect" || said.channel !== channel || !said.settings) return;
      removeEventListener("message", hear);
      resolve({
        origin: event.origin,
        connect: said as Connect,
        say: (message) => port.postMessage(message),
        listen: (heard) => {
          port.onmessage = (given: MessageEvent<ToFrame>) => heard(given.data);
        },
      });
    };
    addEventListener("message", hear);
    if (parent !== window) parent.postMessage({ mark: MARK, say: "hello", channel }, "*"); // tells the page only what it knows
  });
}

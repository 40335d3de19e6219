/**
 * The frame's files, fetched when the visitor is about to open the chat: while the pointer goes to the button, or the keyboard's
 * focus. They are then in the browser's cache, which gives them to a frame of the page's own site; of another site's frame
 * browsers keep a cache of its own, so that fetching for one would be in vain.
 */

const FILES = ["frame.js", "frame.css"];

export class Ahead {
  private version = "";

  constructor(private readonly server: string) {}

  /** What {@link fetch} fetches is known. */
  know(version: string): void {
    if (siteOf(new URL(this.server).hostname) === siteOf(location.hostname)) this.version = version;
  }

  fetch(): void {
    const { version } = this;
    this.version = ""; // once
    for (const name of version ? FILES : [])
      void fetch(`${this.server}/widget/${name}?v=${version}`, { mode: "no-cors" }).catch(() => undefined);
  }
}

/** The last two labels of a name: where a public suffix has two, more is taken for one site than is, which costs a request. */
function siteOf(host: string): string {
  return /^[\d.]+$|:/.test(host) ? host : host.split(".").slice(-2).join(".");
}

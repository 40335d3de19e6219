/** What the page does with products: it puts them into its cart and opens their pages. */

import { randomId } from "../protocol";
import type { PageLink } from "./page_link";
import type { Product } from "./reply";

const SECONDS = 10;

export class Shopping {
  private readonly waiting = new Map<string, (ok: boolean) => void>();

  /** `did` hears of what is counted for the shop. */
  constructor(
    private readonly page: PageLink,
    private readonly did: (sku: string, event: "click" | "cart") => void,
  ) {}

  /** Whether the page put it into its cart. */
  readonly add = ({ sku, title, price, currency }: Product): Promise<boolean> =>
    new Promise((resolve) => {
      const id = randomId();
      const settle = (ok: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(id);
        if (ok) this.did(sku, "cart");
        resolve(ok);
      };
      const timer = setTimeout(() => settle(false), SECONDS * 1000);
      this.waiting.set(id, settle);
      this.page.say({ say: "add", id, detail: { sku, quantity: 1, title, price, currency } });
    });

  /** The page's answer to {@link add}. */
  added(id: string, ok: boolean): void {
    this.waiting.get(id)?.(ok);
  }

  /** Tells the page of a click on a product; true when the page opens it itself, since it is one of its own. */
  readonly visit = ({ sku }: Product, url: string): boolean => {
    this.did(sku, "click");
    const own = new URL(url).origin === this.page.origin;
    if (own) this.page.say({ say: "visit", url, sku });
    else this.page.say({ say: "event", event: "product_click", detail: { sku, url } });
    return own;
  };
}

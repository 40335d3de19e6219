/** Addresses of the web that a customer may be sent to. */

/** Normalised addresses that a text may link to. */
export type Addresses = ReadonlySet<string>;

export function addressesOf(...urls: (string | null | undefined)[]): Addresses {
  return new Set(urls.map(webAddress).filter((url) => url !== null));
}

/** The address, normalised, when it is one that a customer may be sent to. */
export function webAddress(url: string | null | undefined): string | null {
  try {
    const parsed = new URL(url ?? "");
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}

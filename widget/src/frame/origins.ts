/** Whether a page's origin is one of those that may embed the chat, as the shop's owner wrote them. */

export function allowed(origin: string, patterns: string[]): boolean {
  return origin === location.origin || patterns.some((pattern) => fits(pattern, origin));
}

/** `https://shop.example`, or `https://*.shop.example` for its subdomains. */
function fits(pattern: string, origin: string): boolean {
  const [scheme, domain] = pattern.split("://*.");
  if (!scheme || !domain) return origin === pattern;
  return origin.startsWith(`${scheme}://`) && origin.endsWith(`.${domain}`) && origin.length > `${scheme}://.${domain}`.length;
}

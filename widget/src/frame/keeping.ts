/**
 * Where the browser lets a frame keep things. Most partition `localStorage` by the shop's site; where it is blocked, as in
 * Chromium's incognito windows, a partitioned cookie is not. It goes to this server alone, with the frame's page, and needs
 * TLS. Where nothing can be kept, the conversation lasts as long as the page.
 */

const DAYS = 30;
const LONGEST_COOKIE = 3800;

export function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    const name = `${cookieName(key)}=`;
    const found = document.cookie.split("; ").find((cookie) => cookie.startsWith(name));
    return found === undefined ? null : decodeURIComponent(found.slice(name.length));
  }
}

/** False when there is no room for so much. */
export function write(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    const written = encodeURIComponent(value);
    if (written.length > LONGEST_COOKIE) return false;
    setCookie(key, written, DAYS * 86_400);
    return true;
  }
}

export function remove(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    setCookie(key, "", 0);
  }
}

function setCookie(key: string, value: string, seconds: number): void {
  document.cookie = `${cookieName(key)}=${value}; Path=/widget; Max-Age=${seconds}; Secure; SameSite=None; Partitioned`;
}

function cookieName(key: string): string {
  return `__Secure-${encodeURIComponent(key)}`;
}

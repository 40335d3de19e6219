/** Times as the customer's locale writes them. */

export function time(at: number, locale: string): string {
  const today = new Date(at).toDateString() === new Date().toDateString();
  const day = today ? {} : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...day }).format(at);
}

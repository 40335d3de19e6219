/** Prices and times as the customer's locale writes them. */

export function price(amount: number | null, currency: string | null, locale: string): string {
  if (amount === null) return "";
  const whole = Number.isInteger(amount) ? { maximumFractionDigits: 0 } : {};
  try {
    if (currency) return new Intl.NumberFormat(locale, { style: "currency", currency, ...whole }).format(amount);
  } catch {
    return `${amount} ${currency}`;
  }
  return new Intl.NumberFormat(locale).format(amount);
}

export function time(at: number, locale: string): string {
  const today = new Date(at).toDateString() === new Date().toDateString();
  const day = today ? {} : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", ...day }).format(at);
}

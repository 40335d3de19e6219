/** Tab goes round within the chat while it is open; Escape leaves it. */

const FOCUSABLE = "a[href], button:not([disabled]), textarea, input, [tabindex='0']";

export function keepFocus(event: KeyboardEvent, root: HTMLElement): void {
  if (event.key !== "Tab" || root.querySelector("dialog[open]")) return;
  const all = [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((element) => element.tabIndex >= 0 && element.checkVisibility());
  const edge = event.shiftKey ? all[0] : all.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0])?.focus();
}

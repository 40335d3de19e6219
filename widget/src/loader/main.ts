/** The page's side: reads the script tag, and answers `shopdesk(command, …)`, also what was queued before this was loaded. */

import { Commands } from "./commands";

declare global {
  interface Window {
    shopdesk?: ((...command: unknown[]) => void) & { q?: ArrayLike<unknown>[]; widgets?: Commands };
  }
}

const script = document.currentScript as HTMLScriptElement;
const before = window.shopdesk;
const commands = before?.widgets ?? new Commands();
if (!before?.widgets) {
  window.shopdesk = Object.assign((...command: unknown[]) => commands.run(command), { widgets: commands });
}
commands.add(script, Array.from(before?.q ?? [], (command) => Array.from(command)));

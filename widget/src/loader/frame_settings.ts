import type { FrameSettings } from "../protocol";
import type { Settings } from "./settings";

const VARIABLES = ["accent", "on-accent", "surface", "page", "ink", "radius", "font"];

/** What the frame is told of how to look and speak: the script tag's settings, and the page's own `--shopdesk-…` variables. */
export function frameSettings(host: HTMLElement, settings: Settings, locale: string, greeting: string): FrameSettings {
  const style = getComputedStyle(host);
  const given = VARIABLES.map((name) => [name, style.getPropertyValue(`--shopdesk-${name}`).trim()] as const);
  const variables = Object.fromEntries(given.filter(([, value]) => value));
  const { name, inline, dir, theme, color } = settings;
  return { name, inline: Boolean(inline), locale, dir, theme, color, greeting, variables };
}

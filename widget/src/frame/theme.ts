/** Colours and direction, from the page's settings: an accent that always reads well, in light and in dark. */

import type { FrameSettings } from "../protocol";
import { direction, uiLanguage } from "../locale";

const CONTRAST = 5.2; // more than the 4.5 of WCAG 2: some of it stands on a tint
const COLOURS = ["accent", "on-accent", "surface", "page", "ink"];

export function applyTheme(settings: FrameSettings): void {
  const root = document.documentElement;
  root.lang = uiLanguage(settings.locale) === "en" ? "en" : settings.locale.includes("-") ? settings.locale : "zh-CN";
  root.dir = settings.dir || direction(settings.locale);
  root.dataset["theme"] = settings.theme;
  root.classList.toggle("inline", settings.inline);
  const { variables } = settings;
  const set = (name: string, value: string): void => root.style.setProperty(`--${name}`, value);
  if (settings.color) {
    set("accent", settings.color);
    set("on-accent", luminance(settings.color) > 0.179 ? "#0b1213" : "#ffffff");
    set("accent-ink", `light-dark(${readable(settings.color, 0)}, ${readable(settings.color, 255)})`);
  }
  for (const name of COLOURS) if (CSS.supports("color", variables[name] ?? "")) set(name, variables[name] as string);
  if (CSS.supports("border-radius", variables["radius"] ?? "")) set("radius", variables["radius"] as string);
  if (CSS.supports("font-family", variables["font"] ?? "")) set("font", variables["font"] as string);
}

/** `hex`, mixed with black (0) or white (255) until it reads on the light or the dark surface (WCAG 2 contrast). */
function readable(hex: string, towards: 0 | 255): string {
  const surface = luminance(towards ? "#1d2425" : "#ffffff");
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = `#${parts(hex)
      .map((part) => Math.round(part + (towards - part) * share).toString(16).padStart(2, "0"))
      .join("")}`;
    const [high, low] = [luminance(mixed), surface].sort((a, b) => b - a) as [number, number];
    if ((high + 0.05) / (low + 0.05) >= CONTRAST) return mixed;
  }
  return towards ? "#ffffff" : "#000000";
}

function parts(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/** Relative luminance of WCAG 2. */
function luminance(hex: string): number {
  const [red, green, blue] = parts(hex).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Elements without markup: nothing here ever parses text as HTML, so a page's Trusted Types stay content. */

type Attributes = Record<string, string>;

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function icon(...paths: string[]): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const path of paths) {
    const line = document.createElementNS(namespace, "path");
    line.setAttribute("d", path);
    svg.append(line);
  }
  return svg;
}

export const ICONS = {
  chat: ["M21 12a8.5 8.5 0 0 1-12.4 7.5L3.5 21 5 15.9A8.5 8.5 0 1 1 21 12z"],
  down: ["M6 9.5l6 6 6-6"],
  cross: ["M6.5 6.5l11 11", "M17.5 6.5l-11 11"],
};

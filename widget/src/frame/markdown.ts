/**
 * A reply's text as elements. Markdown becomes HTML, DOMPurify keeps a few harmless tags of it, and only then are links and
 * citation marks made: a link leads to a cited or catalogue address or is plain text; there are no pictures and no raw HTML.
 */

import DOMPurify from "dompurify";
import { Marked, type TokenizerAndRendererExtension } from "marked";
import { type Addresses, webAddress } from "./addresses";

const TAGS = "p br strong em del code pre blockquote ul ol li h1 h2 h3 h4 h5 h6 hr table thead tbody tr th td div sup a".split(" ");

const citation: TokenizerAndRendererExtension = {
  name: "citation",
  level: "inline",
  start: (source) => source.search(/\[\d{1,3}\]/),
  tokenizer(source) {
    const found = /^\[(\d{1,3})\]/.exec(source);
    return found ? { type: "citation", raw: found[0], n: found[1] } : undefined;
  },
  renderer: (token) => `<sup data-cite="${token["n"] as string}"></sup>`,
};

const markdown = new Marked({
  gfm: true,
  breaks: true,
  extensions: [citation],
  renderer: {
    html: ({ text }) => escaped(text),
    image: ({ text }) => escaped(text),
    table(token) {
      const row = (cells: typeof token.header, tag: string): string =>
        `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("")}</tr>`;
      const body = token.rows.map((cells) => row(cells, "td")).join("");
      return `<div><table><thead>${row(token.header, "th")}</thead><tbody>${body}</tbody></table></div>`;
    },
  },
});

export function rendered(text: string, links: Addresses, cite: (n: number) => Node | null): DocumentFragment {
  const html = markdown.parse(text, { async: false });
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href", "start", "data-cite"],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll("a")) {
    const address = webAddress(link.getAttribute("href"));
    if (address && links.has(address)) {
      link.href = address;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
    } else link.replaceWith(...link.childNodes);
  }
  for (const mark of fragment.querySelectorAll<HTMLElement>("sup")) {
    const made = cite(Number(mark.dataset["cite"]));
    const before = mark.previousSibling;
    if (before instanceof Text) before.data = before.data.trimEnd(); // a mark stands close to its words
    if (made) mark.replaceWith(made);
    else mark.remove();
  }
  for (const heading of fragment.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const plain = document.createElement("p"); // the page's outline is not the text's to change
    plain.className = "heading";
    plain.append(...heading.childNodes);
    heading.replaceWith(plain);
  }
  return fragment;
}

/** The text without its marks, to be read out or written into a file. */
export function plainText(text: string): string {
  return rendered(text, new Set(), () => null).textContent.replace(/\n{3,}/g, "\n\n").trim();
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

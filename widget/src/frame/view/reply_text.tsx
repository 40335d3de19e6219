import { useLayoutEffect, useRef } from "preact/hooks";
import { useChat } from "../chat";
import { addressesOf } from "../addresses";
import { useRenderer } from "../renderer";
import type { Citation, Product } from "../reply";
import { fill } from "../texts";

interface Shown {
  text: string;
  citations: Citation[];
  products: Product[];
}

/** A reply's Markdown. What goes in is made safe in `markdown.ts`; here it is only put in its place. */
export function ReplyText({ text, citations, products }: Shown) {
  const { texts, showSource } = useChat();
  const renderer = useRenderer();
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const links = addressesOf(...citations.map(({ url }) => url), ...products.map(({ url }) => url));
    const cite = (n: number): Node | null => {
      const citation = citations.find((known) => known.n === n);
      if (!citation) return null;
      const mark = document.createElement("button");
      mark.type = "button";
      mark.className = "cite";
      mark.textContent = String(n);
      mark.setAttribute("aria-label", fill(texts.source, { n, title: citation.title || citation.source }));
      mark.addEventListener("click", () => showSource(citation));
      return mark;
    };
    place.current?.replaceChildren(renderer ? renderer.rendered(text, links, cite) : text);
  }, [renderer, text, citations, products, texts]);
  return <div class="text" dir="auto" ref={place} />;
}

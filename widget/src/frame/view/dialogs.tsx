import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useChat } from "../chat";
import { webAddress } from "../addresses";
import type { Citation } from "../reply";
import { Icon } from "./icons";

/** A modal sheet: the browser keeps the focus in it, closes it on Escape and gives the focus back. */
export function Dialog({ label, close, children }: { label: string; close: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const outside = (event: MouseEvent): void => {
    if (event.target === dialog.current) dialog.current?.close();
  };
  return (
    <dialog ref={dialog} aria-label={label} onClose={close} onClick={outside}>
      <div class="sheet">{children}</div>
    </dialog>
  );
}

export function SourceDialog({ citation, close }: { citation: Citation; close: () => void }) {
  const { texts } = useChat();
  const url = webAddress(citation.url);
  const title = citation.title || citation.source;
  return (
    <Dialog label={`${texts.sources}: ${title}`} close={close}>
      <form method="dialog" class="sheet-bar">
        <span class="number">{citation.n}</span>
        <h2 dir="auto">{title}</h2>
        <button type="submit" class="tool" aria-label={texts.close}>
          <Icon name="close" />
        </button>
      </form>
      <blockquote dir="auto">{citation.quote}</blockquote>
      <p class="document">
        <Icon name="document" />
        <span dir="auto">{citation.source}</span>
      </p>
      {url && (
        <a class="open-page" href={url} target="_blank" rel="noopener noreferrer">
          {texts.openPage}
          <Icon name="external" />
        </a>
      )}
    </Dialog>
  );
}

export function NewChatDialog({ begin, close }: { begin: () => void; close: () => void }) {
  const { texts } = useChat();
  return (
    <Dialog label={texts.newChat} close={close}>
      <form method="dialog">
        <p>{texts.newChatAsk}</p>
        <div class="confirm">
          <button type="submit" class="yes" onClick={begin}>
            {texts.begin}
          </button>
          <button type="submit" class="no">
            {texts.cancel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

import { useLayoutEffect, useRef } from "preact/hooks";
import { useChat } from "../chat";
import { fill } from "../texts";
import { Icon } from "./icons";

const COUNT_FROM = 0.9;

interface Given {
  draft: string;
  busy: boolean;
  offline: boolean;
  /** A person has the conversation. */
  person: boolean;
  write: (text: string) => void;
  send: () => void;
  /** Changes whenever the box shall be focused. */
  focus: number;
}

export function Composer({ draft, busy, offline, person, write, send, focus }: Given) {
  const { texts, config } = useChat();
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = "auto";
    box.current.style.height = `${box.current.scrollHeight}px`;
  }, [draft]);
  useLayoutEffect(() => {
    const keyboard = matchMedia("(hover: hover)").matches; // elsewhere the box would raise one over half of the chat
    if (focus) (keyboard ? box.current : box.current?.closest("main"))?.focus();
  }, [focus]);
  const length = [...draft].length;
  const tooLong = length > config.longest;
  const ready = !busy && !tooLong && draft.trim() !== "";
  const submit = (event: Event): void => {
    event.preventDefault();
    if (ready) send();
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
  };
  return (
    <form class="composer" onSubmit={submit}>
      {offline && (
        <p class="offline" role="status">
          {texts.offline}
        </p>
      )}
      {length > config.longest * COUNT_FROM && (
        <p class={tooLong ? "count over" : "count"} id="count" role={tooLong ? "alert" : undefined}>
          {fill(texts.tooLong, { n: length, max: config.longest })}
        </p>
      )}
      <div class="box">
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          enterkeyhint="send"
          autocomplete="off"
          aria-label={texts.input}
          aria-invalid={tooLong}
          placeholder={texts.placeholder}
          value={draft}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={keys}
        />
        <button type="submit" class="send" aria-label={texts.send} title={texts.send} aria-disabled={!ready}>
          <Icon name="send" />
        </button>
      </div>
      <p class="footnote">{person ? texts.withPerson : texts.footnote}</p>
    </form>
  );
}

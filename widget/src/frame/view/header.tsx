import { useEffect, useRef, useState } from "preact/hooks";
import { useChat } from "../chat";
import type { State } from "../state";
import { Icon, Mark } from "./icons";

export interface MenuEntry {
  icon: Parameters<typeof Icon>[0]["name"];
  label: string;
  act: () => void;
}

export function Header({ state, entries, close }: { state: State; entries: MenuEntry[]; close: () => void }) {
  const { texts, settings, assistant, shop } = useChat();
  const person = state.agent !== null;
  const subtitle = person ? texts.withPerson : state.called ? texts.calling : texts.subtitle;
  return (
    <header class="bar">
      <span class={person ? "avatar person" : "avatar"}>{person ? initial(state.agent ?? "") : <Mark />}</span>
      <div class="who">
        <h1 dir="auto">{(person && state.agent) || `${assistant} · ${shop}`}</h1>
        <p>{subtitle}</p>
      </div>
      <Menu entries={entries} />
      {!settings.inline && (
        <button type="button" class="tool" aria-label={texts.close} title={texts.close} onClick={close}>
          <Icon name="close" />
        </button>
      )}
    </header>
  );
}

function initial(name: string): string {
  return [...name.trim()][0]?.toUpperCase() ?? "•";
}

function Menu({ entries }: { entries: MenuEntry[] }) {
  const { texts } = useChat();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const leave = (): void => {
    setOpen(false);
    box.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    items()[0]?.focus();
    const outside = (event: Event): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [open]);
  const keys = (event: KeyboardEvent): void => {
    if (!open) return;
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Escape") leave();
    else if (event.key === "Tab") setOpen(false);
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="menu" ref={box} onKeyDown={keys}>
      <button
        type="button"
        class="tool"
        aria-label={texts.menu}
        title={texts.menu}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div class="entries" role="menu" aria-label={texts.menu}>
          {entries.map(({ icon, label, act }) => (
            <button
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                leave();
                act();
              }}
            >
              <Icon name={icon} />
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

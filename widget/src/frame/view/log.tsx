import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useChat } from "../chat";
import { named } from "../config";
import type { State } from "../state";
import { Csat } from "./csat";
import { Icon, Mark } from "./icons";
import { Agent, Note } from "./people";
import { Turn } from "./turn";

const NEAR = 80;
const SLACK = 4;

export function Log({ state, reload }: { state: State; reload: () => void }) {
  const { texts } = useChat();
  const box = useRef<HTMLDivElement>(null);
  /** Where the newest words put it; null once the customer has scrolled: whoever reads is not moved until something new comes. */
  const placed = useRef<number | null>(0);
  const [away, setAway] = useState(false);
  const { items } = state;
  const lastTurn = items.findLast((item) => item.kind === "turn");

  const follow = (): void => {
    placed.current = scrollToNewest(box.current);
  };
  useLayoutEffect(follow, [items.length, state.csat, state.opened]);
  useLayoutEffect(() => {
    if (placed.current !== null) follow();
  });
  const scrolled = (): void => {
    const log = box.current;
    if (!log) return;
    if (placed.current !== null && Math.abs(log.scrollTop - placed.current) > SLACK) placed.current = null;
    setAway(log.scrollHeight - log.scrollTop - log.clientHeight > NEAR);
  };
  const toEnd = (): void => box.current?.scrollTo({ top: box.current.scrollHeight, behavior: "smooth" });
  return (
    <div class="log-frame">
      <div
        class="log"
        ref={box}
        role="log"
        aria-live="off"
        aria-label={texts.conversation}
        tabIndex={0}
        onScroll={scrolled}
      >
        {state.loading ? (
          <Skeleton />
        ) : (
          <>
            <Welcome started={items.length > 0} chosen={state.greeting} />
            {state.notLoaded && (
              <div class="failed" role="alert">
                <p>{texts.notLoaded}</p>
                <button type="button" class="retry" onClick={reload}>
                  <Icon name="refresh" />
                  {texts.retry}
                </button>
              </div>
            )}
            {items.map((item) =>
              item.kind === "turn" ? (
                <Turn key={item.key} item={item} last={item === lastTurn} person={state.agent !== null} />
              ) : item.kind === "agent" ? (
                <Agent key={item.key} item={item} />
              ) : (
                <Note key={item.key} item={item} />
              ),
            )}
            {state.csat !== "hidden" && <Csat sent={state.csat === "sent"} />}
          </>
        )}
      </div>
      {away && (
        <button type="button" class="to-end" aria-label={texts.newMessages} onClick={toEnd}>
          <Icon name="arrow" />
        </button>
      )}
    </div>
  );
}

/** Shows the newest words, yet never scrolls the beginning of the newest entry out of sight. Gives where it is then. */
function scrollToNewest(log: HTMLElement | null): number {
  if (!log) return 0;
  const newest = [...log.children].at(-1) as HTMLElement | undefined;
  const end = log.scrollHeight - log.clientHeight;
  log.scrollTop = newest && log.childElementCount > 1 ? Math.min(end, newest.offsetTop - 12) : end;
  return log.scrollTop;
}

/** `chosen` is the greeting that an experiment chose; null while that is not known yet. */
function Welcome({ started, chosen }: { started: boolean; chosen: string | null }) {
  const { texts, settings, config, say, assistant } = useChat();
  const greeting = chosen === null ? "\u00a0" : settings.greeting || chosen || named(config.greeting, settings.locale) || texts.greeting;
  return (
    <section class={started ? "welcome started" : "welcome"}>
      <span class="avatar">
        <Mark />
      </span>
      <p class="hello" dir="auto">
        {greeting}
      </p>
      {!started && (
        <>
          <p class="intro">{config.empty ? texts.introEmpty : texts.intro}</p>
          <div class="starters" role="group" aria-label={assistant}>
            {(config.empty ? [texts.person] : texts.starters).map((question) => (
              <button type="button" class="starter" onClick={() => say(question)}>
                {question}
              </button>
            ))}
          </div>
        </>
      )}
    </section>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      <i class="mine" />
      <i />
      <i class="short" />
      <i class="mine" />
      <i />
    </div>
  );
}

import { useEffect, useState } from "preact/hooks";
import { uiLanguage } from "../../locale";
import { useChat } from "../chat";
import { time } from "../format";
import { awaitsYes, type Citation } from "../reply";
import type { TurnItem } from "../state";
import { fill, TEXTS } from "../texts";
import { Feedback } from "./feedback";
import { Icon } from "./icons";
import { Products } from "./products";
import { ReplyText } from "./reply_text";

interface Given {
  item: TurnItem;
  /** What invites to go on is offered below the newest turn alone. */
  last: boolean;
  /** A person has the conversation: the assistant is silent. */
  person: boolean;
}

/** A question and what came of it. */
export function Turn({ item, last, person }: Given) {
  const { settings } = useChat();
  const { reply } = item;
  const waiting = item.phase === "sending" || (item.phase === "answering" && !item.shown);
  return (
    <article class="turn" data-phase={item.phase}>
      {item.text && (
        <p class="question" dir="auto" title={time(item.at, settings.locale)}>
          {item.text}
        </p>
      )}
      {item.shown && (
        <div class="reply">
          <ReplyText text={item.shown} citations={item.citations} products={item.products} />
          <Products products={item.products} />
          <Sources citations={item.citations.filter(({ id }) => !id.startsWith("product:"))} />
        </div>
      )}
      {((waiting && !person) || item.resuming) && <Typing item={item} />}
      {item.phase === "failed" && <Failed item={item} />}
      {reply && item.shown && last && awaitsYes(reply) && <Confirm language={reply.language} />}
      {reply && item.shown && <Feedback item={item} />}
      {reply && last && !awaitsYes(reply) && <FollowUps questions={reply.follow_ups} />}
    </article>
  );
}

function Sources({ citations }: { citations: Citation[] }) {
  const { texts, showSource } = useChat();
  if (!citations.length) return null;
  return (
    <ul class="sources" aria-label={texts.sources}>
      {citations.map((citation) => (
        <li key={citation.n}>
          <button type="button" class="source" onClick={() => showSource(citation)} aria-haspopup="dialog">
            <span class="number">{citation.n}</span>
            <span class="name" dir="auto">
              {citation.title || citation.source}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Typing({ item }: { item: TurnItem }) {
  const { texts } = useChat();
  const words = item.resuming ? texts.resuming : item.phase === "answering" ? texts.searching : texts.typing;
  return (
    <div class="typing">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class={item.phase === "sending" && !item.resuming ? "hidden" : ""}>{words}</span>
    </div>
  );
}

function Failed({ item }: { item: TurnItem }) {
  const { texts, conversation } = useChat();
  const [now, setNow] = useState(Date.now());
  const seconds = Math.ceil(((item.trouble?.until ?? 0) - now) / 1000);
  useEffect(() => {
    if (seconds <= 0) return undefined;
    const timer = setTimeout(() => setNow(Date.now()), 1000);
    return () => clearTimeout(timer);
  }, [now, item.trouble]);
  const kind = item.trouble?.kind ?? "failed";
  const words = item.trouble?.detail || (kind === "offline" ? texts.notSent : texts[kind]);
  return (
    <div class="failed" role="alert">
      <p>{words}</p>
      <button type="button" class="retry" disabled={seconds > 0} onClick={() => void conversation.retry(item)}>
        <Icon name="refresh" />
        {seconds > 0 ? fill(texts.retryIn, { n: seconds }) : texts.retry}
      </button>
    </div>
  );
}

/** The customer's words decide, so a button sends words: in the language that the question was put in. */
function Confirm({ language }: { language: "zh" | "en" }) {
  const { texts, say, settings } = useChat();
  const chinese = uiLanguage(settings.locale) === "zh-Hant" ? "zh-Hant" : "zh-Hans";
  const spoken = TEXTS[language === "en" ? "en" : chinese];
  return (
    <div class="confirm" role="group" aria-label={texts.confirmHint}>
      <button type="button" class="yes" onClick={() => say(spoken.yes)}>
        {spoken.yes}
      </button>
      <button type="button" class="no" onClick={() => say(spoken.no)}>
        {spoken.no}
      </button>
      <p>{texts.confirmHint}</p>
    </div>
  );
}

function FollowUps({ questions }: { questions: string[] }) {
  const { texts, say } = useChat();
  if (!questions.length) return null;
  return (
    <div class="follow-ups" role="group" aria-label={texts.followUps}>
      {questions.map((question) => (
        <button type="button" class="chip" dir="auto" onClick={() => say(question)}>
          {question}
        </button>
      ))}
    </div>
  );
}

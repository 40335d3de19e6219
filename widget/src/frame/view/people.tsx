import { useState } from "preact/hooks";
import { useChat } from "../chat";
import { named } from "../config";
import type { AgentItem, NoteItem } from "../state";
import { fill } from "../texts";
import { Icon } from "./icons";

/** What a person of the shop says: text as it was typed. */
export function Agent({ item }: { item: AgentItem }) {
  const { texts } = useChat();
  return (
    <article class="agent">
      <p class="name" dir="auto">
        {item.name || texts.personName}
      </p>
      <p class="words" dir="auto">
        {item.text}
      </p>
    </article>
  );
}

export function Note({ item }: { item: NoteItem }) {
  const { texts, settings } = useChat();
  const { contact } = item;
  const hours = contact && named({ en: contact.hours ?? "", zh: contact.hours_zh ?? "" }, settings.locale);
  const ways = [contact?.email, contact?.phone].filter(Boolean).join(", ");
  const words = item.text || [
    fill(texts[item.note], { name: item.name || texts.personName }),
    hours && fill(texts.hours, { hours }),
    ways && fill(texts.contact, { contact: ways }),
  ].filter(Boolean).join(" ");
  return (
    <div class="note" role="note">
      <p>
        <Icon name={item.note === "restarted" ? "plus" : "person"} />
        <span dir="auto">{words}</span>
      </p>
      {item.note === "unavailable" && <LeaveEmail />}
    </div>
  );
}

function LeaveEmail() {
  const { texts, conversation } = useChat();
  const [email, setEmail] = useState("");
  const [phase, setPhase] = useState<"open" | "emailThanks" | "emailFailed">("open");
  const send = (event: Event): void => {
    event.preventDefault();
    conversation.leaveEmail(email.trim()).then(
      () => setPhase("emailThanks"),
      () => setPhase("emailFailed"),
    );
  };
  if (phase === "emailThanks") return <p role="status">{texts.emailThanks}</p>;
  return (
    <form class="leave-email" onSubmit={send}>
      <input
        type="email"
        required
        autocomplete="email"
        dir="auto"
        aria-label={texts.email}
        placeholder={texts.email}
        value={email}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
      <button type="submit" class="no">
        {texts.emailSend}
      </button>
      {phase === "emailFailed" && <p role="alert">{texts.emailFailed}</p>}
    </form>
  );
}

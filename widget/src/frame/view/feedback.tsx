import { useState } from "preact/hooks";
import { useChat } from "../chat";
import type { Rating } from "../reply";
import type { TurnItem } from "../state";
import type { Texts } from "../texts";
import { Icon } from "./icons";

export function Feedback({ item }: { item: TurnItem }) {
  const { texts, conversation } = useChat();
  const [phase, setPhase] = useState<"quiet" | "why" | "thanks" | "failed">("quiet");
  const rate = async (rating: Rating, reason?: string): Promise<void> => {
    try {
      await conversation.opinions.rate(item, rating, reason);
      setPhase(rating === "down" && !reason ? "why" : "thanks");
    } catch {
      setPhase("failed");
    }
  };
  const thumb = (rating: Rating, label: string) => (
    <button
      type="button"
      class="thumb"
      aria-pressed={item.rating === rating}
      aria-label={label}
      title={label}
      onClick={() => void rate(rating)}
    >
      <Icon name={rating} />
    </button>
  );
  return (
    <div class="feedback">
      {thumb("up", texts.helpful)}
      {thumb("down", texts.unhelpful)}
      <span role="status">{phase === "thanks" ? texts.thanks : phase === "failed" ? texts.rateFailed : ""}</span>
      {phase === "why" && (
        <div class="reasons" role="group" aria-label={texts.why}>
          <p>{texts.why}</p>
          {(Object.keys(texts.reasons) as (keyof Texts["reasons"])[]).map((reason) => (
            <button type="button" class="chip" onClick={() => void rate("down", reason)}>
              {texts.reasons[reason]}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

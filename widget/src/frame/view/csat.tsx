import { useState } from "preact/hooks";
import { useChat } from "../chat";

const LONGEST = 2000;

export function Csat({ sent }: { sent: boolean }) {
  const { texts, conversation } = useChat();
  const [score, setScore] = useState(0);
  const [words, setWords] = useState("");
  const [failed, setFailed] = useState(false);
  if (sent) {
    return (
      <section class="csat" role="status">
        <p class="ask">{texts.rateThanks}</p>
      </section>
    );
  }
  const send = (event: Event): void => {
    event.preventDefault();
    conversation.opinions.rateAll(score, words.trim()).catch(() => setFailed(true));
  };
  return (
    <form class="csat" onSubmit={send}>
      <fieldset>
        <legend class="ask">{texts.rateTitle}</legend>
        <div class="scores">
          {texts.rateScores.map((label, at) => (
            <label title={label}>
              <input type="radio" name="score" value={at + 1} aria-label={`${at + 1}: ${label}`} onChange={() => setScore(at + 1)} />
              <span aria-hidden="true">{at + 1}</span>
            </label>
          ))}
        </div>
        <p class="hint">{score ? texts.rateScores[score - 1] : texts.rateHint}</p>
      </fieldset>
      {score > 0 && (
        <>
          <textarea
            rows={2}
            dir="auto"
            maxLength={LONGEST}
            aria-label={texts.rateWords}
            placeholder={texts.rateWords}
            value={words}
            onInput={(event) => setWords(event.currentTarget.value)}
          />
          <button type="submit" class="yes">
            {texts.rateSend}
          </button>
        </>
      )}
      {failed && <p role="alert">{texts.rateFailed}</p>}
    </form>
  );
}

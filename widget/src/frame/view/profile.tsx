import { useEffect, useState } from "preact/hooks";
import { Refusal } from "../api";
import { useChat } from "../chat";
import { CORRECTABLE, type Change, changeProfile, type Correctable, correctable, deleteProfile, type Profile, readProfile, type Trait } from "../profile";
import { fill } from "../texts";
import { Dialog } from "./dialogs";
import { Icon } from "./icons";

const LONGEST = 100;

/** What the shop knows of the customer, whether it may be used, and where they correct and delete it. */
export function ProfileDialog({ identity, close }: { identity: string; close: () => void }) {
  const { texts, settings } = useChat();
  const words = texts.profile;
  const locale = settings.locale;
  const [profile, setProfile] = useState<Profile | null>(null);
  const [trouble, setTrouble] = useState("");
  const [sure, setSure] = useState(false);
  const show = (asked: Promise<Profile>): Promise<boolean> =>
    asked.then(
      (told) => {
        setProfile(told);
        setTrouble("");
        return true;
      },
      (error: unknown) => {
        setTrouble(error instanceof Refusal && error.status === 422 ? words.wrong : words.failed);
        return false;
      },
    );
  const read = (): Promise<Profile> => readProfile(identity, locale);
  const change = (wished: Change): Promise<boolean> => show(changeProfile(identity, locale, wished));
  const forget = (): void => void show(deleteProfile(identity).then(read)).then(() => setSure(false));
  useEffect(() => void show(read()), [locale]);
  return (
    <Dialog label={words.title} close={close}>
      <form method="dialog" class="sheet-bar">
        <h2>{words.title}</h2>
        <button type="submit" class="tool" aria-label={texts.close}>
          <Icon name="close" />
        </button>
      </form>
      {profile && (
        <>
          <label class="consent">
            <input type="checkbox" checked={profile.consent} onChange={(event) => void change({ consent: event.currentTarget.checked })} />
            <span>{words.consent}</span>
          </label>
          <Traits traits={profile.traits} remove={(name, value) => void change({ remove: [{ name, value }] })} />
          <Correct say={(name, value) => change({ set: [{ name, value }] })} />
          <div class="confirm">
            {sure && <p>{words.deleteAsk}</p>}
            <button type="button" class="no" onClick={() => (sure ? forget() : setSure(true))}>
              {words.delete}
            </button>
            {sure && (
              <button type="button" class="no" onClick={() => setSure(false)}>
                {texts.cancel}
              </button>
            )}
          </div>
        </>
      )}
      {trouble && <p role="alert">{trouble}</p>}
    </Dialog>
  );
}

function Traits({ traits, remove }: { traits: Trait[]; remove: (name: Correctable, value: string) => void }) {
  const { texts } = useChat();
  const words = texts.profile;
  if (!traits.length) return <p class="hint">{words.nothing}</p>;
  return (
    <ul class="traits">
      {traits.map((trait) => (
        <li key={`${trait.name}:${trait.value}`}>
          <div>
            <strong>{words.names[trait.name]}</strong> <span dir="auto">{shown(trait, words.values)}</span>
            <small>{from(trait, words)}</small>
          </div>
          {correctable(trait) && (
            <button type="button" class="tool" aria-label={fill(words.remove, { value: trait.label })} onClick={() => remove(trait.name, trait.value)}>
              <Icon name="close" />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function Correct({ say }: { say: (name: Correctable, value: string) => Promise<boolean> }) {
  const { texts } = useChat();
  const words = texts.profile;
  const [name, setName] = useState<Correctable>("interest");
  const [value, setValue] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    if (value.trim()) void say(name, value.trim()).then((kept) => kept && setValue(""));
  };
  return (
    <form class="correct" onSubmit={send}>
      <select aria-label={words.what} value={name} onChange={(event) => setName(event.currentTarget.value as Correctable)}>
        {CORRECTABLE.map((one) => (
          <option value={one}>{words.names[one]}</option>
        ))}
      </select>
      <input
        dir="auto"
        maxLength={LONGEST}
        aria-label={words.value}
        placeholder={words.forms[name]}
        value={value}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <button type="submit" class="yes">
        {words.add}
      </button>
    </form>
  );
}

/** The value in the customer's words, without the figures in brackets. */
function shown({ value, label }: Trait, values: Record<string, string>): string {
  return values[value] ?? label.replace(/\s*\(.*\)$/, "");
}

function from({ sources, seen }: Trait, words: { sources: Record<string, string>; seen: string; between: string }): string {
  const places = sources.map((source) => words.sources[source] ?? source).join(words.between);
  return seen ? `${places} · ${fill(words.seen, { day: seen })}` : places;
}

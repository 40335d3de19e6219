import type { EventName } from "../protocol";

/** What the conversation needs of the page around it. */
export interface Surroundings {
  site: string;
  locale: () => string;
  tell: (event: EventName, detail: Record<string, unknown>) => void;
  /** Whether a person may be answering: then the page keeps the line open. */
  live: (on: boolean) => void;
}

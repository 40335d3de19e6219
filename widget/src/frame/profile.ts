/** What the shop knows of the customer who is logged in there: to see, to correct and to delete. */

import { call } from "./api";

const ADDRESS = "/api/v1/profile";

export const CORRECTABLE = ["interest", "brand", "size", "budget", "language"] as const;
export type Correctable = (typeof CORRECTABLE)[number];
export type Source = "orders" | "reviews" | "interactions" | "conversations" | "feedback" | "csat" | "customer";

export interface Trait {
  name: Correctable | "sentiment";
  value: string;
  /** The value as it reads in the customer's language. */
  label: string;
  sources: Source[];
  seen: string | null;
}

export interface Profile {
  consent: boolean;
  traits: Trait[];
}

interface NamedValue {
  name: Correctable;
  value: string;
}

export interface Change {
  consent?: boolean;
  set?: NamedValue[];
  remove?: NamedValue[];
}

const told = async (answer: Promise<Response>): Promise<Profile> => (await (await answer).json()) as Profile;

const inLocale = (locale: string): string => `${ADDRESS}?locale=${encodeURIComponent(locale)}`;

export const readProfile = (token: string, locale: string): Promise<Profile> => told(call(inLocale(locale), { token }));

export const changeProfile = (token: string, locale: string, change: Change): Promise<Profile> =>
  told(call(inLocale(locale), { token, method: "PATCH", body: change }));

export const deleteProfile = (token: string): Promise<Response> => call(ADDRESS, { token, method: "DELETE" });

export function correctable(trait: Trait): trait is Trait & NamedValue {
  return trait.name !== "sentiment";
}

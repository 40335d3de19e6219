/** What the server has of a conversation, as the chat shows it. */

import type { History, PersonData, StoredTurn } from "./reply";
import { type AgentItem, type Item, newNote, newTurn, type NoteItem, type TurnItem } from "./state";

export function itemsOf({ messages }: History): Item[] {
  return messages.flatMap((entry): Item[] => {
    if (entry.role === "agent") return [agentItem(entry.id, entry)];
    if (entry.role === "notice") return noteItem(entry.id, entry.event, { ...entry.data, at: entry.at });
    return [turnItem(entry)];
  });
}

export function agentItem(id: number | string, { name = "", text = "", at = "" }: PersonData): AgentItem {
  return { kind: "agent", key: `event-${id}`, name, text, at: Date.parse(at) || Date.now() };
}

/** A person's coming or going as a note; nothing for events of other kinds. */
export function noteItem(id: number | string, event: string, { name = "", text = "", contact, at = "" }: PersonData): NoteItem[] {
  const notes: Record<string, NoteItem["note"]> = {
    handover: "called",
    agent_joined: "joined",
    agent_left: "left",
    agent_unavailable: "unavailable",
  };
  const note = notes[event];
  if (!note) return [];
  return [newNote(note, { key: `event-${id}`, name, text, contact: contact ?? null, at: Date.parse(at) || Date.now() })];
}

function turnItem({ turn, text, reply, rating, created_at }: StoredTurn): TurnItem {
  const { citations, products, text: shown } = reply;
  return newTurn(`turn-${turn}`, text, Date.parse(created_at), { phase: "done", turn, shown, citations, products, reply, rating });
}

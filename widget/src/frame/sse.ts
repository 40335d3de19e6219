/** Server-sent events from a response, as https://html.spec.whatwg.org/multipage/server-sent-events.html reads them. */

export interface ServerEvent {
  event: string;
  id: string;
  data: unknown;
}

/** Throws when the connection breaks; ends when the server has ended the stream. */
export async function* events(answer: Response): AsyncGenerator<ServerEvent> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return;
  let buffer = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      buffer += value.replace(/\r/g, "");
      const blocks = buffer.split("\n\n");
      buffer = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = read(block);
        if (event) yield event;
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function read(block: string): ServerEvent | undefined {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at < 1) continue;
    const name = line.slice(0, at);
    const value = line.slice(at + 1).replace(/^ /, "");
    fields[name] = name === "data" && fields[name] !== undefined ? `${fields[name]}\n${value}` : value;
  }
  const data = fields["data"];
  return data === undefined ? undefined : { event: fields["event"] ?? "message", id: fields["id"] ?? "", data: JSON.parse(data) };
}

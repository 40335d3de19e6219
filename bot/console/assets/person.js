// A person of the shop in the chat: looked for while one is called, drawn in the order in which all was said. Runs in one scope
// with chat.js, before it. Names and words are set as text.
const SECONDS_BETWEEN_LOOKS = 3, SECONDS_WHILE_LIVELY = 1, SECONDS_UNSEEN = 15, SECONDS_LIVELY = 60;
let lastEvent = 0, looking = null, lastNews = 0;

function attend() {
  if (!looking && conversation) looking = setTimeout(look, 0);
}

function unattend() {
  clearTimeout(looking);
  looking = null;
  lastEvent = 0;
}

async function look() {
  const asked = conversation;
  const news = await server.news({ conversation, after: lastEvent }).catch(() => ({ events: [], last: lastEvent, open: true }));
  if (asked !== conversation || !looking) return;
  news.events.forEach(place);
  lastEvent = news.last;
  if (news.events.length) lastNews = Date.now();
  looking = news.open ? setTimeout(look, 1000 * pause()) : null;
}

function pause() {
  if (document.hidden) return SECONDS_UNSEEN;
  return Date.now() - lastNews < 1000 * SECONDS_LIVELY ? SECONDS_WHILE_LIVELY : SECONDS_BETWEEN_LOOKS;
}

// Behind the turn that was the last one then, and what came after that already.
function place(event) {
  const node = drawn(event);
  if (!node) return;
  node.dataset.after = event.turn;
  const before = [...turns.children].filter((child) => Number(child.dataset.turn ?? child.dataset.after ?? Infinity) <= event.turn).pop();
  if (before) before.after(node);
  else turns.prepend(node);
  translate(node);
  log.scrollTop = log.scrollHeight;
}

function drawn(event) {
  const said = make("article", "person-said");
  if (event.kind === "agent_message") said.append(make("span", "speaker", event.name), make("div", "text plain", event.text));
  else if (event.kind === "agent_joined" || event.kind === "agent_left") {
    const told = make("p", "person-note");
    Object.assign(told.dataset, { text: event.kind, name: event.name, assistant: props.shop[spoken()].assistant });
    said.append(told);
  } else if (event.kind === "agent_unavailable") said.append(make("div", "text plain", event.text), leaving());
  else return null;
  return said;
}

function leaving() {
  const form = make("form", "leave"), label = make("label"), input = make("input"), button = make("button"), told = make("p", "told");
  const name = make("span");
  name.dataset.text = "leave_email";
  button.dataset.text = "leave_send";
  Object.assign(input, { type: "email", required: true, autocomplete: "email", maxLength: 254 });
  told.setAttribute("role", "status");
  label.append(name, input);
  form.append(label, button, told);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const kept = await server.leave_email({ conversation, email: input.value.trim() }).catch(() => false);
    told.dataset.text = kept ? "leave_thanks" : "leave_failed";
    button.disabled = label.hidden = kept;
    button.hidden = kept;
    translate(form);
  });
  return form;
}

// The page that a takeover link opens. Whatever anybody wrote is set as text, never as HTML.
"use strict";
const words = JSON.parse(document.body.dataset.words);
const token = decodeURIComponent(location.pathname.split("/").pop());
const api = new URL("../api/v1/takeover", location.href).href;
const $ = (selector, within = document) => within.querySelector(selector);
const RETRY_S = [1, 2, 4, 8, 15];

const kept = (name, value) => {
  try {
    return value === undefined ? localStorage.getItem("shopdesk." + name) : localStorage.setItem("shopdesk." + name, value);
  } catch { return null; }
};
const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

let person = kept("person");
if (!/^[0-9a-f]{32}$/.test(person ?? "")) kept("person", person = random());
let language = kept("language") || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
let state = null, ended = false, last = 0, unsent = null;
const shown = new Set();

// Words

const say = (key, given = {}) => (words[language].page[key] ?? words[language][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => given[name] ?? "");
const reason = (name) => words[language]["reason_" + name] ?? say("reason_other", { reason: name });
const time = (at) => new Date(at).toLocaleTimeString(language === "zh" ? "zh-CN" : "en", { hour: "2-digit", minute: "2-digit" });

function make(tag, name = "", text = "") {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = text;
  return node;
}

function translate() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
  for (const node of document.querySelectorAll("[data-label]")) { node.setAttribute("aria-label", say(node.dataset.label)); node.title = say(node.dataset.label); }
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = say(node.dataset.placeholder);
}

function warn(key) {
  $(".warning").textContent = key ? say(key) : "";
  $(".warning").hidden = !key;
}

// Calls

class Refused extends Error {
  constructor(status) { super(String(status)); this.status = status; }
}

async function call(path, body) {
  const answer = await fetch(api + path, {
    method: body ? "POST" : "GET",
    cache: "no-store",
    headers: { Authorization: "Bearer " + token, "Takeover-Person": person, ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Refused(answer.status);
  return answer.status === 204 ? null : answer.json();
}

// What went wrong, in words; the page ends where the link does.
function explain(error) {
  if (error.status === 410) return end(state ? "ended" : "gone");
  if (error.status === 401) return end("wrong");
  warn(error.status === 409 ? "" : "failed");
  if (error.status === 409) refresh();
}

function end(key, done = false) {
  ended = true;
  for (const form of document.forms) form.hidden = true;
  $(".status").textContent = done ? say(key) : "";
  warn(done ? "" : key);
}

// The conversation

function line(kind, name, text, at) {
  const node = make("article", "line " + kind);
  node.append(make("span", "name", at ? `${name} · ${time(at)}` : name), make("div", "words", text));
  return node;
}

function sources(citations) {
  const box = make("details");
  box.append(make("summary", "", say("sources")));
  for (const one of citations) box.append(make("div", "", `[${one.n}] ${one.title || one.source}`), make("blockquote", "", one.quote));
  return box;
}

function drawTurn(turn) {
  if (shown.has("t" + turn.turn)) return;
  shown.add("t" + turn.turn);
  const nodes = [line("customer", say("customer"), turn.text, turn.created_at)];
  if (turn.reply.text) {
    const reply = line("assistant", say("assistant"), turn.reply.text.replaceAll("**", ""));
    if (turn.reply.products.length) reply.append(make("div", "from", turn.reply.products.map((card) => card.title).join(" · ")));
    if (turn.reply.citations.length) reply.append(sources(turn.reply.citations));
    nodes.push(reply);
  }
  append(...nodes);
}

function drawMessage(message) {
  if (shown.has(message.id)) return;
  shown.add(message.id);
  append(line("agent", message.name, message.text, message.at));
}

function drawNotice(event, id, data) {
  if (shown.has(id)) return;
  shown.add(id);
  append(make("p", "event", say("event_" + event, { name: data.name, reason: data.reason && reason(data.reason) })));
}

const append = (...nodes) => staying(() => $(".log").append(...nodes));

// Keeps the newest line in view where it is, whatever grows.
function staying(change) {
  const log = $(".log"), below = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  change();
  if (below) log.scrollTop = log.scrollHeight;
}

async function transcript() {
  const history = await call("/messages");
  shown.clear();
  $(".log").replaceChildren();
  for (const entry of history.messages) {
    if (entry.role === "turn") drawTurn(entry);
    else if (entry.role === "agent") drawMessage(entry);
    else drawNotice(entry.event, entry.id, entry.data);
  }
  last = history.last_event;
  $(".log").scrollTop = $(".log").scrollHeight;
}

// Live

function happen(name, id, data) {
  last = id;
  if (name === "turn") { if (data.reply) drawTurn(data); }
  else if (name === "agent_message") drawMessage(data);
  else { drawNotice(name, id, data); refresh(); }
}

async function read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const field = (name) => block.split("\n").find((part) => part.startsWith(name + ": "))?.slice(name.length + 2);
      if (field("data")) happen(field("event"), Number(field("id")), JSON.parse(field("data")));
    }
  }
}

async function follow() {
  for (let failures = 0; !ended; failures++) {
    try {
      const headers = { Authorization: "Bearer " + token, "Last-Event-ID": String(last) };
      const answer = await fetch(api + "/events", { headers, cache: "no-store" });
      if (!answer.ok) throw new Refused(answer.status);
      if (failures) warn("");
      failures = 0;
      await read(answer.body);
      await refresh();
    } catch (error) {
      if (error.status === 410 || error.status === 401) return explain(error);
      warn("offline");
    }
    await new Promise((go) => setTimeout(go, 1000 * RETRY_S[Math.min(failures, RETRY_S.length - 1)]));
  }
}

// Who has it, and what it is about

function facts(summary) {
  const comma = language === "zh" ? "、" : ", ";
  const mood = [summary.sentiment, summary.angry && "angry", summary.urgent && "urgent"].filter(Boolean).map((key) => say(key));
  return [
    ["why", reason(state.handover.reason)],
    ["email", summary.email],
    ["wants", summary.wants],
    ["about", summary.intent && (words[language].intents[summary.intent] ?? summary.intent)],
    ["language", say(summary.language)],
    ["mood", mood.join(comma)],
    ["orders", summary.orders.join(comma)],
    ["products", summary.products.map((product) => `${product.title} (${product.sku})`).join(comma)],
  ].filter(([, value]) => value);
}

function list(selector, items) {
  $(selector).hidden = !items.length;
  $("ul", $(selector)).replaceChildren(...items.map((text) => make("li", "", text)));
}

function draw() {
  const { handover, mine, summary, earlier } = state, holder = handover.agent;
  const shop = language === "zh" ? state.shop_zh || state.shop : state.shop;
  $("main").hidden = false;
  $(".shop").textContent = shop;
  document.title = say("title", { name: shop });
  $(".status").textContent = mine ? say("mine") : holder ? say("theirs", { name: holder }) : say("waiting");
  $(".facts").replaceChildren(...facts(summary).flatMap(([key, value]) => [make("dt", "", say(key)), make("dd", "", value)]));
  list(".said", summary.said);
  list(".earlier", earlier.map((one) => [reason(one.reason), one.agent, one.outcome && say(one.outcome), one.note].filter(Boolean).join(" · ")));
  staying(() => {
    $(".take").hidden = mine || ended;
    $(".answer").hidden = !mine || ended;
  });
  $(".take .main").textContent = holder && !mine ? say("take_from", { name: holder }) : say("take");
}

async function refresh() {
  if (ended) return;
  try {
    state = await call("");
    draw();
  } catch (error) { if (error.status === 410) end("ended"); }
}

// What the person does

async function busy(form, work) {
  const buttons = [...form.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  try { warn(""); await work(); } catch (error) { explain(error); } finally { for (const button of buttons) button.disabled = false; }
}

$(".take").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("input.name").value.trim();
  if (!name) return warn("empty_name");
  kept("name", name);
  busy(event.target, async () => {
    state = await call("/take", { name, over: Boolean(state.handover.agent) });
    draw();
    $("textarea").focus();
    suggest();
  });
});

function send() {
  const text = $("textarea").value.trim();
  if (!text) return warn("empty_answer");
  if (unsent?.text !== text) unsent = { text, key: random() };
  busy($(".answer"), async () => {
    await call("/messages", unsent);
    unsent = null;
    $("textarea").value = "";
    $(".suggestions").hidden = true;
    $("textarea").focus();
  });
}

$(".answer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
$("textarea").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && !$(".send").disabled) { event.preventDefault(); send(); }
});

async function suggest() {
  const { suggestions } = await call("/suggestions").catch(() => ({ suggestions: [] }));
  const items = suggestions.map((one) => {
    const button = Object.assign(make("button", "", one.text), { type: "button" });
    button.append(make("span", "from", one.source ? [one.title, one.source].filter(Boolean).join(" · ") : say("by_assistant")));
    button.addEventListener("click", () => { $("textarea").value = one.text; $("textarea").focus(); });
    const item = make("li");
    item.append(button);
    return item;
  });
  $(".suggestions ul").replaceChildren(...(items.length ? items : [make("li", "", say("no_suggestions"))]));
  staying(() => { $(".suggestions").hidden = false; });
}

function release(outcome) {
  if ($("textarea").value.trim()) {
    $("textarea").focus();
    return warn("unsent_answer");
  }
  busy($(".answer"), async () => {
    await call("/release", { outcome, note: $(".note input").value.trim() || null });
    end("ended", true);
  });
}
$(".suggest").addEventListener("click", suggest);
$(".release").addEventListener("click", () => release("released"));
$(".resolve").addEventListener("click", () => release("resolved"));

// Beginning

const scheme = matchMedia("(prefers-color-scheme: dark)");
const adopt = () => { document.documentElement.dataset.theme = kept("theme") || (scheme.matches ? "dark" : "light"); };
scheme.addEventListener("change", adopt);
$(".theme").addEventListener("click", () => { kept("theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark"); adopt(); });
$(".language").addEventListener("click", async () => {
  kept("language", language = language === "zh" ? "en" : "zh");
  translate();
  warn("");
  if (state && !ended) { draw(); await transcript().catch(explain); }
});

async function begin() {
  adopt();
  translate();
  $("input.name").value = kept("name") ?? "";
  if (matchMedia("(max-width: 50rem)").matches) $(".summary").open = false;
  try {
    state = await call("");
    draw();
    await transcript();
  } catch (error) { return error.status ? explain(error) : warn("failed"); }
  follow();
}
begin();

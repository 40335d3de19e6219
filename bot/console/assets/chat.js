// The chat page's behaviour. Gradio runs it once with `element`, `props`, `server`, `trigger` and `watch`.
// Text that a person or a document wrote is set as text; `html` comes from the server, which has made it safe.
const SECONDS_TO_WAIT = 60;
const find = (selector, within = element) => within.querySelector(selector);
const all = (selector, within = element) => [...within.querySelectorAll(selector)];
const log = find(".log"), turns = find(".turns"), form = find(".composer"), input = find("textarea"), note = find(".note");
const kept = (store, key, value) => {
  const name = "shopdesk." + key;
  try { return value === undefined ? window[store].getItem(name) : window[store].setItem(name, value); } catch { return null; }
};

let language = kept("localStorage", "language") || (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");
let conversation = kept("sessionStorage", "conversation") || null;
let pending = null;

// Texts

// Chinese in the characters of the browser's locale: as answers are where the message does not tell.
const TRADITIONAL = /^zh-(hant|tw|hk|mo)\b/i;
const spoken = () => (language === "zh" && TRADITIONAL.test(navigator.language) ? "zh_hant" : language);
const say = (key, given = {}) => props.texts[spoken()][key].replace(/\{(\w+)\}/g, (_, name) => given[name] ?? "");

function translate(within) {
  for (const node of all("[data-text]", within)) node.textContent = say(node.dataset.text, node.dataset);
  for (const node of all("[data-label]", within)) {
    node.setAttribute("aria-label", say(node.dataset.label, node.dataset));
    if (node.matches("button")) node.title = say(node.dataset.label, node.dataset);
  }
}

const shops = { ...props.shop, empty: props.empty };

function speak(chosen) {
  language = chosen;
  const shop = shops[spoken()];
  document.documentElement.lang = { en: "en", zh: "zh-CN", zh_hant: "zh-Hant" }[spoken()];
  document.title = say("page", shop);
  find("h1").textContent = shop.name;
  find(".subtitle").textContent = say("subtitle", { name: shop.assistant });
  input.placeholder = say("placeholder");
  note.hidden = true;
  translate(element);
  find(".turn.welcome")?.replaceWith(welcome());
}

// Messages

function make(tag, classes = "", text = "") {
  const node = document.createElement(tag);
  node.className = classes;
  node.textContent = text;
  return node;
}

function welcome() {
  const turn = make("article", "turn welcome"), reply = make("div", "reply");
  reply.append(make("div", "text plain", shops[spoken()].greeting));
  if (shops.empty) {
    const empty = make("div", "empty");
    empty.append(make("strong", "", say("empty_title")), make("p", "", say("empty_text")), make("code", "", "shopdesk load PATH"));
    reply.append(empty);
  } else {
    const starters = make("section", "follow-ups");
    for (const question of props.texts[spoken()].starters) {
      starters.append(Object.assign(make("button", "ask", question), { type: "button" }));
    }
    reply.append(starters);
  }
  turn.append(reply);
  return turn;
}

function begin(question) {
  const turn = make("article", "turn"), reply = make("div", "reply"), typing = make("div", "typing");
  const who = make("span", "", shops[spoken()].assistant + " " + say("thinking"));
  typing.append(make("i"), make("i"), make("i"), who);
  reply.append(typing);
  turn.append(make("div", "question", question), reply);
  turns.append(turn);
  return turn;
}

function write(turn, html) {
  const reply = find(".reply", turn);
  const opened = new Set(all(".source[open]", reply).map((source) => source.dataset.source));
  reply.innerHTML = html;
  for (const source of all(".source", reply)) source.open = opened.has(source.dataset.source);
  translate(reply);
}

function finish(turn, view) {
  write(turn, view.html);
  turn.dataset.turn = view.turn;
  const reply = find(".reply", turn);
  reply.lang = view.language === "zh" ? "zh-CN" : "en";
  reply.removeAttribute("aria-busy");
}

// The newest words stay in view, but never at the cost of the question that they answer.
function follow(turn) {
  log.scrollTop = Math.min(log.scrollHeight - log.clientHeight, turn.offsetTop - 20);
}

// Turns

function warn(text) {
  note.textContent = text;
  note.hidden = !text;
}

function send(text) {
  const question = text.trim();
  if (pending) return;
  if (!question) return warn(say("blank"));
  if ([...question].length > props.limit) return warn(say("too_long", { n: [...question].length, max: props.limit }));
  if (!navigator.onLine) return warn(say("offline"));
  warn("");
  if (input.value.trim() === question) input.value = "";
  fit();
  const turn = begin(question);
  find(".reply", turn).setAttribute("aria-busy", "true");
  pending = { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), turn, question };
  kept("sessionStorage", "unanswered", question);
  wait();
  find(".send").disabled = true;
  follow(turn);
  trigger("submit", { id: pending.id, text: question, conversation, language, locale: navigator.language });
}

function wait() {
  clearTimeout(pending.timer);
  pending.timer = setTimeout(() => refuse(say("offline")), SECONDS_TO_WAIT * 1000);
}

function settle() {
  clearTimeout(pending.timer);
  kept("sessionStorage", "unanswered", "");
  pending = null;
  find(".send").disabled = false;
}

function refuse(reason) {
  const { turn, question } = pending;
  settle();
  turn.remove();
  if (!input.value) input.value = question;
  fit();
  warn(reason);
  input.focus();
}

// Gradio tells of a broken connection in a message in English, which the style hides, and loads the page again once it is back.
function lose() {
  if (!pending) return warn(say("offline"));
  const { question } = pending;
  refuse(say("offline"));
  kept("sessionStorage", "unanswered", question);
}

function draw() {
  const view = props.value;
  if (!pending || view?.id !== pending.id) return;
  const { turn } = pending;
  if (view.status === "refused") return refuse(view.note || say("failed"));
  if (view.status === "writing") {
    write(turn, view.html);
    wait();
  } else {
    settle();
    finish(turn, view);
    conversation = view.conversation;
    kept("sessionStorage", "conversation", conversation);
    if (view.person) attend();
  }
  follow(turn);
}

// What was asked when the page was left goes back into the box, unless it was answered meanwhile.
async function restore() {
  const asked = kept("sessionStorage", "unanswered");
  kept("sessionStorage", "unanswered", "");
  const views = conversation ? await server.restore(conversation).catch(() => []) : [];
  if (asked && views.at(-1)?.question !== asked && !input.value) input.value = asked;
  fit();
  if (!views.length) conversation = null;
  for (const view of views) finish(begin(view.question), view);
  if (views.length) attend();
  log.scrollTop = log.scrollHeight;
}

function renew() {
  if (pending) settle();
  unattend();
  conversation = null;
  kept("sessionStorage", "conversation", "");
  turns.replaceChildren(welcome());
  warn("");
  input.value = "";
  fit();
  input.focus();
}

// Ratings and sources

async function rate(foot, rating, reason = null) {
  for (const thumb of all(".thumb", foot)) thumb.setAttribute("aria-pressed", String(thumb.dataset.rating === rating));
  const asking = rating === "down" && reason === null;
  find(".reasons", foot).hidden = !asking;
  find(".thanks", foot).hidden = true;
  if (asking) {
    find(".reasons", foot).scrollIntoView({ block: "nearest" });
    find(".reason", foot).focus({ preventScroll: true });
  }
  const stored = await server.rate({ conversation, turn: Number(foot.dataset.turn), rating, reason }).catch(() => false);
  if (!stored) warn(say("offline"));
  else if (!asking) find(".thanks", foot).hidden = false;
}

function cite(mark) {
  const source = find(`[data-source="${mark.dataset.cite}"]`, mark.closest(".reply"));
  if (!source) return;
  source.open = true;
  source.scrollIntoView({ block: "nearest" });
  find("summary", source).focus({ preventScroll: true });
}

// Wiring

function fit() {
  input.style.height = "auto";
  input.style.height = Math.min(input.scrollHeight, 160) + "px";
}

function light(chosen) {
  kept("localStorage", "theme", chosen);
  document.documentElement.dataset.theme = chosen;
}

element.addEventListener("click", (event) => {
  const hit = (selector) => event.target.closest(selector);
  const foot = hit(".foot");
  if (hit(".ask")) { send(hit(".ask").textContent); input.focus({ preventScroll: true }); }
  else if (hit(".cite")) { event.preventDefault(); cite(hit(".cite")); }
  else if (hit(".thumb")) rate(foot, hit(".thumb").dataset.rating);
  else if (hit(".reason")) rate(foot, "down", hit(".reason").dataset.reason);
  else if (hit(".card a")) server.clicked({ conversation, sku: hit(".card").dataset.sku }).catch(() => {});
  else if (hit(".new")) renew();
  else if (hit(".language")) { speak(language === "zh" ? "en" : "zh"); kept("localStorage", "language", language); }
  else if (hit(".theme")) light(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
});
form.addEventListener("submit", (event) => { event.preventDefault(); send(input.value); });
input.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send(input.value);
});
input.addEventListener("input", () => { warn(""); fit(); });
watch("value", draw);
new MutationObserver((changes) => {
  const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node.nodeType === Node.ELEMENT_NODE);
  if (added.some((node) => node.matches(".toast-body.error") || find(".toast-body.error", node))) lose();
}).observe(document.body, { subtree: true, childList: true });

const scheme = matchMedia("(prefers-color-scheme: dark)");
const adopt = () => { document.documentElement.dataset.theme = kept("localStorage", "theme") || (scheme.matches ? "dark" : "light"); };
scheme.addEventListener("change", adopt);
adopt();
turns.append(welcome());
speak(language);
restore();
if (matchMedia("(hover: hover)").matches) input.focus();
server.voice().then((now) => {
  if (JSON.stringify(now) === JSON.stringify(shops)) return;
  Object.assign(shops, now);
  speak(language);
}).catch(() => {});

// The demo shop: pages without reloading, a cart, two languages, and what a shop's own page does with the widget.
import { TEXTS } from "./texts.js";

const HOME = "/demo-store";
const EVENTS = "ready opened closed message unread product_click add_to_cart handover feedback error".split(" ");
const MOST_LINES = 60;
const FEW = 3;

window.shopdesk ??= function () {
  (window.shopdesk.q ??= []).push(arguments);
};

const { products, customers } = await (await fetch(`${HOME}/products.json`)).json();
const bySku = new Map(products.map((product) => [product.sku, product]));
const cart = new Map(read(sessionStorage, "cart", []).filter(([sku]) => bySku.has(sku)));
const state = {
  language: read(localStorage, "language", navigator.language.startsWith("zh") ? "zh" : "en"),
  kind: "",
  words: "",
};

const $ = (selector) => document.querySelector(selector);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function read(storage, name, otherwise) {
  try {
    return JSON.parse(storage.getItem(`songdell:${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function keep(storage, name, value) {
  try {
    storage.setItem(`songdell:${name}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing shows the shop all the same.
  }
}

const text = (name, values = {}) =>
  Object.entries(values).reduce((words, [key, value]) => words.replace(`{${key}}`, value), TEXTS[state.language][name]);
const money = (amount, currency) =>
  new Intl.NumberFormat(state.language === "zh" ? "zh-CN" : "en", { style: "currency", currency, currencyDisplay: "narrowSymbol", trailingZeroDisplay: "stripIfInteger" }).format(amount);

// Pages

function sku() {
  const path = location.pathname.slice(HOME.length + 1);
  return decodeURIComponent(path.replace(/\/$/, ""));
}

function go(address) {
  if (address !== location.pathname) history.pushState(null, "", address);
  show();
  scrollTo(0, 0);
  $("#main").focus({ preventScroll: true });
}

function show() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text(element.dataset.label));
  $("#search").placeholder = text("search");
  const product = bySku.get(sku());
  document.title = product ? `${product.title[state.language]} · ${text("shop")}` : text("shop");
  $("#main").replaceChildren(...(product ? productPage(product) : sku() ? missingPage() : listPage()));
  showAccounts();
  showCart();
  tellWidget();
}

function missingPage() {
  return [make("h1", {}, text("missing")), make("p", {}, make("a", { href: HOME, "data-go": true }, text("back")))];
}

function listPage() {
  const kinds = [...new Set(products.map((product) => product.category[state.language]))];
  if (!kinds.includes(state.kind)) state.kind = "";
  const choose = (kind) => () => {
    state.kind = kind;
    show();
  };
  const buttons = ["", ...kinds].map((kind) =>
    make("button", { type: "button", "aria-pressed": String(kind === state.kind), click: choose(kind) }, kind || text("all")),
  );
  const found = products.filter((product) => (!state.kind || product.category[state.language] === state.kind) && fits(product));
  return [
    make("h1", { class: "hidden" }, text("products")),
    make("div", { class: "kinds", role: "group", "aria-label": text("kinds") }, ...buttons),
    found.length ? make("ul", { class: "grid" }, ...found.map(tile)) : make("p", { class: "quiet" }, text("nothing")),
  ];
}

function fits(product) {
  const said = Object.values(product.title).concat(Object.values(product.category), product.sku).join(" ").toLowerCase();
  return state.words.toLowerCase().split(/\s+/).every((word) => said.includes(word));
}

function tile(product) {
  return make(
    "li",
    {},
    make(
      "a",
      { href: `${HOME}/${product.sku}`, "data-go": true },
      make("img", { src: product.picture, alt: "", loading: "lazy", width: 200, height: 200 }),
      make("p", { class: "name" }, product.title[state.language]),
      make("p", { class: "price" }, money(product.price, product.currency)),
    ),
  );
}

function productPage(product) {
  const { language } = state;
  const same = products.filter((other) => other.sku !== product.sku && family(other) === family(product));
  const rows = product.facts[language].flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  const gone = product.stock === 0;
  const question = () => window.shopdesk("ask", { question: text("question") });
  return [
    make("a", { class: "back", href: HOME, "data-go": true }, text("back")),
    make(
      "article",
      { class: "product" },
      make("img", { src: product.picture, alt: product.title[language], width: 400, height: 400 }),
      make(
        "div",
        {},
        make("p", { class: "quiet" }, `${product.brand} · ${product.sku}`),
        make("h1", {}, product.title[language]),
        make("p", { class: "price" }, money(product.price, product.currency)),
        make("p", { class: product.stock <= FEW ? "low" : "quiet" }, stock(product.stock)),
        make("p", { class: "text" }, product.description[language]),
        make(
          "div",
          { class: "buy" },
          make("button", { type: "button", class: "primary", disabled: gone, click: () => put(product.sku, 1) }, text("add")),
          make("button", { type: "button", click: question }, text("ask")),
        ),
        make("p", { class: "same" }, ...same.map((other) =>
          make("a", { href: `${HOME}/${other.sku}`, "data-go": true }, other.facts[language].slice(0, 2).map((fact) => fact[1]).join(" · ")),
        )),
        make("dl", {}, ...rows),
      ),
    ),
  ];
}

const family = (product) => product.sku.split("-").slice(0, 2).join("-");
const stock = (many) => (many === 0 ? text("sold_out") : many <= FEW ? text("few", { n: many }) : text("in_stock"));

// Cart

function put(id, quantity) {
  const product = bySku.get(id);
  const wanted = (cart.get(id) ?? 0) + quantity;
  if (!product || wanted > product.stock) {
    say(text("not_enough"));
    return false;
  }
  if (wanted > 0) cart.set(id, wanted);
  else cart.delete(id);
  keep(sessionStorage, "cart", [...cart]);
  if (quantity > 0) say(text("added", { title: product.title[state.language] }));
  showCart();
  tellWidget();
  return true;
}

function showCart() {
  const lines = [...cart].map(([id, many]) => ({ many, ...bySku.get(id) }));
  $("#count").textContent = lines.reduce((sum, line) => sum + line.many, 0);
  $("#basket").replaceChildren(
    ...lines.map((line) =>
      make(
        "li",
        {},
        make("img", { src: line.picture, alt: "" }),
        make("span", {}, line.title[state.language], make("br"), money(line.price * line.many, line.currency)),
        make(
          "span",
          { class: "many" },
          make("button", { type: "button", "aria-label": text("fewer"), click: () => put(line.sku, -1) }, "−"),
          String(line.many),
          make("button", { type: "button", "aria-label": text("more"), click: () => put(line.sku, 1) }, "+"),
        ),
      ),
    ),
  );
  const total = lines.reduce((sum, line) => sum + line.price * line.many, 0);
  $("#total").textContent = lines.length ? text("total", { sum: money(total, lines[0].currency) }) : text("empty");
}

let silence;
function say(words) {
  $("#said").textContent = words;
  clearTimeout(silence);
  silence = setTimeout(() => ($("#said").textContent = ""), 4000);
}

// Who is signed in. A real shop signs the token for its own session; here the server signs for two invented customers.

function showAccounts() {
  const chosen = $("#account").value;
  const guests = [make("option", { value: "" }, text("guest")), ...customers.map(({ id, name }) => make("option", { value: id }, name))];
  $("#account").replaceChildren(...guests);
  $("#account").value = chosen;
}

async function signIn(customer) {
  window.shopdesk("reset"); // the last customer's conversation is theirs
  tellWidget();
  if (!customer) return;
  const body = JSON.stringify({ customer });
  const answer = await fetch(`${HOME}/sign-in`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (answer.ok) window.shopdesk("identify", (await answer.json()).token);
  else say(text("failed"));
}

// The widget

function tellWidget() {
  const items = [...cart].map(([id, quantity]) => ({ sku: id, quantity }));
  window.shopdesk("setContext", { sku: bySku.has(sku()) ? sku() : undefined, cart: items });
}

function heard(event, detail) {
  $("#events").textContent = Number($("#events").textContent) + 1;
  const time = new Date().toLocaleTimeString(state.language === "zh" ? "zh-CN" : "en");
  $("#lines").prepend(make("li", {}, `${time} `, make("b", {}, event), ` ${JSON.stringify(detail)}`));
  while ($("#lines").childElementCount > MOST_LINES) $("#lines").lastElementChild.remove();
  if (event === "add_to_cart") return put(detail.sku, detail.quantity ?? 1);
  if (event === "product_click" && bySku.has(detail.sku)) {
    go(`${HOME}/${detail.sku}`);
    return false; // shown already: the widget need not open the page
  }
  return true;
}

for (const event of EVENTS) window.shopdesk("on", event, (detail) => heard(event, detail));

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", show);
$("#search").addEventListener("input", (event) => {
  state.words = event.target.value.trim();
  if (sku()) history.pushState(null, "", HOME);
  show();
});
$("#language").addEventListener("click", () => {
  state.language = state.language === "zh" ? "en" : "zh";
  keep(localStorage, "language", state.language);
  show();
  window.shopdesk("setLocale", document.documentElement.lang);
});
$("#account").addEventListener("change", (event) => signIn(event.target.value));
$("#cart-button").addEventListener("click", () => $("#cart").showModal());
$("#cart").addEventListener("click", (event) => event.target === $("#cart") && $("#cart").close());
$("#log").open = matchMedia("(min-width: 1000px)").matches;
show();
window.shopdesk("setLocale", document.documentElement.lang);

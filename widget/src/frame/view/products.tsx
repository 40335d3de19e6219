import { useState } from "preact/hooks";
import { useChat } from "../chat";
import { webAddress } from "../addresses";
import type { Product } from "../reply";
import { fill } from "../texts";
import { Icon } from "./icons";

const LOW_STOCK = 3;

export function Products({ products }: { products: Product[] }) {
  if (!products.length) return null;
  return (
    <ul class="products">
      {products.map((product) => (
        <Card key={product.sku} product={product} />
      ))}
    </ul>
  );
}

function Card({ product }: { product: Product }) {
  const { addToCart, visit } = useChat();
  const url = webAddress(product.url);
  const click = (event: MouseEvent): void => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (url && visit(product, url) && plain) event.preventDefault();
  };
  return (
    <li class="card">
      <Picture product={product} />
      <div class="facts">
        <p class="title" dir="auto">
          {url ? (
            <a href={url} target="_blank" rel="noopener noreferrer" onClick={click}>
              {product.title}
            </a>
          ) : (
            product.title
          )}
        </p>
        <p class="terms">
          <span class="price">{product.price_text}</span>
          <Stock stock={product.stock} />
        </p>
        {product.why && (
          <p class="why" dir="auto">
            {product.why}
          </p>
        )}
      </div>
      {addToCart && product.stock !== 0 && <AddToCart product={product} add={addToCart} />}
    </li>
  );
}

/** Only pictures that the server lets the frame load are asked for: of itself and of the shop's picture hosts. */
function Picture({ product }: { product: Product }) {
  const { config } = useChat();
  const [broken, setBroken] = useState(false);
  const address = picture(product.image, config.images);
  return (
    <div class="picture">
      {address && !broken ? <img src={address} alt="" loading="lazy" onError={() => setBroken(true)} /> : <Icon name="image" />}
    </div>
  );
}

function picture(image: string | null | undefined, hosts: string[]): string | null {
  if (!image) return null;
  const url = new URL(image, location.origin);
  return url.origin === location.origin || hosts.includes(url.origin) ? url.href : null;
}

function Stock({ stock }: { stock: number | null }) {
  const { texts } = useChat();
  if (stock === null) return null;
  if (stock === 0) return <span class="stock none">{texts.soldOut}</span>;
  if (stock <= LOW_STOCK) return <span class="stock low">{fill(texts.lowStock, { n: stock })}</span>;
  return <span class="stock">{texts.inStock}</span>;
}

function AddToCart({ product, add }: { product: Product; add: (product: Product) => Promise<boolean> }) {
  const { texts } = useChat();
  const [phase, setPhase] = useState<"addToCart" | "adding" | "added" | "notAdded">("addToCart");
  const act = async (): Promise<void> => {
    if (phase === "adding") return;
    setPhase("adding");
    setPhase((await add(product)) ? "added" : "notAdded");
    setTimeout(() => setPhase("addToCart"), 3000);
  };
  return (
    <button
      type="button"
      class={`add ${phase}`}
      title={texts[phase]}
      aria-label={`${texts[phase]}: ${product.title}`}
      onClick={() => void act()}
    >
      <Icon name={phase === "added" ? "check" : phase === "notAdded" ? "close" : "cart"} />
      <span class="hidden" role="status">
        {phase === "addToCart" ? "" : texts[phase]}
      </span>
    </button>
  );
}

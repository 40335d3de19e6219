/** Tells when the page's address changes, also within a single-page application, which says nothing of it by itself. */

type Changed = () => void;

export class Navigation {
  private readonly undo: (() => void)[] = [];
  private address = location.href;

  constructor(private readonly changed: Changed) {
    this.wrap("pushState");
    this.wrap("replaceState");
    for (const event of ["popstate", "hashchange", "pageshow"]) {
      addEventListener(event, this.look);
      this.undo.push(() => removeEventListener(event, this.look));
    }
  }

  stop(): void {
    for (const undo of this.undo.splice(0)) undo();
  }

  private readonly look = (): void => {
    if (location.href === this.address) return;
    this.address = location.href;
    this.changed();
  };

  private wrap(name: "pushState" | "replaceState"): void {
    const original = history[name];
    const { look } = this;
    let on = true;
    const wrapped = function (this: History, ...given: Parameters<typeof original>): void {
      original.apply(this, given);
      if (on) queueMicrotask(look);
    };
    history[name] = wrapped;
    this.undo.push(() => {
      on = false; // another script may have wrapped ours since: then it stays, and does nothing
      if (history[name] === wrapped) history[name] = original;
    });
  }
}

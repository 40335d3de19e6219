/** The launcher's look, in a shadow root: nothing leaks in or out. A page sets `--shopdesk-…` on `shopdesk-widget`. */

export const SHEET = "(max-width: 480px), (max-height: 420px)";

export const STYLE = `
:host { all: initial; position: fixed; z-index: var(--z); inset-block-end: 0; width: 0; height: 0; color-scheme: light dark;
  font: 500 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
:host([hidden]) { display: none; }
:host(.inline) { position: static; display: block; width: auto; height: 100%; min-height: 480px; z-index: auto; }
@media print { :host { display: none; } }
*, *::before { box-sizing: border-box; }
[hidden] { display: none !important; }
.root { --accent: var(--shopdesk-accent, var(--color, #0f766e)); --on-accent: var(--shopdesk-on-accent, var(--on-color, #fff));
  --surface: light-dark(#fff, #171d1e); --ink: light-dark(#182022, #e8edec); --quiet: light-dark(#5b686a, #9aa9a9);
  --line: light-dark(#e2e6e6, #2b3435); color: var(--ink); }
.root.light { color-scheme: light; } .root.dark { color-scheme: dark; }
button { font: inherit; color: inherit; border: 0; margin: 0; padding: 0; background: none; cursor: pointer;
  -webkit-tap-highlight-color: transparent; }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px var(--surface); }
svg { width: 26px; height: 26px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; flex: none; }
.launcher { position: fixed; inset-block-end: calc(var(--y) + env(safe-area-inset-bottom, 0px)); display: inline-flex; align-items: center;
  justify-content: center; gap: 10px; min-width: 58px; height: 58px; padding: 0 16px; border-radius: 29px; background: var(--accent);
  color: var(--on-accent); box-shadow: 0 1px 2px rgb(0 0 0 / .16), 0 8px 24px rgb(0 0 0 / .2); transition: transform .18s, box-shadow .18s; }
.right .launcher { right: calc(var(--x) + env(safe-area-inset-right, 0px)); } .left .launcher { left: calc(var(--x) + env(safe-area-inset-left, 0px)); }
.launcher:hover { transform: translateY(-2px); box-shadow: 0 2px 4px rgb(0 0 0 / .16), 0 12px 30px rgb(0 0 0 / .24); }
.launcher:active { transform: scale(.96); }
.launcher .label { font-weight: 600; white-space: nowrap; padding-inline-end: 4px; max-width: 60vw; overflow: hidden; text-overflow: ellipsis; }
.badge { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
  background: #c81e1e; color: #fff; font-size: 12px; font-weight: 700; line-height: 22px; text-align: center; box-shadow: 0 0 0 2px var(--surface); }
.teaser { position: fixed; inset-block-end: calc(var(--y) + 72px + env(safe-area-inset-bottom, 0px)); max-width: min(300px, calc(100vw - 40px));
  display: flex; align-items: flex-start; background: var(--surface); border: 1px solid var(--line); border-radius: 16px;
  box-shadow: 0 10px 34px rgb(0 0 0 / .16); animation: rise .25s ease-out; }
.right .teaser { right: var(--x); } .left .teaser { left: var(--x); }
.teaser .say { padding: 13px 4px 13px 16px; text-align: start; font-weight: 450; overflow-wrap: anywhere; border-radius: 16px; }
[dir=rtl] .teaser .say { padding: 13px 16px 13px 4px; }
.teaser .dismiss { margin: 6px; padding: 5px; border-radius: 8px; color: var(--quiet); line-height: 0; }
.teaser .dismiss:hover { color: var(--ink); background: light-dark(#eef1f1, #263032); }
.teaser .dismiss svg { width: 18px; height: 18px; }
.panel { position: fixed; inset-block-end: calc(var(--y) + 72px); width: min(400px, calc(100vw - 24px));
  height: min(704px, calc(100dvh - var(--y) - 72px - 16px)); border-radius: var(--shopdesk-radius, 20px); overflow: hidden; background: var(--surface);
  box-shadow: 0 0 0 1px light-dark(rgb(16 32 34 / .07), rgb(255 255 255 / .1)), 0 16px 56px rgb(0 0 0 / .24);
  transition: opacity .18s ease-out, transform .18s ease-out, visibility .18s; transform-origin: bottom right; }
.right .panel { right: var(--x); } .left .panel { left: var(--x); transform-origin: bottom left; }
.panel.closed { opacity: 0; transform: translateY(12px) scale(.98); visibility: hidden; pointer-events: none; }
iframe { display: block; width: 100%; height: 100%; border: 0; opacity: 0; color-scheme: normal; }
.panel.ready iframe { opacity: 1; }
.cover { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 16px; padding: 32px; text-align: center;
  color: var(--quiet); }
.cover::before { content: ""; position: absolute; inset: 0 0 auto; height: 68px; background: var(--accent); }
.ready .cover { display: none; }
.cover .close { position: absolute; inset-block-start: 14px; inset-inline-end: 12px; padding: 7px; border-radius: 10px; color: var(--on-accent); line-height: 0; }
.inline .cover .close { display: none; }
.dots { display: flex; gap: 6px; } .dots i { width: 9px; height: 9px; border-radius: 50%; background: var(--accent); animation: dots 1.1s infinite; }
.dots i:nth-child(2) { animation-delay: .15s; } .dots i:nth-child(3) { animation-delay: .3s; }
.retry { padding: 9px 18px; border-radius: 12px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
.sheet .panel { inset: 0; width: 100%; height: 100dvh; border-radius: 0; box-shadow: none; transform-origin: bottom;
  padding: env(safe-area-inset-top, 0px) env(safe-area-inset-right, 0px) env(safe-area-inset-bottom, 0px) env(safe-area-inset-left, 0px); }
.sheet.opened .launcher { visibility: hidden; }
.inline .panel { position: relative; inset: auto; width: 100%; height: 100%; min-height: inherit; transform: none;
  box-shadow: 0 0 0 1px light-dark(rgb(16 32 34 / .1), rgb(255 255 255 / .12)); }
.inline, .inline .panel { height: 100%; min-height: 480px; }
@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
@keyframes dots { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
@media (prefers-reduced-motion: reduce) { *, *::before { animation-duration: .01s !important; transition: none !important; } }
@media (forced-colors: active) { .launcher, .teaser, .panel { border: 1px solid; } }
`;

/** Black or white, whichever reads better on `hex` (WCAG 2 relative luminance). */
export function readableOn(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#0b1213" : "#ffffff";
}

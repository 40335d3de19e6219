// Builds what `bot/serving` serves: `npm run build`; the built files are committed.
import { build } from "esbuild";

const shared = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: ["chrome111", "firefox113", "safari16.4"],
  outdir: "../bot/serving/assets",
  logLevel: "warning",
};

await Promise.all([
  build({ ...shared, entryPoints: { widget: "src/loader/main.ts" }, format: "iife", legalComments: "none" }),
  build({
    ...shared,
    entryPoints: { "widget/frame": "src/frame/main.tsx" },
    format: "iife",
    legalComments: "eof",
    jsx: "automatic",
    jsxImportSource: "preact",
  }),
  build({ ...shared, entryPoints: { "widget/text": "src/frame/markdown.ts" }, format: "esm", legalComments: "eof" }),
  build({ ...shared, entryPoints: { "widget/frame": "src/frame/frame.css" } }),
  build({ ...shared, entryPoints: { "widget/frame": "src/frame/frame.html" }, loader: { ".html": "copy" } }),
]);

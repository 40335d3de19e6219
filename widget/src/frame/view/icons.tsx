const PATHS = {
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
  up: "M7 10.5v10M2.5 12v7a1.5 1.5 0 0 0 1.5 1.5h13.4a2 2 0 0 0 2-1.7l1.2-7.5a2 2 0 0 0-2-2.3H14V5a2.5 2.5 0 0 0-2.5-2.5L7 10.5",
  down: "M17 13.5v-10M21.5 12V5A1.5 1.5 0 0 0 20 3.5H6.6a2 2 0 0 0-2 1.7l-1.2 7.5a2 2 0 0 0 2 2.3H10v4a2.5 2.5 0 0 0 2.5 2.5l4.5-8",
  document: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M9 13h6M9 17h4",
  cart: "M3 4h2.3l2.2 11.2a1.5 1.5 0 0 0 1.5 1.2h8.3a1.5 1.5 0 0 0 1.5-1.2L20.5 8H6.2M9.5 20.5h.01M17.5 20.5h.01",
  check: "M5 12.5l4.5 4.5L19 7.5",
  arrow: "M12 5v14M5.5 12.5L12 19l6.5-6.5",
  refresh: "M20 11.5a8 8 0 1 0-2.3 6.2M20 5.5v6h-6",
  person: "M12 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0",
  list: "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01",
  download: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1.1 5.9L12 16.8l-5.3 2.9 1.1-5.9L3.5 9.7l5.9-.8z",
  plus: "M12 5v14M5 12h14",
  external: "M14 5h5v5M19 5l-8 8M11 6H7a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-4",
  image: "M5 4.5h14a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5zM3.5 16l5-5 4 4 2.5-2.5 5.5 5.5M15.5 9h.01",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The assistant's mark: a speech bubble. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <path d="M9 11.5A3.5 3.5 0 0 1 12.5 8h7a3.5 3.5 0 0 1 3.5 3.5v5a3.5 3.5 0 0 1-3.5 3.5H15l-4.5 4v-4.3A3.5 3.5 0 0 1 9 16.5z" />
    </svg>
  );
}

/** The browser that the end-to-end tests look with. */
import { findChromium } from "../../tools/setup/chromium.ts";

/** The set-up says where the browser is; an empty value says that it found none. */
export const browser = process.env.GRADBOOK_CHROMIUM ?? findChromium();

/** Switches for a browser that nobody sees and that keeps to itself. */
export const switches = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// The colours of the figures in both themes; the same tokens as core/figures/theme.py, and a test compares the two.

export const TOKENS = {
  light: {
    bg: "#FFFFFF", bg2: "#F6F6F2", line: "#D9D9D2", ink: "#1C2127", ink2: "#555E68",
    accent: "#3A49C4", accent_bg: "#ECEDFA", second: "#006650", ochre: "#8A5A00", violet: "#6A3FB5",
    minus: "#2F6FAF", plus: "#C46A00", error: "#A3212E", error_bg: "#FDEFF0",
    minimum: "#0072B2", maximum: "#D55E00", saddle: "#CC79A7",
    minimum_text: "#005C91", maximum_text: "#A34500", saddle_text: "#95407A", outline: "#1C2127",
    heights: ["#A7C0E2", "#ADC6EF", "#C2CCE2", "#D0D3DA", "#DBDAD6", "#E6E1CE", "#F2E9C0", "#FDF1B0", "#FFFAA0"],
  },
  dark: {
    bg: "#14171C", bg2: "#1E2229", line: "#3A414B", ink: "#ECEFF2", ink2: "#A9B2BC",
    accent: "#AEB6FF", accent_bg: "#2A2E4A", second: "#4FD1A8", ochre: "#E0AE55", violet: "#BBA0F5",
    minus: "#6FB0EA", plus: "#F2A247", error: "#FF9AA2", error_bg: "#3A1E22",
    minimum: "#0072B2", maximum: "#D55E00", saddle: "#CC79A7",
    minimum_text: "#7CC0F0", maximum_text: "#FFA45C", saddle_text: "#EBA9CC", outline: "#F4F6F8",
    heights: ["#061933", "#0E203F", "#212839", "#2E3036", "#393935", "#454131", "#514A26", "#5D5210", "#685C00"],
  },
};

export const TEXT = '"Source Sans", "Source Sans Pro", system-ui, sans-serif';
export const MATH = 'KaTeX_Math, "Beyond Serif", Georgia, serif';
export const DIGITS = 'KaTeX_Main, "Beyond Serif", Georgia, serif';

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

export const alpha = (hex, a) => `rgba(${rgb(hex).join(",")},${a})`;

function channels(colour) {
  if (/^#[0-9a-f]{6}/i.test(colour)) return rgb(colour);
  const numbers = colour.match(/[\d.]+/g);
  return numbers && numbers.length >= 3 ? numbers.slice(0, 3).map(Number) : null;
}

/** "light" or "dark", by the background the page gives; and the tokens, over that very background. */
export function themeOf(host) {
  const background = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  const c = channels(background);
  const name = c && 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] < 110 ? "dark" : "light";
  return { name, ...TOKENS[name], ...(c && /^#[0-9a-f]{6}$/i.test(background) ? { bg: background } : {}) };
}

/** 256 colours from low to high, four bytes each. */
export function heightTable(heights) {
  const stops = heights.map(rgb);
  const table = new Uint8ClampedArray(1024);
  for (let i = 0; i < 256; i++) {
    const t = (i / 255) * (stops.length - 1);
    const k = Math.min(stops.length - 2, Math.floor(t));
    for (let c = 0; c < 3; c++) table[4 * i + c] = stops[k][c] + (t - k) * (stops[k + 1][c] - stops[k][c]);
    table[4 * i + 3] = 255;
  }
  return table;
}

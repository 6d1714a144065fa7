// The style of the page: two schemes of colours, one column, tables that become blocks on a narrow screen.
// Invariant: text keeps a contrast of 4.5 to 1 against what it lies on, in both schemes (WCAG 2.2, 1.4.3).
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #ffffff; --text: #171b22; --muted: #566070; --line: #dde1e8; --track: #e6e9ef;
  --accent: #2f5fd0; --bar: #5b86e5; --bar-missed: #e0766d; --bar-plain: #9aa3b2; --kept: #10693f; --kept-back: #e3f4ea; --missed: #b3261e; --missed-back: #fce8e6; --bound: #b3261e;
  --series-1: #2f5fd0; --series-2: #b45309; --series-3: #0b7a75; --series-4: #8b3fb5; --series-5: #5d6b1f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1217; --card: #181c23; --text: #e7eaf0; --muted: #a0a9b8; --line: #2d333e; --track: #2a303b;
    --accent: #7ea4ff; --bar: #3d66bd; --bar-missed: #a3423a; --bar-plain: #596273; --kept: #63d297; --kept-back: #14301f; --missed: #ff8f86; --missed-back: #3a1a18; --bound: #ff8f86;
    --series-1: #7ea4ff; --series-2: #f0ab5b; --series-3: #4fc9c0; --series-4: #d095f0; --series-5: #b9cb62;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 900px; margin: 0 auto; padding: 32px 16px 64px; }
header { margin-bottom: 24px; }
h1 { font-size: clamp(28px, 6vw, 40px); line-height: 1.15; margin: 4px 0 12px; letter-spacing: -0.02em; }
h2 { font-size: 22px; line-height: 1.25; margin: 0 0 8px; letter-spacing: -0.01em; }
h3 { font-size: 17px; margin: 28px 0 4px; }
p { margin: 0 0 12px; max-width: 68ch; }
.eyebrow, .meta, .note { color: var(--muted); font-size: 14px; }
.eyebrow { margin: 0; font-weight: 600; }
.verdict { display: inline-block; padding: 6px 12px; border-radius: 8px; font-weight: 600; }
.verdict.kept, .mark.kept { color: var(--kept); background: var(--kept-back); }
.verdict.missed, .mark.missed { color: var(--missed); background: var(--missed-back); }
.tiles { list-style: none; margin: 20px 0 0; padding: 0; display: grid; gap: 12px; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; display: flex; flex-direction: column; }
.tile strong { font-size: 26px; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.tile.missed strong { color: var(--missed); }
.tile-name { font-weight: 600; font-size: 14px; }
.tile-name::first-letter { text-transform: uppercase; }
.tile-below { color: var(--muted); font-size: 13px; line-height: 1.35; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 24px; margin-bottom: 16px; }
figure { margin: 8px 0 16px; }
figure svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
.legend { list-style: none; margin: 4px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13px; color: var(--muted); }
.legend li { display: flex; align-items: center; gap: 8px; overflow-wrap: anywhere; }
.swatch { flex: none; width: 22px; height: 0; }
table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); font-size: 13px; padding-bottom: 4px; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 13px; border-bottom: 1px solid var(--line); padding: 6px 8px 6px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 7px 8px 7px 0; vertical-align: top; }
td:first-child { overflow-wrap: anywhere; }
tbody tr:last-child td { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; padding-left: 8px; }
.mark { font-size: 13px; font-weight: 600; padding: 2px 8px; border-radius: 6px; white-space: nowrap; background: var(--track); }
pre {
  overflow-x: auto; background: var(--page); border: 1px solid var(--line); border-radius: 8px; padding: 14px; margin: 0;
  font: 12.5px/1.55 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
summary { cursor: pointer; font-weight: 600; }
dl { margin: 12px 0 0; font-size: 14px; }
dl div { display: grid; grid-template-columns: minmax(120px, 30%) 1fr; gap: 12px; padding: 5px 0; border-bottom: 1px solid var(--line); }
dl div:last-child { border-bottom: 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 639px) {
  main { padding: 20px 12px 40px; }
  section { padding: 16px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tile { padding: 12px; }
  .tile strong { font-size: 22px; }
  .wide { display: none; }
  .narrow { display: block; }
  table, tbody, td, caption { display: block; width: 100%; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 6px 12px; padding: 10px 0; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  td, td.number { border: 0; padding: 0; text-align: left; white-space: normal; }
  td::before { content: attr(data-head); display: block; color: var(--muted); font-size: 12px; }
  td:first-child { grid-column: 1 / -1; font-weight: 600; }
  td:first-child::before { content: none; }
}
@media print {
  body { background: none; }
  section { break-inside: avoid-page; border: 0; padding: 0; }
}
`;

// The page as a reader's browser shows it: nothing loaded, nothing out of sight on a telephone, legible in both schemes, usable by keyboard
// and by ear. In a real browser where there is one; what text becomes of a report is tested without.
// What is handed to the browser speaks of its document, so its types are needed here.
/// <reference lib="dom" />
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type Axe from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { BenchReport } from "../bench-report.ts";
import { judgeWorkload } from "../judge-report.ts";
import { sampleReport } from "../testing/sample-report.ts";
import { writeReports } from "../write-reports.ts";
import { renderHtmlReport } from "./page.ts";

/** Debian's, others' names for it, or one that is named. */
const BROWSERS = [
  process.env["CHROMIUM_PATH"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

const executablePath = BROWSERS.find((path) => path !== "" && existsSync(path));

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

declare global {
  interface Window {
    /** Put into the page by a test. */
    readonly axe: typeof Axe;
  }
}

const whole = sampleReport();

/** The whole report, and one of each kind of row: what holds for a row of a table holds for the others. */
const REPORTS: Readonly<Record<"whole" | "brief", BenchReport>> = {
  whole,
  brief: {
    ...whole,
    findings: whole.findings.slice(0, 2).concat(whole.findings.filter(({ bound }) => bound === undefined)),
    workloads: whole.workloads.filter(({ class: of }) => of === "trade_history"),
    compression: whole.compression.slice(0, 1),
    growth: whole.growth.slice(0, 1),
  },
};

interface View {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
}

/** What a page did while it was open. */
interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

describe("the page in a browser", () => {
  let browser: Browser | undefined;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "bench-page-"));
    for (const [name, report] of Object.entries(REPORTS)) await writeReports(join(directory, name), report);
    if (executablePath !== undefined)
      browser = await chromium.launch({ executablePath, headless: true, args: QUIET });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true });
  });

  const pages = new Map<string, Promise<Opened>>();

  async function load(started: Browser, address: string, { width, colorScheme }: View): Promise<Opened> {
    const page = await started.newPage({ viewport: { width, height: 800 }, colorScheme });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(address);
    return { page, requests, complaints };
  }

  /** The page in a view, opened once; `name` is of the report. */
  async function open(
    { skip }: TestContext,
    view: View,
    name: keyof typeof REPORTS = "whole",
  ): Promise<Opened> {
    if (browser === undefined) {
      return skip("no browser here: no Chromium in /usr/bin, and CHROMIUM_PATH names none");
    }
    const address = pathToFileURL(join(directory, name, "report.html")).href;
    const key = JSON.stringify([name, view]);
    const opened = pages.get(key) ?? load(browser, address, view);
    pages.set(key, opened);
    return await opened;
  }

  it("loads nothing but itself, runs no script, and has nothing to complain of", async (context) => {
    const { page, requests, complaints } = await open(context, { width: 1_100, colorScheme: "light" });
    expect(requests).toEqual([pathToFileURL(join(directory, "whole", "report.html")).href]);
    expect(complaints).toEqual([]);
    expect(await page.locator("script, link[rel=stylesheet], img, iframe").count()).toBe(0);
  });

  it("has its verdict first, and a heading for each part", async (context) => {
    const { page } = await open(context, { width: 1_100, colorScheme: "light" });
    expect(await page.locator("h1").allTextContents()).toEqual(["15 of 17 bounds kept"]);
    expect(await page.locator("section > h2").allTextContents()).toEqual([
      "Gates",
      "Latency under load",
      "Ratios",
      "Growth with the data",
      "Compression",
      "Slowest query",
      "Where it ran",
    ]);
    expect(await page.locator("section").count()).toBe(7);
    expect(await page.locator("#gates tbody tr").first().textContent()).toContain("missed");
  });

  it.for([
    ["wide", 1_100],
    ["narrow", 360],
  ] as const)("draws every chart, with its bounds, on a %s screen", async ([kind, width], context) => {
    const { page } = await open(context, { width, colorScheme: "light" });
    const charts = await page.locator(`figure .${kind}`).evaluateAll((drawings) =>
      drawings.map((drawing) => ({
        label: drawing.getAttribute("aria-label") ?? "",
        isShown: drawing.getBoundingClientRect().width > 200,
        // An empty drawing still has its axes.
        paths: drawing.querySelectorAll("path[stroke^='var(--series'], path[fill^='var(--bar']").length,
        bounds: [...drawing.querySelectorAll("[stroke='var(--bound)']:not(text)")].filter((line) => {
          const { left, right, width: wide, height } = line.getBoundingClientRect();
          const isColored = getComputedStyle(line).stroke.startsWith("rgb");
          return isColored && left >= 0 && right <= window.innerWidth && Math.max(wide, height) > 10;
        }).length,
      })),
    );
    expect(charts.map(({ label }) => label.split(/[.,:]/u)[0])).toEqual([
      "Latency of market data by percentile",
      "Latency of trade history by percentile",
      "Latency of strategy metrics by percentile",
      "Latency of operations by percentile",
      "Latency of write by percentile",
      "Latency of mixed by percentile",
      "Ratios with their bounds",
      "Median time by amount of data",
      "What is left of each table in columns",
    ]);
    expect(charts.filter(({ isShown }) => !isShown)).toEqual([]);
    expect(charts.filter(({ paths }) => paths === 0)).toEqual([]);
    // One line for each class with a bound; one stroke for each ratio with one.
    expect(charts.map(({ bounds }) => bounds)).toEqual([1, 1, 1, 0, 0, 0, 7, 0, 0]);
    const other = kind === "wide" ? "narrow" : "wide";
    expect(await page.locator(`figure .${other}:visible`).count()).toBe(0);
  });

  it("has all of its text in view on a telephone, without scrolling sideways", async (context) => {
    const { page } = await open(context, { width: 360, colorScheme: "light" });
    await page.locator("details > summary").click();
    const { scrollWidth, outside, texts } = await page.evaluate(() => {
      const shown = [...document.querySelectorAll("main *")].filter(
        (element) =>
          element.closest("pre, thead, defs") === null &&
          [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim()),
      );
      const isVisible = (element: Element): boolean => element.getClientRects().length > 0;
      return {
        scrollWidth: document.documentElement.scrollWidth,
        texts: shown.filter(isVisible).length,
        outside: shown.filter(isVisible).flatMap((element) => {
          const { left, right } = element.getBoundingClientRect();
          return left < 0 || right > window.innerWidth ? [element.textContent] : [];
        }),
      };
    });
    expect(scrollWidth).toBe(360);
    expect(texts).toBeGreaterThan(300);
    expect(outside).toEqual([]);
  });

  it.for([
    ["light", 360],
    ["dark", 1_100],
  ] as const)("keeps to the rules of WCAG in the %s scheme at a width of %i", async (view, context) => {
    const [colorScheme, width] = view;
    const { page } = await open(context, { width, colorScheme }, "brief");
    await page.locator("details > summary").click();
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background).toBe(colorScheme === "dark" ? "rgb(15, 18, 23)" : "rgb(244, 245, 247)");
    await page.evaluate(
      await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"),
    );
    const { violations, contrasts } = await page.evaluate(async () => {
      const result = await window.axe.run(document, { resultTypes: ["violations"] });
      return {
        violations: result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`),
        contrasts: result.passes.some(({ id }) => id === "color-contrast"),
      };
    });
    expect(violations).toEqual([]);
    expect(contrasts).toBe(true);
  });

  it("can be read by keyboard: the plan scrolls and the surroundings unfold", async (context) => {
    const { page } = await open(context, { width: 700, colorScheme: "light" }, "brief");
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => document.activeElement?.tagName.toLowerCase());
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("pre");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("summary");
    expect(await page.locator("dt", { hasText: "seed" }).first().isVisible()).toBe(false);
    await page.keyboard.press("Enter");
    expect(await page.locator("dt", { hasText: "seed" }).first().isVisible()).toBe(true);
  });
});

describe("the page", () => {
  it("shows text of a report as text, in tables and in drawings", () => {
    const attack = "<script>alert('a')</script><img src=x onerror=alert(1)> \"quoted\"";
    const report = sampleReport();
    const named = {
      ...report,
      findings: report.findings.map((finding) => ({ ...finding, subject: attack, note: attack })),
      workloads: report.workloads.map((workload) => ({ ...workload, name: attack })),
      growth: report.growth.map((growth) => ({ ...growth, workload: attack })),
      compression: report.compression.map((compression) => ({ ...compression, table: attack })),
      slowest: { workload: attack, p99Milliseconds: 1, plan: `</pre>${attack}` },
      server: { ...report.server, settings: { [attack]: attack } },
    };
    const page = renderHtmlReport(named);
    expect(page).not.toMatch(/<script|<img|"quoted"/u);
    expect(page.split("&lt;script&gt;").length).toBeGreaterThan(100);
  });

  it("says of a run that measured nothing that it does not pass", () => {
    const report: BenchReport = {
      ...sampleReport(),
      findings: [],
      workloads: [],
      compression: [],
      growth: [],
      indexUse: undefined,
      slowest: undefined,
    };
    const page = renderHtmlReport(report);
    expect(page).toContain("The run does not pass");
    expect(page).toContain("No workload was measured.");
    expect(page).not.toContain("NaN");
  });

  it("calls a latency missed only where it was judged", () => {
    const unjudged = whole.workloads.map((workload) => ({
      ...judgeWorkload(workload),
      bound: undefined,
      isKept: undefined,
    }));
    const tiles = (report: BenchReport): readonly string[] =>
      [...renderHtmlReport(report).matchAll(/class="tile (\w+)"/gu)].map(([, outcome]) => outcome ?? "");
    expect(tiles(whole)).toEqual(["kept", "missed", "kept", "kept"]);
    const page = { ...whole, findings: [...whole.findings, ...unjudged] };
    expect(tiles(page)).toEqual(["kept", "kept", "kept", "kept"]);
    expect(renderHtmlReport(page)).toContain("slowest p99 of 4; not judged");
  });

  it("shows what is no number as such", () => {
    const report = sampleReport();
    const findings = report.findings.map((finding) => ({
      ...finding,
      figure: Number.NaN,
      interval: undefined,
    }));
    const page = renderHtmlReport({ ...report, findings });
    expect(page).toContain("no number");
    expect(page).not.toMatch(/NaN|Infinity|undefined/u);
  });
});

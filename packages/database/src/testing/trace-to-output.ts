// For tests: what a program gives `node --import` to have OpenTelemetry watch pg; each span is printed as one line of JSON.
// Not part of the package's API. Invariant: it runs before pg is imported, which is what the instrumentation asks for.

import { PgInstrumentation } from "@opentelemetry/instrumentation-pg";
import {
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** Prints what a backend would be sent. */
class PrintingExporter implements SpanExporter {
  export(spans: ReadableSpan[], done: (result: { code: 0 }) => void): void {
    for (const { name, attributes, status, events } of spans) {
      process.stdout.write(`${JSON.stringify({ name, attributes, status, events })}\n`);
    }
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {
    await Promise.resolve();
  }
}

const instrumentation = new PgInstrumentation();
instrumentation.setTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: new PrintingExporter() })] }),
);

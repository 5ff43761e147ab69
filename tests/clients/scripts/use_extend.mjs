// The main job of Extend's TypeScript SDK, plain and typed.
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.MODULES}/`);
const { ExtendClient, ExtendError, extendCurrency, extendDate } = require("extend-ai");
const { z } = require("zod");

const { BASE_URL, API_KEY, FILE } = process.env;
const client = new ExtendClient({ token: API_KEY, baseUrl: BASE_URL });
const said = {};

const refusal = async (call) => {
  try {
    await call();
  } catch (error) {
    if (error instanceof ExtendError) return [error.statusCode, error.body.code];
    throw error;
  }
  return [];
};

const schema = {
  type: "object",
  properties: {
    invoice_number: { type: ["string", "null"], description: "The invoice number" },
    total_amount: { type: ["number", "null"], description: "Total amount due" },
  },
  required: ["invoice_number", "total_amount"],
  additionalProperties: false,
};
const Invoice = z.object({
  invoice_number: z.string().nullable().describe("The invoice number"),
  invoice_date: extendDate().describe("The invoice date"),
  line_items: z.array(z.object({ description: z.string().nullable(), amount: extendCurrency() })),
  total_amount: extendCurrency().describe("Total amount due"),
});

const file = await client.files.upload(createReadStream(FILE), {});
said.file = [file.name, file.type, file.id === (await client.files.retrieve(file.id)).id];

const run = await client.extractRuns.createAndPoll({ file: { id: file.id }, config: { schema }, metadata: { js: 1 } });
said.plain = [run.status, run.output.value];
said.citation = run.output.metadata.invoice_number.citations.map((one) => [one.page.number, one.referenceText]);

let typed = await client.extract({ file: { id: file.id }, config: { schema: Invoice }, metadata: { js: 2 } });
if (typed.status === "PROCESSING") {
  typed = await client.extractRuns.createAndPoll({ file: { id: file.id }, config: { schema: Invoice } });
}
const value = typed.output.value;
said.typed = [value.invoice_number, value.invoice_date, value.total_amount.amount, value.line_items.length];

const extractor = await client.extractors.create({ name: "js", config: { schema: Invoice } });
const version = await client.extractorVersions.create(extractor.id, { releaseType: "major" });
said.version = [version.version, extractor.draftVersion.version];
const saved = await client.extractRuns.createAndPoll({ file: { id: file.id }, extractor: { id: extractor.id } });
said.saved = [saved.status, saved.output.value.invoice_number, saved.extractorVersion.version];

const batch = await client.extractRuns.createBatch({
  extractor: { id: extractor.id },
  inputs: [0, 1].map((n) => ({ file: { text: `Invoice number: J-${n}` }, metadata: { n } })),
});
while (["PENDING", "PROCESSING"].includes((await client.batchRuns.get(batch.id)).status)) {
  await new Promise((resolve) => setTimeout(resolve, 300));
}
const listed = await client.extractRuns.list({ batchId: batch.id });
said.batch = [batch.runCount, listed.data.map((one) => [one.status, one.metadata.n])];

const waits = await client.extractRuns.create({ file: { url: "https://example.invalid/js.pdf" }, config: { schema } });
said.cancelled = [waits.status, (await client.extractRuns.cancel(waits.id)).status];
said.deleted = (await client.extractRuns.delete(waits.id)).id === waits.id;
said.gone = await refusal(() => client.extractRuns.retrieve(waits.id));
said.badKey = await refusal(() => new ExtendClient({ token: "wrong", baseUrl: BASE_URL }).files.list());
said.badSchema = await refusal(() =>
  client.extractRuns.create({
    file: { id: file.id },
    config: { schema: { type: "object", properties: { a: { type: "string" } } } },
  }),
);
said.fileDeleted = (await client.files.delete(file.id)).id === file.id;

console.log(JSON.stringify(said));

// @llamaindex/llama-cloud 2.x: files, jobs of v2.
import fs from "node:fs";
import { createRequire } from "node:module";

const { LlamaCloud } = createRequire(`${process.env.MODULES}/`)("@llamaindex/llama-cloud");
const { SAMPLES, BASE_URL, API_KEY } = process.env;
const client = new LlamaCloud({ apiKey: API_KEY, baseURL: BASE_URL, maxRetries: 0 });
const schema = JSON.parse(fs.readFileSync(`${SAMPLES}/schemas/receipt.json`));
const found = {};
const refused = (made) => made.then(() => "done", (error) => [error.constructor.name, error.status]);

const file = await client.files.create({ file: fs.createReadStream(`${SAMPLES}/receipt.jpg`), purpose: "extract" });
const configuration = { data_schema: schema, tier: "cost_effective" };
const job = await client.extract.create({ file_input: file.id, configuration });
const done = await client.extract.waitForCompletion(job.id);
found.job = [job.status, done.status, done.extract_result];
const full = await client.extract.get(job.id, { expand: ["configuration", "usage"] });
found.expanded = [full.configuration.tier, full.usage.credits];
found.listed = [];
for await (const one of client.extract.list({ page_size: 1, file_input: file.id })) found.listed.push(one.id === job.id);
found.lateCancel = await refused(client.extract.cancel(job.id));
await client.extract.delete(job.id);
found.deleted = await refused(client.extract.get(job.id));
found.badKey = await refused(new LlamaCloud({ apiKey: "llx-none", baseURL: BASE_URL }).extract.list());
console.log(JSON.stringify(found));

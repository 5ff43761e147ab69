// @llamaindex/llama-cloud 1.x: files, agents, jobs, runs.
import fs from "node:fs";
import { createRequire } from "node:module";

const { LlamaCloud } = createRequire(`${process.env.MODULES}/`)("@llamaindex/llama-cloud");
const { SAMPLES, BASE_URL, API_KEY } = process.env;
const client = new LlamaCloud({ apiKey: API_KEY, baseURL: BASE_URL, maxRetries: 0 });
const schema = JSON.parse(fs.readFileSync(`${SAMPLES}/schemas/receipt.json`));
const found = {};
const refused = (made) => made.then(() => "done", (error) => [error.constructor.name, error.status]);
const agents = client.extraction.extractionAgents;

const file = await client.files.create({ file: fs.createReadStream(`${SAMPLES}/receipt.jpg`), purpose: "extract" });
found.file = [file.name, file.file_type];
let job = await client.extraction.run({ config: { extraction_mode: "FAST" }, data_schema: schema, file_id: file.id });
while (job.status === "PENDING") {
  await new Promise((resolve) => setTimeout(resolve, 300));
  job = await client.extraction.jobs.get(job.id);
}
found.stateless = [job.status, (await client.extraction.jobs.getResult(job.id)).data];
const agent = await agents.create({ name: `js ${Date.now()}`, data_schema: schema, config: {} });
found.ofAgent = (await client.extraction.jobs.extract({ extraction_agent_id: agent.id, file_id: file.id })).data;
found.runs = [];
for await (const run of client.extraction.runs.list({ extraction_agent_id: agent.id, limit: 1 })) {
  found.runs.push([run.status, run.data.total]);
}
await agents.delete(agent.id);
found.agentDeleted = await refused(agents.get(agent.id));
found.badKey = await refused(new LlamaCloud({ apiKey: "llx-none", baseURL: BASE_URL }).files.list());
console.log(JSON.stringify(found));

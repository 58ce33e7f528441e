// The official TypeScript SDK at work: the same tasks as kit.py takes.
// kit.mjs BASE_URL KEY FOLDER: the folder holds node_modules.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [baseURL, key, folder] = process.argv.slice(2);
const require = createRequire(folder + "/");
const Anthropic = require("@anthropic-ai/sdk");
const { betaTool } = require("@anthropic-ai/sdk/helpers/beta/json-schema");
const { jsonSchemaOutputFormat } = require("@anthropic-ai/sdk/helpers/json-schema");

// The clock of Python's time.monotonic().
const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const integer = { type: "integer" }, string = { type: "string" };

const weather = betaTool({
	name: "weather",
	description: "The weather of a city.",
	inputSchema: { type: "object", properties: { city: string }, required: ["city"] },
	run: ({ city }) => `Snow in ${city}.`,
});

const divide = betaTool({
	name: "divide",
	description: "Divides two numbers.",
	inputSchema: {
		type: "object",
		properties: { a: integer, b: integer },
		required: ["a", "b"],
	},
	run: ({ a, b }) => {
		if (b === 0)
			throw new Error("division by zero");
		return String(Math.floor(a / b));
	},
});

const City = {
	type: "object",
	properties: { name: string, people: integer },
	required: ["name", "people"],
	additionalProperties: false,
};

async function all(pages) {
	const found = [];
	for await (const one of pages)
		found.push(one);
	return found;
}

const tasks = {
	async create(client, messages, params) {
		const message = await messages.create(params);
		return { message, request_id: message._request_id };
	},

	async stream(client, messages, params) {
		const events = [];
		let text = "", thinking = "";
		const running = messages.stream(params)
			.on("streamEvent", (event) => events.push(event.type))
			.on("text", (piece) => { text += piece; })
			.on("thinking", (piece) => { thinking += piece; });
		const message = await running.finalMessage();
		return { message, request_id: running.request_id, events, text, thinking };
	},

	count: (client, messages, params) => messages.countTokens(params),

	async models(client, messages, params) {
		const { models } = messages === client.beta.messages ? client.beta : client;
		const found = await all(models.list(params));
		const again = await Promise.all(found.map(({ id }) => models.retrieve(id)));
		return { models: found, again };
	},

	model: (client, messages, params) => client.models.retrieve(params.id),

	batches: async (client, messages) => ({ batches: await all(messages.batches.list()) }),

	async parse(client, messages, params) {
		const output_config = { format: jsonSchemaOutputFormat(City) };
		const message = await messages.parse({ ...params, output_config });
		return { parsed: message.parsed_output, text: message.content[0].text };
	},

	async runner(client, messages, params) {
		const found = [], tools = [weather, divide];
		for await (const one of client.beta.messages.toolRunner({ ...params, tools }))
			found.push(params.stream ? await one.finalMessage() : one);
		return { messages: found };
	},

	// A conversation that the server is asked to keep.
	async thread(client, messages, { messages: said, ...params }) {
		const kept = client.beta.messages.thread(params);
		const found = [];
		for (const message of said)
			found.push(await kept.send(message));
		return { messages: found };
	},

	// Tasks one after the other, all by one client.
	async several(client, messages, params) {
		const answers = [];
		for (const task of params.tasks)
			answers.push(await tasks[task.do](client, messages, task.params));
		return { answers };
	},

	async abort(client, messages, params) {
		let left;
		const running = messages.stream(params).on("text", () => {
			left ??= seconds();
			running.abort();
		});
		await running.done().catch((error) => {
			if (!(error instanceof Anthropic.APIUserAbortError))
				throw error;
		});
		return { left };
	},
};

async function work(task) {
	const requests = [];
	const begin = seconds();
	const client = new Anthropic({
		baseURL,
		apiKey: task.key ?? key,
		defaultQuery: task.query,
		timeout: (task.timeout ?? 30) * 1000,
		maxRetries: task.max_retries ?? 0,
		fetch: (url, options) => {
			const { pathname, search } = new URL(url);
			requests.push(pathname + search);
			return fetch(url, options);
		},
	});
	const messages = task.beta ? client.beta.messages : client.messages;
	let answer;
	try {
		answer = await tasks[task.do](client, messages, task.params ?? {});
	} catch (error) {
		if (!(error instanceof Anthropic.APIError))
			throw error;
		answer = { error: error.constructor.name, type: error.type, words: error.message,
			request_id: error.requestID };
	}
	return { ...answer, requests, took: seconds() - begin };
}

const answers = [];
for (const task of JSON.parse(readFileSync(0)))
	answers.push(await work(task));
process.stdout.write(JSON.stringify(answers));

// truth.mjs NODE_MODULES FILE...: the tokens of each file by the vocabulary, as "tokens FILE".
// NAME.chat is a chat request as claudeproxy would send it; any other file is a text.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(resolve(modules, "x.js"));
const { Tiktoken } = require("js-tiktoken/lite");
const vocabulary = new Tiktoken(require("js-tiktoken/ranks/o200k_base"));

// No text is taken for a special token.
const ofText = (text) => (text ? vocabulary.encode(text, [], []).length : 0);
const sum = (list, count) => (list ?? []).reduce((tokens, entry) => tokens + count(entry), 0);

// Of a PNG: the longer side scaled to 1568, then a token for 750 pixels, 1600 at most.
function ofImage({ url }) {
	const head = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
	const [width, height] = [head.readUInt32BE(16), head.readUInt32BE(20)];
	const scale = Math.min(1, 1568 / Math.max(width, height));
	return Math.min(1600, Math.ceil((width * scale * height * scale) / 750));
}

const ofPart = (part) => (part.type === "image_url" ? ofImage(part.image_url) : ofText(part.text));

// What the vocabulary does not tell is counted as claudeproxy counts it: 3 for the reply, 4 a
// message and 4 more a result, 8 a call, 8 a tool.
const ofCall = ({ function: { name, arguments: text } }) => 8 + ofText(name) + ofText(text);

function ofMessage({ role, content, tool_calls, reasoning_content }) {
	const ofContent = Array.isArray(content) ? sum(content, ofPart) : ofText(content);
	return (role === "tool" ? 8 : 4) + ofContent + sum(tool_calls, ofCall) +
		ofText(reasoning_content);
}

function ofTool({ function: { name, description, parameters } }) {
	return 8 + ofText(name) + ofText(description) +
		(parameters ? ofText(JSON.stringify(parameters)) : 0);
}

function ofChat({ messages, tools }) {
	return 3 + sum(messages, ofMessage) + sum(tools, ofTool);
}

for (const file of files) {
	const text = readFileSync(file, "utf8");
	const tokens = file.endsWith(".chat") ? ofChat(JSON.parse(text)) : ofText(text);
	console.log(`${tokens} ${file}`);
}

// The npm peers in one process that stays: a line of JSON in ({"tool", "reference", "actual"}), a line out ({"differs"} or
// {"error"}). Both pictures are decoded for each question; no diff picture is made. argv[2] is the folder of node_modules.
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const installed = createRequire(path.join(process.argv[2], "package.json"));
const { PNG } = installed("pngjs");
const looksSame = installed("looks-same");

const tools = {
  async pixelmatch(reference, actual) {
    const { default: pixelmatch } = await import(pathToFileURL(installed.resolve("pixelmatch")));
    const [one, two] = [reference, actual].map((file) => PNG.sync.read(fs.readFileSync(file)));
    if (one.width !== two.width || one.height !== two.height) return true;
    return pixelmatch(one.data, two.data, null, one.width, one.height) > 0;
  },
  async "looks-same"(reference, actual) {
    return !(await looksSame(reference, actual)).equal;
  },
};

async function answer(line) {
  try {
    const { tool, reference, actual } = JSON.parse(line);
    return { differs: await tools[tool](reference, actual) };
  } catch (error) {
    return { error: String(error) };
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin }))
    process.stdout.write(JSON.stringify(await answer(line)) + "\n");
})();

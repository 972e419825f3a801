// Reads manifests with c2pa-ts: node read.mjs NODE_MODULES FILE... → one line of JSON for each file.
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [modules, ...files] = process.argv.slice(2);
const load = (name) =>
  import(pathToFileURL(`${modules}/@trustnxt/c2pa-ts/dist/${name}/index.js`));
const assets = await load("asset");
const { SuperBox } = await load("jumbf");
const { ManifestStore } = await load("manifest");
const kinds = Object.values(assets).filter((one) => typeof one?.canRead === "function");

const plain = (key, value) => {
  if (typeof value === "bigint") return String(value);
  return value instanceof Uint8Array ? value.length : value;
};

for (const file of files) {
  const found = { file };
  try {
    const data = await readFile(file);
    let Kind = null;
    for (const one of kinds) if (!Kind && (await one.canRead(data))) Kind = one;
    const asset = Kind.create ? await Kind.create(data) : new Kind(data);
    const store = ManifestStore.read(SuperBox.fromBuffer(await asset.getManifestJUMBF()));
    const result = await store.validate(asset);
    found.valid = result.isValid;
    found.failures = result.statusEntries.filter((one) => !one.success).map((one) => one.code);
    found.manifests = store.manifests.length;
    found.assertions = Object.fromEntries(
      store
        .getActiveManifest()
        .assertions.assertions.map((one) => [one.label, one.entries ?? one.content ?? null]),
    );
  } catch (error) {
    found.error = String(error);
  }
  console.log(JSON.stringify(found, plain));
}

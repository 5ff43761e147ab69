/* What an output's data holds, as a tree that can be shown and edited: pure, without elements. */

import { fieldLabel } from "./say.js";

/**
 * A node of the tree:
 * - {kind: "leaf", path, label, trail, schema, holder, key}: its value is `holder[key]`;
 * - {kind: "group", path, label, children};
 * - {kind: "rows", path, label, columns: [[name, label]], rows: [{name: node}], holder, key, schema}: objects, or null;
 * - {kind: "list", path, label, children}: other arrays.
 * `trail` names a leaf from the outside in.
 */
export function outline(data, schema, prefix) {
  const root = schema ?? {};
  return group({ root, prefix }, data ?? {}, root, "", "", []);
}

/** All leaves, in the order in which they are shown. */
export function leavesOf(node) {
  if (node.kind === "leaf") return [node];
  const inner = node.kind === "rows" ? node.rows.flatMap((row) => Object.values(row)) : node.children;
  return inner.flatMap(leavesOf);
}

/** What a person changed: values by path, each begun by `prefix`; a list whose length differs is given whole. */
export function changes(before, after, prefix) {
  const found = {};
  compare(before, after, "", (path, value) => (found[prefix + path] = value));
  return found;
}

/** Absent and null are the same: the outline adds nulls for fields that the data does not name. */
function compare(before, after, path, tell) {
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      compare(before[name] ?? null, after[name] ?? null, path ? `${path}.${name}` : name, tell);
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    before.forEach((one, place) => compare(one, after[place], `${path}[${place}]`, tell));
  } else if (JSON.stringify(before) !== JSON.stringify(after)) tell(path, after);
}

/** The path of what stood at `path` once row `place` of the table at `table` is gone; null: it is gone with it. */
export function withoutRow(path, table, place) {
  if (!path.startsWith(`${table}[`)) return path;
  const row = Number.parseInt(path.slice(table.length + 1), 10);
  if (row === place) return null;
  return row < place ? path : `${table}[${row - 1}]${path.slice(path.indexOf("]", table.length) + 1)}`;
}

/** A row for a table, with nothing in it yet. */
export function emptyRow(rows) {
  return Object.fromEntries(rows.columns.map(([name]) => [name, null]));
}

/** What somebody wrote, as the schema's type; what is none is left as written, for the service to say so. */
export function typed(text, schema) {
  const said = text.trim();
  if (said === "") return null;
  const types = [schema?.type].flat();
  if (types.includes("number") || types.includes("integer")) {
    const value = Number(said.replace(/\s/g, ""));
    return Number.isFinite(value) ? value : said;
  }
  if (types.includes("boolean") && (said === "yes" || said === "no")) return said === "yes";
  return said;
}

function build(walk, holder, key, asked, path, label, trail) {
  const schema = resolved(asked, walk.root);
  const value = holder[key];
  const inner = [...trail, label];
  if (isObject(value)) return group(walk, value, schema, path, label, inner);
  const items = resolved(schema.items, walk.root);
  const ofObjects = Array.isArray(value) ? value.length ? value.every(isObject) : Boolean(items.properties) : value === null && Boolean(items.properties);
  if (ofObjects) return rows(walk, { holder, key, value: value ?? [] }, items, path, label, inner);
  if (Array.isArray(value)) {
    const children = value.map((_, place) => build(walk, value, place, items, `${path}[${place}]`, String(place + 1), inner));
    return { kind: "list", path: walk.prefix + path, label, children };
  }
  return { kind: "leaf", path: walk.prefix + path, label, trail: inner, schema, holder, key };
}

function group(walk, value, schema, path, label, trail) {
  const children = namesOf(schema, [value]).map((name) => property(walk, value, name, schema, path, trail));
  return { kind: "group", path: walk.prefix + path, label, children };
}

function rows(walk, place, items, path, label, trail) {
  const names = namesOf(items, place.value);
  const columns = names.map((name) => [name, fieldLabel(name, resolved(items.properties?.[name], walk.root))]);
  const row = (one, at) =>
    Object.fromEntries(names.map((name) => [name, property(walk, one, name, items, `${path}[${at}]`, [...trail, `row ${at + 1}`])]));
  return { kind: "rows", path: walk.prefix + path, label, columns, rows: place.value.map(row), holder: place.holder, key: place.key };
}

function property(walk, holder, name, schema, path, trail) {
  const inner = schema.properties?.[name];
  if (!(name in holder)) holder[name] = null;
  return build(walk, holder, name, inner, path ? `${path}.${name}` : name, fieldLabel(name, resolved(inner, walk.root)), trail);
}

function namesOf(schema, values) {
  const said = isObject(schema.properties) ? Object.keys(schema.properties) : [];
  return [...new Set([...said, ...values.flatMap((value) => Object.keys(value))])];
}

/** A schema without its outermost reference or its `null` alternative. */
function resolved(schema, root) {
  if (!isObject(schema)) return {};
  if (typeof schema.$ref === "string" && schema.$ref.startsWith("#/")) {
    const target = schema.$ref.slice(2).split("/").reduce((at, word) => at?.[word], root);
    return isObject(target) && !target.$ref ? target : {};
  }
  const some = (schema.anyOf ?? schema.oneOf ?? []).filter((one) => one?.type !== "null");
  return some.length === 1 ? { ...schema, ...resolved(some[0], root) } : schema;
}

function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

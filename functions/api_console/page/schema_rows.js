/* A JSON Schema as a list of fields, and back. What the list cannot show is kept as it is. */

export const TYPES = [
  ["text", "Text"],
  ["number", "Number"],
  ["integer", "Whole number"],
  ["date", "Date"],
  ["boolean", "Yes or no"],
  ["table", "Table (rows of fields)"],
];
const OTHER = "other";
const SHAPES = {
  text: { type: ["string", "null"] },
  number: { type: ["number", "null"] },
  integer: { type: ["integer", "null"] },
  date: { type: ["string", "null"], format: "date" },
  boolean: { type: ["boolean", "null"] },
};

/** `{name, type, description, fields, schema}`; `fields` are a table's, `schema` is where the row came from. */
export function newRow() {
  return { name: "", type: "text", description: "", fields: [], schema: {} };
}

/** The rows of an object's schema; null where it is no object with properties. */
export function rowsOf(schema) {
  const properties = schema?.properties;
  if (!properties || typeof properties !== "object" || Array.isArray(properties)) return null;
  return Object.entries(properties).map(([name, inner]) => {
    const type = typeOf(inner);
    return {
      name,
      type,
      description: inner?.description ?? "",
      fields: type === "table" ? rowsOf(inner.items) : [],
      schema: inner,
    };
  });
}

/** The schema of these rows, over what `before` says beside its properties. Rows without a name are left out. */
export function schemaOf(rows, before) {
  const named = rows.filter((row) => row.name.trim());
  const properties = Object.fromEntries(named.map((row) => [row.name.trim(), propertyOf(row)]));
  return { ...before, type: before?.type ?? "object", properties, required: Object.keys(properties) };
}

/** What is wrong with a schema as JSON, in words; null where it can be sent. */
export function problemOf(text) {
  let schema;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    return `That is not JSON: ${error.message}`;
  }
  if (!rowsOf(schema)) return "A schema is an object with `properties`.";
  return Object.keys(schema.properties).length ? null : "Name at least one field.";
}

/** Names that stand twice, or not at all, among rows that say something. */
export function rowProblem(rows) {
  const names = rows.map((row) => row.name.trim()).filter(Boolean);
  if (!names.length) return "Name at least one field.";
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice) return `Two fields are named ${twice}.`;
  for (const row of rows.filter((one) => one.type === "table" && one.name.trim())) {
    const problem = rowProblem(row.fields);
    if (problem) return `In ${row.name}: ${problem}`;
  }
  return null;
}

export function isOther(type) {
  return type === OTHER;
}

function typeOf(schema) {
  const types = [schema?.type].flat().filter((type) => type !== "null");
  const known = schema && !schema.$ref && !schema.anyOf && !schema.oneOf && !schema.allOf && types.length === 1;
  if (!known) return OTHER;
  if (types[0] === "array") return rowsOf(schema.items) ? "table" : OTHER;
  if (types[0] === "string") return schema.format === "date" ? "date" : "text";
  return types[0] in SHAPES ? types[0] : OTHER;
}

function propertyOf(row) {
  const described = row.description.trim() ? { description: row.description.trim() } : {};
  const { description: _, ...kept } = row.schema ?? {};
  if (row.type === "table") {
    const items = row.schema?.items;
    return { ...(typeOf(row.schema) === "table" ? kept : {}), type: row.schema?.type ?? "array", ...described, items: schemaOf(row.fields, items) };
  }
  return row.type === typeOf(row.schema) ? { ...kept, ...described } : { ...SHAPES[row.type], ...described };
}

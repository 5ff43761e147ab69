/* From what was cited to boxes on pages. */

/** Where values stand: [{path, label, page, box, doubtful}], each once. */
export function placesOf(leaves, known, flagged) {
  return [...known.values()].flatMap((field) =>
    field.citations
      .filter((cited) => cited.box)
      .map((cited) => {
        const label = leaves.get(field.path)?.trail.join(", ") ?? field.path;
        return { path: field.path, label, page: cited.page, box: cited.box, doubtful: flagged.has(field.path) };
      }),
  );
}

// Rows as a file for a spreadsheet.

/** A spreadsheet would take a name that begins like a formula for one. */
function cell(value) {
  const text = String(value ?? '').replace(/\s+/g, ' ');
  const harmless = typeof value === 'string' && /^[=+@-]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The fields of rows in this order, under a line of their names. */
export const csv = (fields, rows) =>
  [fields.join(','), ...rows.map(row => fields.map(field => cell(row[field])).join(','))].join('\n') + '\n';

/** Has the browser save a text. */
export function download(name, text, type = 'text/csv') {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
